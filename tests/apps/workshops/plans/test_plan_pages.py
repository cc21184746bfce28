"""Pages of country plans: the delegate's behind the link, the country's, the secretariat's; shell and API."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from isthmus.accounts.roles import Role
from isthmus.accounts.services import issue_token
from isthmus.apps.workshops.cli import workshops
from isthmus.apps.workshops.delegates import services as delegates
from isthmus.apps.workshops.models import Call, CountryPlan, HeldPlan, Nomination, PlanAnswer
from isthmus.apps.workshops.plans import body_queries as bodies
from isthmus.kit import clock
from tests.apps.workshops.conftest import PERSON, Office
from tests.apps.workshops.plans.plan_story import PLAN, accepted, hear, hear_answer, sent
from tests.apps.workshops.test_pages import at, text_of
from tests.second_factors import browser_of

TYPED = {
    **{name: PLAN[name] for name in ("title", "problem", "example", "partner")},
    "steps": "Merge two lists; 2027-03-31\nTrain clerks",
    "figures": "Clinics; 120; clinics",
}


def linked(office: Office) -> str:
    """The link of a delegate who was accepted; returns its secret."""
    office.call_from_abroad()
    link, secret = delegates.give_out(Call.objects.get(), office.secretariat, "The lady", actor="x")
    delegates.keep(link, dict(PERSON))
    delegates.hand_in(link)
    Nomination.objects.update(state="accepted", sent_at=clock.now())
    return secret


class TestDelegate:
    def test_from_the_link_to_the_record(self, office: Office):
        secret = linked(office)
        person, approver = Client(), browser_of(office.approver)
        here = at("delegate-plan", secret)
        assert here in text_of(person.get(at("delegate", secret)))
        wrong = text_of(person.post(here, {**TYPED, "steps": "Buy; 2027-13-01", "figures": "Clinics"}))
        assert "Line 1, “Buy; 2027-13-01”, cannot be read" in wrong
        assert "Line 1, “Clinics”, cannot be read" in wrong
        assert person.post(here, TYPED)["Location"] == here
        assert "Merge two lists; 2027-03-31" in text_of(person.get(here))
        person.post(at("delegate-plan-hand-in", secret))
        assert "Waits for the focal point" in text_of(person.get(here))
        row = CountryPlan.objects.get()
        assert "Let it go" in text_of(approver.get(at("plan", row.pk)))
        approver.post(at("plan-release", row.pk))
        (body,) = office.told(bodies.PLAN)
        assert [one["what"] for one in body["steps"]] == ["Merge two lists", "Train clerks"]
        assert "Write a further version" in text_of(person.get(here))
        assert "Save the draft" in text_of(person.get(f"{here}?anew=1"))
        assert person.get(at("delegate-plan-answer", secret, 6)).status_code == 404

    def test_who_is_not_accepted_or_guesses_finds_no_plan(self, office: Office):
        secret = linked(office)
        Nomination.objects.update(state="waiting")
        for path in (at("delegate-plan", secret), at("delegate-plan", "guess")):
            assert Client().get(path).status_code == 404
        assert "Open your plan" not in text_of(Client().get(at("delegate", secret)))
        Nomination.objects.update(state="accepted")
        assert Client().post(at("delegate-plan-hand-in", secret)).status_code == 404

    def test_the_delegate_tells_how_far_it_is_and_the_focal_point_sends_it(self, office: Office):
        secret = linked(office)
        person, approver = Client(), browser_of(office.approver)
        person.post(at("delegate-plan", secret), TYPED)
        person.post(at("delegate-plan-hand-in", secret))
        row = CountryPlan.objects.get()
        approver.post(at("plan-release", row.pk))
        Call.objects.update(starts="2026-01-01", ends="2026-01-02")
        page = at("delegate-plan-answer", secret, asked_months())
        assert page in text_of(person.get(at("delegate-plan", secret)))
        early = person.post(page, {"says": "under-way", "text": "", "on": "2025-01-01"})
        assert "before the workshop" in text_of(early)
        told = {"says": "under-way", "text": "Two lists\nare one", "on": clock.now().date().isoformat()}
        assert person.post(page, told).status_code == 302
        assert office.told(bodies.ANSWER) == []
        assert "Let the answer go" in text_of(approver.get(at("plan", row.pk)))
        approver.post(at("plan-answer-release", row.pk, asked_months()))
        assert office.told(bodies.ANSWER)[0]["text"] == "Two lists are one"


def asked_months() -> int:
    """After how many months a workshop of the first days of 2026 is asked about today."""
    return 6 if clock.now().date().isoformat() < "2027-01-02" else 12


class TestCountry:
    def test_an_officer_writes_and_answers_on_the_pages(self, office: Office):
        delegate = accepted(office, days=190)
        officer, approver = browser_of(office.officer), browser_of(office.approver)
        page = at("plan-write", delegate.pk)
        assert page in text_of(officer.get(at("nomination", delegate.pk)))
        answer = officer.post(page, TYPED)
        row = CountryPlan.objects.get()
        assert answer["Location"] == at("plan", row.pk)
        assert row.figures == [{"name": "Clinics", "amount": "120", "unit": "clinics"}]
        assert "One register of clinics" in text_of(officer.get(page))
        officer.post(at("plan-hand-in", row.pk))
        approver.post(at("plan-give-back", row.pk))
        officer.post(at("plan-hand-in", row.pk))
        assert officer.post(at("plan-release", row.pk)).status_code == 403
        approver.post(at("plan-release", row.pk))
        assert "No plan is asked about" not in text_of(officer.get(at("plans-asked")))
        assert "After 6 months" in text_of(officer.get(at("plans")))
        told = {"says": "done", "text": "", "on": clock.now().date().isoformat()}
        future = {**told, "on": "2999-01-01"}
        assert "still to come" in text_of(officer.post(at("plan-answer", row.pk, 6), future))
        officer.post(at("plan-answer", row.pk, 6), told)
        assert PlanAnswer.objects.get().sent_at is None
        approver.post(at("plan-answer", row.pk, 6), {**told, "text": "All is one"})
        assert [one["text"] for one in office.told(bodies.ANSWER)] == ["All is one"]
        assert "What was sent is replaced" in text_of(officer.get(at("plan-answer", row.pk, 6)))
        assert "No plan is asked about now" in text_of(officer.get(at("plans-asked")))
        for path in (at("plan", 999), at("plan-write", 999), at("plan-answer", row.pk, 12)):
            assert officer.get(path).status_code == 404
        assert officer.post(at("plan-hand-in", 999)).status_code == 404
        assert approver.post(at("plan-answer-release", row.pk, 12)).status_code == 404


class TestSecretariat:
    def test_plans_of_a_workshop_and_how_far_they_are(self, office: Office):
        workshop = office.called()
        officer = browser_of(office.officer)
        page = at("workshop-plans", workshop.number)
        assert page in text_of(officer.get(at("workshop", workshop.number)))
        assert "No plan has arrived yet" in text_of(officer.get(page))
        office.nominated(workshop)
        hear(office, workshop)
        hear_answer(office, workshop)
        assert "Under way" in text_of(officer.get(page))
        row = HeldPlan.objects.get()
        shown = text_of(officer.get(at("held-plan", row.pk)))
        assert "Merge two lists" in shown
        assert "Two lists are merged" in shown
        assert officer.get(at("held-plan", 999)).status_code == 404


class TestPrograms:
    @pytest.fixture
    def headers(self, office: Office) -> dict[str, str]:
        secret = issue_token(office.secretariat, "program", Role.OFFICER, actor="test")[1]
        return {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, headers: dict[str, str]) -> Any:
        return Client().get(f"/api/v1/workshops/{path}", headers=headers).json()["items"]

    def test_both_sides_are_read(self, office: Office, headers: dict[str, str]):
        workshop = office.called()
        office.nominated(workshop)
        hear(office, workshop)
        hear_answer(office, workshop)
        own = sent(office, days=190)
        (mine,) = self.get("plans", headers)
        assert (mine["reference"], mine["state"], mine["asked_after"]) == (own.reference, "sent", 6)
        (theirs,) = self.get(f"workshops/{workshop.number}/plans", headers)
        assert (theirs["country"], theirs["state"], theirs["after_6"]) == ("CN", "arrived", "under-way")

    def test_the_shell_lists_them(self, office: Office):
        sent(office, days=190)

        def run(*words: str) -> str:
            done = CliRunner().invoke(workshops, ["plans", *words], catch_exceptions=False)
            assert done.exit_code == 0, done.output
            return done.stdout

        (row,) = json.loads(run("--asked", "--json"))
        assert (row["title"], row["asked_after"], row["after_6"]) == (PLAN["title"], 6, None)
        assert json.loads(run("--workshop", "NONE", "--json")) == []
