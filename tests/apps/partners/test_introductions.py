"""Introductions between two nodes: what is told when, whatever comes twice, late, or out of order."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from isthmus.apps.partners.models import Introduction, Listing, Outcome
from isthmus.apps.partners.queries import bodies
from isthmus.apps.partners.queries.sides import details
from isthmus.apps.partners.services import ending, hearing, introducing, keeping, outcomes
from isthmus.apps.partners.services import listing as listings
from isthmus.exchange.handlers import Erasing
from isthmus.exchange.models import Effect, Record
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, Refused
from tests.apps.partners.conftest import Time
from tests.apps.partners.fair import DETAILS, SECRETS, Fair, introduction

progress: Any = SimpleNamespace(step=lambda *_: None)
LATER = "The line is full until spring"


def again(row: Introduction) -> Introduction:
    row.refresh_from_db()
    return row


class TestDisclosure:
    def test_nothing_that_tells_who_asks_leaves_before_both_agreed(self, fair: Fair):
        row = fair.ask()
        told = fair.everything_told()
        assert [body["says"] for body in fair.told(bodies.INTRODUCTION)] == ["asked"]
        assert len(fair.told(bodies.NEED)) == 1
        assert [secret for secret in SECRETS if secret in told] == []
        fair.says(row, "refused", reason=LATER)
        assert [secret for secret in SECRETS if secret in fair.everything_told()] == []

    def test_details_leave_by_themselves_once_the_other_side_has_agreed(self, fair: Fair):
        row = fair.ask()
        assert details(row, row.offer) is None
        assert fair.says(row, "agreed", details=DETAILS) == ""
        assert again(row).state == "open"
        other = details(row, row.offer)
        assert other is not None
        assert (other.organisation, other.quantity) == ("Sample Radio Works", 40_000)
        asked, opened = fair.told(bodies.INTRODUCTION)
        assert (asked["says"], asked["details"], opened["says"]) == ("asked", None, "opened")
        assert [secret for secret in SECRETS if secret not in fair.everything_told()] == []
        assert opened["details"]["email"] == "hla@signal.example"

    def test_the_side_that_was_asked_opens_its_details_by_agreeing(self, fair: Fair):
        offer = fair.own_offer()
        assert fair.asked_from_abroad(offer) == ""
        row = Introduction.objects.get()
        assert "Silver Mast" not in fair.everything_told()
        introducing.answer(row, agree=True, actor="competitor@node.test")
        assert again(row).state == "agreed"
        assert details(row, row.need) is None
        (said,) = fair.told(bodies.INTRODUCTION)
        assert said["details"]["organisation"] == "Silver Mast (sample)"
        assert fair.says(row, "opened", details=DETAILS) == ""
        assert again(row).state == "open"
        assert details(row, row.need) is not None
        with pytest.raises(Conflict, match="answered"):
            introducing.answer(row, agree=False, reason="x", actor="x")

    def test_details_too_early_are_refused_and_not_kept(self, fair: Fair):
        offer = fair.own_offer()
        assert fair.asked_from_abroad(offer, details=DETAILS) == "partners.record"
        assert not Introduction.objects.exists()
        row = fair.ask()
        assert fair.says(row, "refused", details=DETAILS) == "partners.record"


class TestHearing:
    def test_an_answer_that_comes_twice_opens_once(self, fair: Fair):
        row = fair.ask()
        for _ in range(2):
            assert fair.says(row, "agreed", details=DETAILS) == ""
        assert [one["says"] for one in fair.told(bodies.INTRODUCTION)] == ["asked", "opened"]
        assert fair.says(row, "refused", reason=LATER) == ""
        assert again(row).state == "open"

    def test_a_question_that_comes_twice_is_one_and_under_its_reference_no_other(self, fair: Fair):
        offer, second = fair.own_offer(), fair.own_offer(title="More stations (sample)")
        assert fair.asked_from_abroad(offer) == ""
        assert fair.asked_from_abroad(offer) == ""
        assert fair.asked_from_abroad(second) == "partners.record"
        assert Introduction.objects.count() == 1

    def test_what_is_about_nothing_here_or_from_the_wrong_side_is_refused(self, fair: Fair):
        row = fair.ask()
        assert fair.says(row, "opened", details=DETAILS) == "partners.record"
        assert fair.says(row, "withdrawn") == "partners.record"
        assert fair.says(row, "agreed", introduction="f" * 32) == "partners.record"
        assert fair.says(row, "agreed", offer="f" * 32) == "partners.record"
        unknown = introduction(row, "asked", introduction="e" * 32, asked_by="offer", offer="f" * 32)
        assert fair.hear(bodies.INTRODUCTION, unknown) == "partners.record"

    def test_details_before_this_side_agreed_are_refused(self, fair: Fair):
        fair.asked_from_abroad(fair.own_offer())
        row = Introduction.objects.get()
        assert fair.says(row, "opened", details=DETAILS) == "partners.record"
        assert again(row).state == "asked"

    def test_an_answer_that_crosses_a_withdrawal_opens_nothing(self, fair: Fair):
        row = fair.ask()
        introducing.withdraw(row, "", actor="officer@node.test")
        assert fair.says(row, "agreed", details=DETAILS) == ""
        assert (again(row).state, row.details) == ("withdrawn", {})
        assert [one["says"] for one in fair.told(bodies.INTRODUCTION)] == ["asked", "withdrawn"]
        with pytest.raises(Conflict):
            introducing.withdraw(row, "", actor="x")

    def test_the_asker_may_withdraw_after_this_side_agreed(self, fair: Fair):
        fair.asked_from_abroad(fair.own_offer())
        row = Introduction.objects.get()
        introducing.answer(row, agree=True, actor="x")
        assert fair.says(row, "withdrawn") == ""
        assert again(row).state == "withdrawn"
        assert fair.says(row, "opened", details=DETAILS) == ""
        assert (again(row).state, row.details) == ("withdrawn", {})

    def test_a_handler_that_runs_again_changes_nothing(self, fair: Fair):
        row = fair.ask()
        fair.says(row, "agreed", details=DETAILS)
        record = Record.objects.get(leaf=again(row).answer_leaf)
        assert record.effect == Effect.APPLIED
        body = bodies.IntroductionV1.model_validate(introduction(row, "agreed", details=DETAILS))
        received: Any = SimpleNamespace(record=SimpleNamespace(sender="cn"), body=body, leaf=record.leaf)
        hearing.receive_introduction(received)
        assert len(fair.told(bodies.INTRODUCTION)) == 2


class TestExpiry:
    def test_an_offer_that_expires_meanwhile_gets_a_clear_answer_and_nothing_is_lost(
        self, fair: Fair, time: Time
    ):
        offer = fair.own_offer()
        time.forward(days=179)
        assert fair.asked_from_abroad(offer) == ""
        row = Introduction.objects.get()
        time.forward(days=2)
        with pytest.raises(Conflict, match="expired on") as refused:
            introducing.answer(row, agree=True, actor="x")
        assert "Confirm it, then agree" in str(refused.value)
        assert again(row).state == "asked"
        told = ending.look_after(progress)
        assert (told["expired"], told["answered"], told["failed"]) == (1, 1, 0)
        (answer,) = fair.told(bodies.INTRODUCTION)
        assert (answer["says"], answer["details"]) == ("expired", None)
        assert "expired on" in answer["reason"]
        assert (again(row).state, Listing.objects.filter(partner="").count()) == ("expired", 1)
        assert ending.look_after(progress)["answered"] == 0
        listings.confirm(offer, actor="x")
        assert fair.asked_from_abroad(offer, introduction="d" * 32) == ""
        introducing.answer(Introduction.objects.get(reference="d" * 32), agree=True, actor="x")

    def test_whoever_confirms_in_time_can_still_agree(self, fair: Fair, time: Time):
        offer = fair.own_offer()
        fair.asked_from_abroad(offer)
        time.forward(days=181)
        listings.confirm(offer, actor="x")
        row = introducing.answer(Introduction.objects.get(), agree=True, actor="x")
        assert row.state == "agreed"

    def test_an_expired_answer_from_abroad_is_shown_with_its_reason(self, fair: Fair):
        row = fair.ask()
        assert fair.says(row, "expired", reason="It expired on 1 Nov 2026.") == ""
        assert (again(row).state, row.reason) == ("expired", "It expired on 1 Nov 2026.")
        repeated = introducing.ask(row.need, row.offer, actor="officer@node.test")
        assert repeated.state == "asked"

    def test_nobody_asks_about_what_expired(self, fair: Fair, time: Time):
        need, offer = fair.need(), fair.offer()
        time.forward(days=175)
        with pytest.raises(Conflict, match="expired on"):
            introducing.ask(need, offer, actor="x")


class TestAsking:
    def test_what_does_not_fit_or_is_asked_already_is_refused(self, fair: Fair):
        need = fair.need()
        with pytest.raises(Conflict, match="another level of assembly"):
            introducing.ask(need, fair.offer(levels=["complete"]), actor="x")
        introducing.ask(need, fair.offer("d"), actor="x")
        with pytest.raises(Conflict, match="being introduced already"):
            introducing.ask(need, Listing.objects.get(reference="d" * 32), actor="x")
        with pytest.raises(BadInput, match="between a need and an offer"):
            introducing.ask(need, need, actor="x")
        with pytest.raises(Conflict, match="a partner's"):
            introducing.ask(Listing.objects.get(reference="d" * 32), need, actor="x")

    def test_without_an_agreement_nothing_is_written(self, fair: Fair):
        need, offer = fair.need(), fair.offer()
        type(fair.agreement).objects.update(valid_until=clock.now() - timedelta(days=1))
        with pytest.raises(Refused, match="No agreement in force"):
            introducing.ask(need, offer, actor="x")
        assert not Introduction.objects.exists()

    def test_a_refusal_needs_its_reason_and_the_asker_is_told(self, fair: Fair):
        fair.asked_from_abroad(fair.own_offer())
        row = Introduction.objects.get()
        with pytest.raises(BadInput, match="Say why"):
            introducing.answer(row, agree=False, actor="x")
        with pytest.raises(BadInput, match="an e-mail address"):
            introducing.answer(row, agree=False, reason="Write to me@rival.example", actor="x")
        introducing.answer(row, agree=False, reason=LATER, actor="x")
        (said,) = fair.told(bodies.INTRODUCTION)
        assert (said["says"], said["reason"], said["details"]) == ("refused", LATER, None)

    def test_two_firms_of_this_node_are_introduced_without_a_record(self, fair: Fair):
        need, offer = fair.need(), fair.own_offer()
        row = introducing.ask(need, offer, actor="officer@node.test")
        assert (row.partner, details(row, offer)) == ("", None)
        introducing.answer(row, agree=True, actor="competitor@node.test")
        found = details(again(row), offer)
        assert found is not None
        assert (row.state, found.organisation) == ("open", "Silver Mast (sample)")
        assert fair.told(bodies.INTRODUCTION) == []
        with pytest.raises(BadInput, match="of one organisation"):
            introducing.ask(need, listings.enter("offer", fair.firm, _same(), actor="x"), actor="x")


def _same() -> listings.Given:
    from tests.apps.partners.fair import given

    return given(title="Offer of the same firm")


class TestAfterwards:
    def test_what_became_of_it_is_asked_after_six_and_twelve_months(self, fair: Fair, time: Time):
        row = fair.ask()
        fair.says(row, "agreed", details=DETAILS)
        time.forward(days=170)
        assert outcomes.ask_all(progress) == {"asked": 0}
        time.forward(days=20)
        assert outcomes.ask_all(progress) == {"asked": 1}
        assert outcomes.ask_all(progress) == {"asked": 0}
        outcome = outcomes.tell(Outcome.objects.get(), "trial", "200 kits", actor="x")
        assert (outcome.months, outcome.says, outcome.by) == (6, "trial", "x")
        with pytest.raises(BadInput, match="Choose"):
            outcomes.tell(outcome, "luck", "", actor="x")
        time.forward(days=180)
        assert outcomes.ask_all(progress) == {"asked": 1}

    def test_what_a_record_said_of_the_other_side_is_erased_and_the_count_stays(self, fair: Fair):
        row = fair.ask()
        fair.says(row, "agreed", details=DETAILS)
        leaf = again(row).answer_leaf
        keeping.erase(Erasing(leaf, bodies.INTRODUCTION, "x", "cn", sent=False, ground="retention"))
        assert (again(row).details, row.state, details(row, row.offer)) == ({}, "open", None)
        offer_leaf = row.offer.leaf
        keeping.erase(Erasing(offer_leaf, bodies.OFFER, "x", "cn", sent=False, ground="order"))
        row.offer.refresh_from_db()
        assert (row.offer.text, row.offer.is_open) == ("", False)
        keeping.erase(Erasing(row.leaf, bodies.INTRODUCTION, "x", "cn", sent=True, ground="order"))

    def test_what_waited_for_its_number_has_its_leaf(self, fair: Fair):
        row = fair.ask()
        sending = row.need.sendings.get()
        for leaf in (row.leaf, sending.leaf):
            keeping.take_number(leaf, "f" * 64)
        sending.refresh_from_db()
        assert (again(row).leaf, sending.leaf) == ("f" * 64, "f" * 64)
