"""What people are written: the decision, the invitation, reminders; each once."""

from datetime import timedelta
from unittest import mock
from uuid import uuid4

import pytest

from isthmus.accounts.models import Letter
from isthmus.apps.workshops.delegates import services as delegates
from isthmus.apps.workshops.evaluation import services as evaluations
from isthmus.apps.workshops.followups.rules.journeys import FIELDS
from isthmus.apps.workshops.followups.services import telling
from isthmus.apps.workshops.mailing.services import reminding
from isthmus.apps.workshops.mailing.services.letters import language_of
from isthmus.apps.workshops.models import Attendance, Call, Nomination, Nominee
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.apps.workshops.nominations.services import inviting, nominating
from isthmus.exchange.models import Decision
from isthmus.exchange.services import agreements
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from tests.apps.workshops.conftest import Office
from tests.apps.workshops.plans.plan_story import sent


def remind() -> int:
    with mock.patch.object(Progress, "step"):
        return reminding.remind(Progress(uuid4(), 1, 60))["asked"]


def test_a_person_is_told_what_was_decided_once_for_each_decision(office: Office):
    row = nominating.approve(office.nomination(), actor="approver@node.test")
    said = {"workshop": "CN-PROG-W1", "nomination": row.reference}
    waits = {**said, "says": "waiting", "reason": "The quota is full", "at": "2026-11-01T10:00:00Z"}
    for body in (waits, waits, {**said, "says": "accepted", "at": "2026-11-02T10:00:00Z"}):
        assert office.hear(bodies.SELECTION, body) == ""
    first, second = Letter.objects.order_by("pk")
    assert "waiting list" in first.text
    assert "The quota is full" in first.text
    assert "You are accepted" in second.text
    assert (second.address, second.name) == ("delegate@sample.example", "Sample Delegate")


@pytest.mark.parametrize(("withdrawn", "letters"), [(False, 1), (True, 0)])
def test_who_is_declined_is_told_so_and_who_was_withdrawn_is_told_nothing(
    office: Office, withdrawn: bool, letters: int
):
    row = nominating.approve(office.nomination(), actor="approver@node.test")
    if withdrawn:
        nominating.withdraw(row, actor="officer@node.test")
    said = {"workshop": "CN-PROG-W1", "nomination": row.reference, "at": "2026-11-03T10:00:00Z"}
    office.hear(bodies.SELECTION, {**said, "says": "declined", "reason": "Too late"})
    told = [one.text for one in Letter.objects.all()]
    assert len(told) == letters
    assert all("not accepted" in text and "Too late" in text for text in told)


def test_who_is_accepted_is_invited_in_a_language_of_their_country(office: Office):
    workshop = office.called(quota=2)
    office.nominated(workshop, "a")
    office.nominated(workshop, "b")
    inviting.select(Nominee.objects.get(reference="a" * 32), "accepted", "", actor="officer")
    inviting.select(Nominee.objects.get(reference="b" * 32), "declined", "x", actor="officer")
    (row,) = Letter.objects.all()
    assert workshop.title in row.text
    assert "Sample Delegate A" in row.text


@pytest.mark.parametrize(
    ("country", "language"),
    [("CN", "zh-hans"), ("MD", "ro"), ("SN", "fr"), ("EG", "ar"), ("MV", "en"), ("", "en")],
)
def test_a_country_is_written_to_in_its_language_where_the_node_speaks_it(country: str, language: str):
    assert language_of(country) == language


def test_a_plan_that_is_asked_about_is_reminded_of_once(office: Office):
    sent(office, days=190)
    assert [remind(), remind()] == [1, 1]
    row = Letter.objects.get()
    assert "6 months after the workshop" in row.text
    assert "/workshops/plans/" in row.text


def test_an_open_evaluation_is_told_to_those_who_were_there(office: Office):
    workshop = office.called(quota=2)
    for sign in "ab":
        office.nominated(workshop, sign)
    there = Nominee.objects.get(reference="a" * 32)
    Attendance.objects.create(nominee=there, on=workshop.starts, at=clock.now(), by="x")
    Attendance.objects.create(nominee=there, on=workshop.ends, at=clock.now(), by="x")
    opened = evaluations.open_form(workshop, ["Was it useful?"], [], actor="x")
    assert [remind(), remind()] == [1, 1]
    assert Letter.objects.get().name == "Sample Delegate A"
    evaluations.close(opened, actor="x")
    assert remind() == 0


class TestFollowUpForms:
    def accepted(self, office: Office, *, days_ago: int = 8) -> Nomination:
        """A delegate for a workshop that begins in 30 days."""
        row = nominating.approve(office.nomination(), actor="approver@node.test")
        at = clock.now() - timedelta(days=days_ago)
        Nomination.objects.update(state="accepted", answered_at=at)
        return Nomination.objects.select_related("call").get(pk=row.pk)

    def test_an_empty_form_is_reminded_of_after_acceptance_and_before_the_workshop(self, office: Office):
        row = self.accepted(office)
        assert [remind(), remind()] == [1, 1]
        first = Letter.objects.get()
        assert (first.address, first.name) == ("delegate@sample.example", "Sample Delegate")
        assert "is not filled in yet" in first.text
        Call.objects.update(starts=clock.now().date() + timedelta(days=14))
        assert [remind(), remind()] == [1, 1]
        keys = list(Letter.objects.order_by("pk").values_list("key", flat=True))
        assert keys == [
            f"workshops.follow-up:{row.reference}:{occasion}"
            for occasion in ("after-acceptance", "before-workshop")
        ]

    def test_the_letter_has_no_secret_of_the_form(self, office: Office):
        row = self.accepted(office)
        _link, secret = delegates.give_out(row.call, row.organisation, "Sample", actor="x")
        remind()
        text = Letter.objects.get().text
        assert secret not in text
        assert f"/workshops/nominations/{row.pk}/follow-up/" in text

    def test_who_told_is_not_reminded(self, office: Office):
        telling.tell(self.accepted(office), dict.fromkeys(FIELDS, "") | {"diet": "none"}, actor="x")
        assert remind() == 0

    @pytest.mark.parametrize("state", ["draft", "sent", "waiting", "declined", "withdrawn"])
    def test_who_is_not_accepted_is_not_reminded(self, office: Office, state: str):
        self.accepted(office)
        Nomination.objects.update(state=state)
        assert remind() == 0

    def test_nobody_is_reminded_the_day_after_nor_where_the_form_cannot_cross(self, office: Office):
        self.accepted(office, days_ago=1)
        assert remind() == 0
        Nomination.objects.update(answered_at=clock.now() - timedelta(days=8))
        assert remind() == 1
        agreements.answer(office.agreement.uuid, Decision.WITHDRAWN, actor="approver", reason="Enough")
        assert remind() == 0
