"""What this node had said of nominations and lost comes back: it stands again, and is not told twice."""

from typing import Any

from isthmus.accounts.models import Kind, Organisation
from isthmus.apps.workshops.models import Call, Invitation, Nomination, Nominee, Selection, Workshop
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.apps.workshops.nominations.services import inviting, keeping, nominating
from isthmus.exchange.handlers import Received
from isthmus.kit import clock
from tests.apps.workshops.conftest import PERSON, Office
from tests.given_back import Step, columns, crossed, give_back, recoveries

APPROVER = "approver@node.test"
RECOVERED = recoveries("workshops.")


def as_it_stands(row: Any) -> dict[str, Any]:
    """What a node knows of it, without its own people, whose names never crossed."""
    rows = ("call_id", "invitation_id", "nominee_id")
    return columns(row, "by", "approved_by", *rows, "at", "sent_at", "until", "arrived_at")


def all_as_it_stands() -> list[dict[str, Any]]:
    models = (Invitation, Nominee, Selection)
    return [as_it_stands(row) for model in models for row in model.objects.order_by("leaf")]


def forget() -> None:
    for model in (Selection, Nominee, Invitation, Nomination, Call):
        model.objects.all().delete()


class TestSecretariat:
    @RECOVERED
    def test_calls_nominees_and_decisions_stand_again(self, office: Office, steps: tuple[Step, ...]):
        workshop = office.called(quota=2)
        office.nominated(workshop, "a")
        office.nominated(workshop, "b")
        for nominee, says in zip(Nominee.objects.order_by("reference"), ("accepted", "waiting"), strict=True):
            inviting.select(nominee, says, "" if says == "accepted" else "Two are enough", actor=APPROVER)
        before = all_as_it_stands()
        forget()
        Workshop.objects.update(called_at=None)
        for step in steps:
            step()
        assert all_as_it_stands() == before
        assert Workshop.objects.get().called_at is not None
        assert len(office.told(bodies.SELECTION)) == 2

    def test_a_workshop_that_is_gone_is_not_planned_from_its_call(self, office: Office):
        office.called()
        forget()
        Workshop.objects.all().delete()
        give_back("workshops.")
        assert not Invitation.objects.exists()


class TestCountry:
    def sent(self, office: Office, *, answered: bool = True) -> Nomination:
        row = nominating.approve(office.nomination(), actor=APPROVER)
        if answered:
            body = {
                "workshop": "CN-PROG-W1",
                "nomination": row.reference,
                "says": "accepted",
                "at": clock.to_text(clock.now()),
            }
            assert office.hear(bodies.SELECTION, body) == ""
        row.refresh_from_db()
        return row

    @RECOVERED
    def test_a_nomination_and_what_was_decided_stand_again(self, office: Office, steps: tuple[Step, ...]):
        before = as_it_stands(self.sent(office))
        forget()
        for step in steps:
            step()
        assert as_it_stands(Nomination.objects.get()) == before
        assert before["state"] == "accepted"
        assert len(office.told(bodies.NOMINATION)) == 1

    def test_one_that_the_backup_held_as_a_draft_was_sent(self, office: Office):
        row = self.sent(office, answered=False)
        Nomination.objects.update(state="draft", sent_at=None, leaf="")
        give_back("workshops.")
        again = Nomination.objects.get()
        assert (again.state, again.leaf, again.by) == ("sent", row.leaf, row.by)
        assert again.sent_at == clock.from_text(clock.to_text(row.sent_at or clock.now()))

    @RECOVERED
    def test_one_that_was_withdrawn_stays_withdrawn(self, office: Office, steps: tuple[Step, ...]):
        row = nominating.withdraw(self.sent(office), actor=APPROVER)
        forget()
        for step in steps:
            step()
        again = Nomination.objects.get()
        assert (again.state, again.leaf) == ("withdrawn", row.leaf)

    def test_among_several_organisations_without_a_desk_it_is_nobodys(self, office: Office):
        self.sent(office, answered=False)
        Nomination.objects.all().delete()
        other = Organisation.objects.create(code="other", name="Other (sample)", kind=Kind.SECRETARIAT)
        give_back("workshops.")
        assert not Nomination.objects.exists()
        (lost,) = crossed("workshops.")
        keeping.restore(Received(lost.record, lost.body, lost.leaf, other.pk))
        assert Nomination.objects.get().organisation_id == other.pk
        assert Nomination.objects.get().name == PERSON["name"]
