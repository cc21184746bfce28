"""What of workshops waits on the front page and in digests: forms that came, evaluations to close."""

from datetime import timedelta

import pytest
from django.urls import reverse

from isthmus.accounts.policy import actor_for
from isthmus.apps.workshops import front_queries
from isthmus.apps.workshops.evaluation import services as evaluations
from isthmus.apps.workshops.followups.models import HeldFollowUp
from isthmus.apps.workshops.letters import services as letters
from isthmus.apps.workshops.models import Nominee, Workshop
from isthmus.exchange.application import Waiting
from isthmus.kit import clock
from tests.apps.workshops.conftest import Office

pytestmark = pytest.mark.django_db


def waits(office: Office, words: str) -> list[Waiting]:
    lines = front_queries.card(actor_for(office.officer)).waiting
    return [line for line in lines if words in line.title]


class TestFollowUpForms:
    @pytest.fixture
    def came(self, office: Office) -> list[Nominee]:
        """Two forms that came for a workshop to come."""
        workshop = office.called(quota=2)
        for sign in "ab":
            office.nominated(workshop, sign)
        today = clock.now().date()
        Workshop.objects.update(starts=today + timedelta(days=9), ends=today + timedelta(days=11))
        people = list(Nominee.objects.order_by("reference"))
        for one in people:
            told = {"version": 1, "arrived_at": clock.now() - timedelta(hours=1), "leaf": one.reference}
            HeldFollowUp.objects.create(nominee=one, **told)
        return people

    def test_they_wait_until_a_letter_is_made_of_them(self, office: Office, came: list[Nominee]):
        assert [line.count for line in waits(office, "Follow-up forms came")] == [2]
        letters.note_letter(came[0], "visa", {"language": "en"}, actor="officer@node.test")
        (line,) = waits(office, "A follow-up form came")
        assert (line.count, line.url) == (1, reverse("workshops:nominee", args=[came[1].pk]))
        HeldFollowUp.objects.filter(nominee=came[0]).update(arrived_at=clock.now() + timedelta(minutes=1))
        assert [line.count for line in waits(office, "Follow-up forms came")] == [2]

    def test_they_wait_for_nobody_who_was_withdrawn_or_whose_workshop_began(
        self, office: Office, came: list[Nominee]
    ):
        Nominee.objects.filter(pk=came[0].pk).update(withdrawn_at=clock.now())
        assert [line.count for line in waits(office, "follow-up form")] == [1]
        Workshop.objects.update(starts=clock.now().date())
        assert waits(office, "ollow-up form") == []

    def test_they_wait_for_those_alone_who_keep_the_programme(self, office: Office, came: list[Nominee]):
        card = front_queries.card(actor_for(office.approver))
        assert [line for line in card.waiting if "ollow-up form" in line.title] == []


def over(*, days: int) -> None:
    day = clock.now().date() - timedelta(days=days)
    Workshop.objects.update(starts=day, ends=day)


class TestEvaluations:
    def test_one_waits_to_be_closed_two_weeks_after_its_workshop(self, office: Office):
        workshop = office.called()
        opened = evaluations.open_form(workshop, ["Was it useful?"], [], actor="x")
        over(days=14)
        assert waits(office, "valuation") == []
        over(days=15)
        (line,) = waits(office, "An evaluation waits to be closed")
        assert (line.count, line.url) == (1, reverse("workshops:evaluation", args=[workshop.number]))
        lines = front_queries.card(actor_for(office.approver)).waiting
        assert [line for line in lines if "valuation" in line.title] == []
        evaluations.close(opened, actor="x")
        assert waits(office, "valuation") == []
