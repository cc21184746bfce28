"""Country plans between this node and a partner made of the wire alone."""

from datetime import timedelta

import pytest

from isthmus.accounts.policy import Actor, actor_for
from isthmus.apps.workshops.models import CountryPlan, HeldAnswer, HeldPlan, PlanAnswer, Workshop
from isthmus.apps.workshops.plans import body_queries as bodies
from isthmus.apps.workshops.plans import front_queries, queries, sample_queries
from isthmus.apps.workshops.plans.services import keeping, writing
from isthmus.apps.workshops.reporting import queries as reporting
from isthmus.exchange.handlers import Erasing
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from isthmus.search import queries as search
from isthmus.ui.papers import files as papers
from tests.apps.workshops.conftest import Office
from tests.apps.workshops.plans.plan_story import (
    APPROVER,
    OFFICER,
    PLAN,
    accepted,
    hear,
    hear_answer,
    sent,
)


def found(text: str, actor: Actor) -> list[str]:
    allowed = {"country-plans": front_queries.found_keys(actor)}
    return search.keys(
        search.Question(text, languages=["en"], collections={"country-plans"}, allowed=allowed)
    )


def said(**changes: object) -> dict[str, object]:
    return {"says": "under-way", "text": "Lists are merged", "on": clock.now().date(), **changes}


class TestCountry:
    def test_nothing_crosses_before_the_focal_point_lets_it_go(self, office: Office):
        row = writing.write(accepted(office), dict(PLAN), actor=OFFICER)
        with pytest.raises(Conflict, match="does not wait"):
            writing.release(row, actor=APPROVER)
        writing.hand_in(row, actor=OFFICER)
        with pytest.raises(Conflict, match="does not let it go as well"):
            writing.release(row, actor=OFFICER)
        assert office.told(bodies.PLAN) == []
        writing.release(row, actor=APPROVER)
        (body,) = office.told(bodies.PLAN)
        assert {name: body[name] for name in ("title", "problem", "example", "partner")} == {
            name: PLAN[name] for name in ("title", "problem", "example", "partner")
        }
        assert body["steps"][0] == {"what": "Merge two lists", "by": "2027-03-31"}
        assert (body["version"], body["figures"][0]["amount"], body["language"]) == (1, "120", "en")

    def test_only_who_is_accepted_plans(self, office: Office):
        row = office.nomination()
        with pytest.raises(Conflict, match="accepted writes a plan"):
            writing.write(row, dict(PLAN), actor=OFFICER)

    def test_a_plan_that_waits_is_given_back_before_it_is_changed(self, office: Office):
        delegate = accepted(office)
        row = writing.hand_in(writing.write(delegate, dict(PLAN), actor=OFFICER), actor=OFFICER)
        with pytest.raises(Conflict, match="waits for the focal point"):
            writing.write(delegate, dict(PLAN), actor=OFFICER)
        with pytest.raises(Conflict, match="handed in already"):
            writing.hand_in(row, actor=OFFICER)
        writing.give_back(row, actor=APPROVER)
        assert writing.write(delegate, {**PLAN, "title": "Another"}, actor=OFFICER).version == 1

    @pytest.mark.parametrize("name", ["problem", "steps"])
    def test_what_matters_is_there_when_it_is_handed_in(self, office: Office, name: str):
        row = writing.write(accepted(office), {**PLAN, name: type(PLAN[name])()}, actor=OFFICER)
        with pytest.raises(BadInput):
            writing.hand_in(row, actor=OFFICER)

    def test_what_was_sent_is_written_anew_as_the_next_version(self, office: Office):
        row = sent(office)
        draft = writing.write(row.nomination, {**PLAN, "title": "Wider"}, actor=OFFICER)
        assert (draft.version, draft.state, draft.sent_at) == (2, "draft", row.sent_at)
        writing.release(writing.hand_in(draft, actor=OFFICER), actor=APPROVER)
        assert [(one["version"], one["title"]) for one in office.told(bodies.PLAN)] == [
            (1, "One register of clinics"),
            (2, "Wider"),
        ]

    def test_control_signs_do_not_get_in(self, office: Office):
        with pytest.raises(BadInput, match="title"):
            writing.write(accepted(office), {**PLAN, "title": "a\x07b"}, actor=OFFICER)
        assert CountryPlan.objects.count() == 0

    def test_it_is_asked_about_after_six_and_after_twelve_months(self, office: Office):
        row = sent(office, days=20)
        actor = actor_for(office.officer)
        with pytest.raises(Conflict, match="not asked about now"):
            writing.answer(row, 6, said(), actor=OFFICER)
        assert queries.due_of(queries.plans_for(actor)) == []
        row.nomination.call.ends = clock.now().date() - timedelta(days=190)
        row.nomination.call.starts = row.nomination.call.ends
        row.nomination.call.save()
        (due,) = queries.due_of(queries.plans_for(actor))
        assert (due.plan.pk, due.asking.months) == (row.pk, 6)
        assert any(one.count == 1 and one.urgent for one in front_queries.waiting(actor))
        writing.answer(row, 6, said(), actor=OFFICER)
        assert queries.due_of(queries.plans_for(actor)) == []
        with pytest.raises(Conflict, match="not asked about now"):
            writing.answer(row, 12, said(), actor=OFFICER)

    def test_an_answer_crosses_once_the_focal_point_lets_it_go(self, office: Office):
        row = sent(office, days=190)
        waits = writing.answer(row, 6, said(), actor="delegate form 1")
        assert office.told(bodies.ANSWER) == []
        focal = actor_for(office.approver)
        assert [one.count for one in front_queries.waiting(focal)] == [1, 0]
        writing.release_answer(waits, actor=APPROVER)
        with pytest.raises(Conflict, match="sent already"):
            writing.release_answer(waits, actor=APPROVER)
        writing.answer(row, 6, said(says="done"), actor=APPROVER, releases=True)
        told = [(one["months"], one["says"]) for one in office.told(bodies.ANSWER)]
        assert told == [(6, "under-way"), (6, "done")]
        assert PlanAnswer.objects.count() == 1
        assert len(sample_queries.answers(focal)) == len(sample_queries.plans(focal)) == 1

    @pytest.mark.parametrize(("ago", "match"), [(-1, "still to come"), (400, "before the workshop")])
    def test_an_answer_tells_of_a_day_between_the_workshop_and_today(
        self, office: Office, ago: int, match: str
    ):
        row = sent(office, days=190)
        with pytest.raises(BadInput, match=match):
            writing.answer(row, 6, said(on=clock.now().date() - timedelta(days=ago)), actor=OFFICER)


