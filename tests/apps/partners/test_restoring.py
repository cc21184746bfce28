"""What this node had said and lost comes back: it stands again, and is not told twice."""

from typing import Any

import pytest

from isthmus.apps.partners.models import Introduction, Letter, Listing, Outcome, Sending
from isthmus.apps.partners.queries import bodies
from isthmus.apps.partners.services import closing, introducing, lettering, restoring
from isthmus.apps.partners.services import listing as listings
from isthmus.exchange import tokens
from isthmus.exchange.told import told
from tests.apps.partners.conftest import Time
from tests.apps.partners.fair import DETAILS, Fair
from tests.apps.partners.test_letter_ends import APPROVER, countersigned, said
from tests.apps.partners.test_letters import from_abroad, opened, terms
from tests.apps.partners.test_listings import found
from tests.given_back import Step, columns, crossed, give_back, recoveries

RECOVERED = recoveries("partners.")


def as_it_stands(row: Introduction | Letter) -> dict[str, Any]:
    """What a node knows of it, without its own people, whose names never crossed."""
    people = ("by", "answered_by", "signed_by", "ended_by", "place")
    times = ("asked_at", "answered_at", "at", "ended_at", "signed_at")
    return columns(row, *people, *times, "need_id", "offer_id", "introduction_id")


def forget(*, listings_of: str = "") -> None:
    """Back to a backup that knew no introduction, and none of a partner's needs and offers either."""
    for model in (Outcome, Letter, Introduction):
        model.objects.all().delete()
    if listings_of:
        Listing.objects.filter(partner=listings_of).delete()


class TestIntroduction:
    @RECOVERED
    @pytest.mark.parametrize("listings_of", ["", "cn"])
    def test_that_was_asked_here_stands_open_again_and_tells_nothing_twice(
        self, fair: Fair, steps: tuple[Step, ...], listings_of: str
    ):
        before = as_it_stands(opened(fair))
        forget(listings_of=listings_of)
        for step in steps:
            step()
        again = Introduction.objects.get()
        assert as_it_stands(again) == before
        assert again.state == "open"
        assert (again.need.is_own, again.offer.partner) == (True, "cn")
        assert [one["says"] for one in fair.told(bodies.INTRODUCTION)] == ["asked", "opened"]

    @RECOVERED
    @pytest.mark.parametrize("agree", [True, False])
    def test_that_was_answered_here_is_not_asked_again(
        self, fair: Fair, steps: tuple[Step, ...], agree: bool
    ):
        fair.asked_from_abroad(fair.own_offer())
        row = introducing.answer(
            Introduction.objects.get(), agree=agree, reason="" if agree else "No line is free", actor="x"
        )
        before = as_it_stands(row)
        forget(listings_of="cn")
        for step in steps:
            step()
        again = Introduction.objects.get()
        assert as_it_stands(again) == before
        assert not introducing.may_answer(again)

    @RECOVERED
    def test_that_was_withdrawn_stays_withdrawn(self, fair: Fair, steps: tuple[Step, ...]):
        row = introducing.withdraw(fair.ask(), "Found at home", actor="officer@node.test")
        fair.says(row, "agreed", details=DETAILS)
        before = as_it_stands(row)
        forget()
        for step in steps:
            step()
        assert Introduction.objects.get().state == "withdrawn"
        assert as_it_stands(Introduction.objects.get()) | {"reason": ""} == before | {"reason": ""}

    def test_about_nothing_known_here_stands_among_the_records_only(self, fair: Fair):
        fair.ask()
        forget(listings_of="cn")
        give_back("partners.")
        assert not Introduction.objects.exists()


