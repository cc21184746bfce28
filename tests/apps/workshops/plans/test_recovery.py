"""What this node had sent about plans and lost comes back: it stands again and is found, nothing is lost."""

import pytest

from isthmus.accounts.policy import actor_for
from isthmus.apps.workshops.models import CountryPlan, Nomination, PlanAnswer
from isthmus.apps.workshops.plans import body_queries as bodies
from isthmus.apps.workshops.plans.services import keeping, writing
from isthmus.exchange.handlers import Received
from isthmus.kit import clock
from isthmus.search.services import remove
from tests.apps.workshops.conftest import Office
from tests.apps.workshops.plans.plan_story import APPROVER, OFFICER, PLAN, sent
from tests.apps.workshops.plans.test_plans import found
from tests.given_back import crossed


def given_back(kind: str = bodies.PLAN) -> list[Received]:
    """The records of a type that this node had sent, as a recovery hands them to their application."""
    name = kind.partition("/")[0]
    return [one for one in crossed(name) if one.record.type == name]


def forget_the_index() -> None:
    remove("country-plans", [f"mm/{one}" for one in CountryPlan.objects.values_list("reference", flat=True)])


def further_version(row: CountryPlan, **changes: object) -> CountryPlan:
    again = writing.write(row.nomination, {**PLAN, **changes}, actor=OFFICER)
    return writing.release(writing.hand_in(again, actor=OFFICER), actor=APPROVER)


def back_to(row: CountryPlan, **then: object) -> None:
    """What the backup knew of a plan."""
    forget_the_index()
    CountryPlan.objects.filter(pk=row.pk).update(**then)


class TestPlan:
    def test_that_the_backup_did_not_know_stands_again_and_is_found(self, office: Office):
        row = sent(office)
        (lost,) = given_back()
        forget_the_index()
        row.delete()
        for _twice in range(2):
            keeping.restore(lost)
        again = CountryPlan.objects.get()
        assert (again.reference, again.state, again.version) == (row.reference, "sent", 1)
        assert (again.leaf, again.organisation_id) == (row.leaf, row.organisation_id)
        assert {name: getattr(again, name) for name in PLAN} == PLAN
        assert found("clerks", actor_for(office.officer)) == [f"mm/{row.reference}"]

    def test_that_was_a_draft_in_the_same_words_is_sent_again(self, office: Office):
        row = sent(office)
        back_to(row, state="handed-in", sent_at=None, leaf="")
        keeping.restore(given_back()[0])
        again = CountryPlan.objects.get()
        assert (again.state, again.version, again.leaf) == ("sent", 1, row.leaf)
        assert again.sent_at == clock.from_text(bodies.plain(bodies.plan_of(again))["at"])

    def test_written_anew_since_keeps_its_words_as_the_next_version(self, office: Office):
        row = sent(office)
        row.delete()
        forget_the_index()
        anew = writing.write(row.nomination, {**PLAN, "problem": "Other words"}, actor=OFFICER)
        writing.hand_in(anew, actor=OFFICER)
        keeping.restore(given_back()[0])
        again = CountryPlan.objects.get()
        assert (again.reference, again.problem) == (row.reference, "Other words")
        assert (again.state, again.version, again.leaf) == ("draft", 2, row.leaf)
        assert found("province", actor_for(office.officer)) == [f"mm/{row.reference}"]

    def test_of_which_two_versions_were_lost_ends_at_the_last(self, office: Office):
        row = further_version(sent(office), problem="Second words")
        back_to(row, state="sent", version=1, problem=PLAN["problem"])
        for one in given_back():
            keeping.restore(one)
        again = CountryPlan.objects.get()
        assert (again.version, again.problem, again.leaf) == (2, "Second words", row.leaf)
        assert found("second", actor_for(office.officer)) == [f"mm/{row.reference}"]

    def test_an_older_version_changes_nothing(self, office: Office):
        row = further_version(sent(office), problem="Second words")
        keeping.restore(given_back()[0])
        assert CountryPlan.objects.get().version == 2
        assert found("second", actor_for(office.officer)) == [f"mm/{row.reference}"]
        assert found("province", actor_for(office.officer)) == []

    def test_in_whose_place_another_was_sent_stands_among_the_records_only(self, office: Office):
        sent(office)
        (lost,) = given_back()
        CountryPlan.objects.update(reference="e" * 32)
        keeping.restore(lost)
        assert CountryPlan.objects.get().reference == "e" * 32

    def test_of_nobody_known_here_stands_among_the_records_only(self, office: Office):
        row = sent(office)
        (lost,) = given_back()
        row.delete()
        Nomination.objects.update(reference="e" * 32)
        keeping.restore(lost)
        assert not CountryPlan.objects.exists()


class TestAnswer:
    @pytest.fixture
    def row(self, office: Office) -> CountryPlan:
        row = sent(office, days=190)
        told = {"says": "under-way", "text": "Lists are merged", "on": clock.now().date()}
        writing.answer(row, 6, told, actor=APPROVER, releases=True)
        return row

    def test_stands_again(self, row: CountryPlan):
        leaf = PlanAnswer.objects.get().leaf
        PlanAnswer.objects.all().delete()
        for _twice in range(2):
            keeping.restore(given_back(bodies.ANSWER)[0])
        again = PlanAnswer.objects.get()
        assert (again.says, again.text, again.leaf, again.plan) == (
            "under-way",
            "Lists are merged",
            leaf,
            row,
        )

    def test_that_waits_for_the_focal_point_is_kept(self, row: CountryPlan):
        PlanAnswer.objects.update(sent_at=None, text="Newer words", leaf="")
        keeping.restore(given_back(bodies.ANSWER)[0])
        assert PlanAnswer.objects.get().text == "Newer words"

    def test_about_a_plan_that_is_not_known_changes_nothing(self, row: CountryPlan):
        (lost,) = given_back(bodies.ANSWER)
        PlanAnswer.objects.all().delete()
        CountryPlan.objects.all().delete()
        keeping.restore(lost)
        assert not PlanAnswer.objects.exists()