class TestSecretariat:
    def called(self, office: Office) -> Workshop:
        workshop = office.called()
        assert office.nominated(workshop) == ""
        return workshop

    def test_a_plan_arrives_exactly_once_though_it_is_sent_twice(self, office: Office):
        workshop = self.called(office)
        assert [hear(office, workshop), hear(office, workshop)] == ["", ""]
        row = HeldPlan.objects.get()
        assert (row.title, row.nominee.reference, row.version) == (PLAN["title"], "a" * 32, 1)

    def test_an_older_version_behind_a_newer_one_changes_nothing(self, office: Office):
        workshop = self.called(office)
        assert hear(office, workshop, version=3, title="Third") == ""
        assert hear(office, workshop, version=2, title="Second") == ""
        assert HeldPlan.objects.get().title == "Third"
        assert hear(office, workshop, version=4, title="Fourth") == ""
        assert HeldPlan.objects.get().title == "Fourth"

    @pytest.mark.parametrize(
        "change",
        [{"nomination": "f" * 32}, {"workshop": "SAMPLE-1-W9"}, {"title": "Other words"}],
        ids=["of nobody", "no such workshop", "the same version anew"],
    )
    def test_what_contradicts_what_is_known_is_refused(self, office: Office, change: dict[str, str]):
        workshop = self.called(office)
        assert hear(office, workshop) == ""
        assert hear(office, workshop, **change) == "workshops.record"
        assert HeldPlan.objects.get().title == PLAN["title"]

    def test_a_plan_stays_that_of_its_delegate(self, office: Office):
        workshop = self.called(office)
        office.nominated(workshop, "c")
        assert hear(office, workshop) == ""
        assert hear(office, workshop, nomination="c" * 32, version=2) == "workshops.record"

    def test_the_latest_answer_counts_whatever_the_order(self, office: Office):
        workshop = self.called(office)
        assert hear_answer(office, workshop) == "workshops.record"
        hear(office, workshop)
        assert hear_answer(office, workshop, says="done", at="2026-11-05T10:00:00Z") == ""
        assert hear_answer(office, workshop) == ""
        row = HeldAnswer.objects.get()
        assert (row.says, row.months) == ("done", 6)
        assert hear_answer(office, workshop, months=12, says="dropped") == ""
        assert HeldAnswer.objects.count() == 2

    def test_plans_are_found_by_who_may_see_them_and_stand_on_the_front_page(self, office: Office):
        workshop = self.called(office)
        hear(office, workshop)
        actor, nobody = actor_for(office.officer), Actor("x", active=True)
        key = "cn/" + "b" * 32
        assert found("clinics", actor) == [key]
        assert found("clinics", nobody) == []
        assert front_queries.sightings(actor, [key])[key].title == PLAN["title"]
        panel = front_queries.panel(actor)
        assert panel is not None
        assert (panel.countries, panel.groups[0][1][0].detail) == ((("CN", 1),), PLAN["partner"])
        assert front_queries.panel(nobody) is None

    def test_own_plans_are_found_at_home(self, office: Office):
        row = sent(office)
        assert found("clerks", actor_for(office.officer)) == [f"mm/{row.reference}"]

    def test_the_report_counts_plans_and_answers_and_stays_the_same_file(self, office: Office):
        workshop = self.called(office)
        code = workshop.programme.code
        assert front_queries.report_section(code) == ()
        hear(office, workshop)
        hear_answer(office, workshop)
        (section,) = front_queries.report_section(code)
        assert section.paragraphs == (
            "Delegates wrote 1 plan for home.",
            "They came from: China (1).",
            "Asked after 6 months: Under way: 1.",
        )
        first, second = (reporting.paper_of(workshop.programme) for _again in range(2))
        assert papers.made(first, "docx") == papers.made(second, "docx")

    def test_what_a_record_said_is_erased_and_the_count_stays(self, office: Office):
        workshop = self.called(office)
        hear(office, workshop)
        hear_answer(office, workshop)
        for leaf in (HeldPlan.objects.get().leaf, HeldAnswer.objects.get().leaf):
            for was_sent in (True, False):
                keeping.erase(Erasing(leaf, "x", "x", "cn", sent=was_sent, ground="retention"))
        row = HeldPlan.objects.get()
        assert (row.title, row.body, HeldAnswer.objects.get().text) == ("b" * 8, {}, "")
        assert found("clinics", actor_for(office.officer)) == []


def test_what_waited_for_its_number_has_its_leaf(office: Office):
    row = sent(office)
    keeping.take_number(row.leaf, "f" * 64)
    row.refresh_from_db()
    assert row.leaf == "f" * 64