class TestLetter:
    @RECOVERED
    def test_of_this_node_waits_for_the_partner_again(self, fair: Fair, steps: tuple[Step, ...]):
        row = lettering.sign(
            lettering.draft(opened(fair), terms(), actor="officer@node.test"), actor=APPROVER
        )
        before = as_it_stands(row)
        forget(listings_of="cn")
        for step in steps:
            step()
        assert as_it_stands(Letter.objects.get()) == before
        countersigned(fair, Letter.objects.get())
        assert Letter.objects.get().state == "signed"

    def test_that_the_backup_held_as_a_draft_was_sent(self, fair: Fair):
        row = lettering.sign(
            lettering.draft(opened(fair), terms(), actor="officer@node.test"), actor=APPROVER
        )
        Letter.objects.update(state="draft", leaf="", signed_by="")
        give_back("partners.")
        again = Letter.objects.get()
        assert (again.state, again.leaf, again.by) == ("sent", row.leaf, "officer@node.test")

    @RECOVERED
    def test_that_was_declined_here_is_not_waited_for(self, fair: Fair, steps: tuple[Step, ...]):
        fair.hear(bodies.LETTER, from_abroad(opened(fair)))
        before = as_it_stands(closing.decline(Letter.objects.get(), "Too soon", actor=APPROVER))
        forget()
        for step in steps:
            step()
        assert as_it_stands(Letter.objects.get()) == before

    @RECOVERED
    def test_that_the_partner_declined_ends_again(self, fair: Fair, steps: tuple[Step, ...]):
        row = lettering.sign(
            lettering.draft(opened(fair), terms(), actor="officer@node.test"), actor=APPROVER
        )
        fair.hear(bodies.LETTER_ANSWER, said(row, "declined"))
        row.refresh_from_db()
        before = as_it_stands(row)
        forget()
        for step in steps:
            step()
        assert as_it_stands(Letter.objects.get()) == before


class TestListing:
    def test_counts_on_from_the_revision_that_was_told(self, fair: Fair, time: Time):
        row = fair.need()
        time.forward(days=3)
        confirmed = listings.confirm(row, actor="officer@node.test")
        Listing.objects.filter(pk=row.pk).update(
            revision=1, confirmed_at=row.confirmed_at, expires_at=row.expires_at
        )
        Sending.objects.update(revision=1)
        give_back("partners.")
        again = Listing.objects.get(pk=row.pk)
        assert (again.revision, again.confirmed_at) == (2, confirmed.confirmed_at)
        assert Sending.objects.get().revision == 2
        assert listings.confirm(again, actor="officer@node.test").revision == 3

    def test_that_was_withdrawn_is_withdrawn_again_and_not_found(self, fair: Fair):
        row = fair.need()
        listings.withdraw(row, actor="officer@node.test")
        Listing.objects.update(revision=1, withdrawn_at=None)
        listings.index(Listing.objects.get())
        assert found("stations", "needs") == [row.reference]
        give_back("partners.")
        assert Listing.objects.get().withdrawn_at is not None
        assert found("stations", "needs") == []

    def test_that_was_confirmed_anew_since_is_told_as_the_next_revision(self, fair: Fair, time: Time):
        row = fair.need()
        listings.confirm(row, actor="officer@node.test")
        (_first, lost) = crossed("partners.")
        time.forward(days=1)
        Listing.objects.filter(pk=row.pk).update(confirmed_at=time.now())
        restoring.restore(lost)
        again = Listing.objects.get()
        assert (again.revision, again.confirmed_at.date()) == (3, time.now().date())

    def test_that_was_not_lost_stays_at_its_revision(self, fair: Fair):
        row = fair.need()
        listings.confirm(row, actor="officer@node.test")
        give_back("partners.")
        assert Listing.objects.get().revision == 2

    def test_that_is_gone_cannot_be_made_from_what_was_told(self, fair: Fair):
        fair.need()
        Listing.objects.all().delete()
        give_back("partners.")
        assert not Listing.objects.exists()


def test_what_was_erased_is_not_told_again(fair: Fair):
    row = fair.ask()
    assert [one.body.says for one in told(bodies.INTRODUCTION, "cn", row.reference)] == ["asked"]
    assert told(bodies.INTRODUCTION, "th", row.reference) == []
    tokens.erase([row.leaf])
    assert told(bodies.INTRODUCTION, "cn", row.reference) == []
