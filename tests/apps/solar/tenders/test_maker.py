"""The maker's side: requests from abroad, quotes that stay here until the deadline; and after the award."""

from datetime import timedelta
from typing import Any

import pytest

from isthmus.accounts.policy import actor_for
from isthmus.apps.solar.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    Tender,
    TicketSaying,
    WarrantyTicket,
)
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders import queries, sample_queries
from isthmus.apps.solar.tenders.rules import seals
from isthmus.apps.solar.tenders.rules.tickets import TicketState, state_of
from isthmus.apps.solar.tenders.services import awarding, keeping, quoting, serving
from isthmus.exchange.handlers import Erasing
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from tests.apps.solar.tenders.conftest import Time
from tests.apps.solar.tenders.market import ForeignMaker, Market, offer, request_from_abroad
from tests.apps.solar.tenders.test_tender import rates

TOMORROW = timedelta(days=1)


def arrived(market: Market) -> Tender:
    assert market.hear(bodies.REQUEST, request_from_abroad(clock.now() + TOMORROW)) == ""
    return Tender.objects.get(way="in")


def sealed(market: Market, tender: Tender, **changes: Any) -> MakerQuote:
    row = quoting.write(tender, offer(**changes), organisation=market.firm, actor="maker")
    return quoting.seal(row, actor="maker")


def decided(quote: MakerQuote, says: str, **changes: Any) -> dict[str, Any]:
    return {
        "tender": quote.tender.number,
        "quote": quote.reference,
        "says": says,
        "at": clock.to_text(clock.now()),
        "seal": quote.seal,
        "lots": [1] if says == "awarded" else [],
        "reason": "The cheapest",
        **changes,
    }


class TestRequests:
    def test_a_request_is_in_the_inbox_of_every_firm(self, market: Market):
        tender = arrived(market)
        for officer in (market.maker, market.competitor):
            assert list(queries.requests_for(actor_for(officer))) == [tender]
        assert market.hear(bodies.REQUEST, tender.body) == ""
        assert market.hear(bodies.REQUEST, {**tender.body, "title": "Other"}) == "solar.record"

    @pytest.mark.parametrize(
        "change",
        [
            {"lots": []},
            {"opens_until": "2026-11-01T00:00:00Z"},
            {"title": None},
            {"lots": request_from_abroad(clock.now())["lots"][:1] * 2},
        ],
    )
    def test_one_that_nobody_could_answer_is_refused(self, market: Market, change: dict[str, Any]):
        body = {**request_from_abroad(clock.now() + TOMORROW), **change}
        assert market.hear(bodies.REQUEST, body) == "solar.record"

    def test_a_withdrawn_one_takes_no_quotes(self, market: Market):
        tender = arrived(market)
        gone = {"tender": tender.number, "says": "withdrawn", "at": clock.to_text(clock.now())}
        for _turn in range(2):
            assert market.hear(bodies.REQUEST, gone) == ""
        with pytest.raises(Conflict, match="not open"):
            sealed(market, tender)
        assert market.hear(bodies.REQUEST, {**gone, "tender": "RFQ-0"}) == ""  # waits in quarantine


class TestQuoting:
    def test_only_the_seal_leaves_before_the_deadline(self, market: Market, time: Time):
        tender = arrived(market)
        row = quoting.write(tender, offer(), organisation=market.firm, actor="maker")
        row = quoting.write(
            tender, offer(freight="17000.00"), organisation=market.firm, actor="maker", quote=row
        )
        row = quoting.seal(row, actor="maker")
        (body,) = market.told(bodies.SEAL)
        assert body["seal"] == row.seal == seals.seal_of(row.salt, row.offer)
        assert "17000" not in str(body)
        with pytest.raises(Conflict, match="before the deadline"):
            quoting.open_quote(row, actor="maker")
        time.forward(days=1, seconds=2)
        with pytest.raises(Conflict, match="before the deadline"):
            quoting.open_quote(row, actor="maker")
        assert market.told(bodies.QUOTE) == []
        time.forward(seconds=4)
        quoting.open_quote(row, actor="maker")
        (told,) = market.told(bodies.QUOTE)
        assert seals.seal_of(told["salt"], told["offer"]) == body["seal"]
        with pytest.raises(Conflict, match="only once"):
            quoting.open_quote(row, actor="maker")

    def test_a_sealed_quote_does_not_change(self, market: Market):
        row = sealed(market, arrived(market))
        with pytest.raises(Conflict, match="does not change"):
            quoting.write(row.tender, offer(), organisation=market.firm, actor="maker", quote=row)
        with pytest.raises(Conflict, match="sealed already"):
            quoting.seal(row, actor="maker")

    def test_nobody_sees_the_quotes_of_a_competitor(self, market: Market):
        row = sealed(market, arrived(market))
        assert list(queries.quotes_for(actor_for(market.maker))) == [row]
        assert not queries.quotes_for(actor_for(market.competitor)).exists()
        assert not queries.quotes_for(actor_for(market.approver)).exists()

    def test_nothing_is_sealed_after_the_deadline(self, market: Market, time: Time):
        tender = arrived(market)
        row = quoting.write(tender, offer(), organisation=market.firm, actor="maker")
        time.forward(days=1, seconds=1)
        with pytest.raises(Conflict, match="deadline of this request has passed"):
            quoting.seal(row, actor="maker")
        with pytest.raises(Conflict, match="Only a sealed quote"):
            quoting.open_quote(row, actor="maker")

    def test_a_quote_stays_closed_where_the_request_was_withdrawn(self, market: Market, time: Time):
        row = sealed(market, arrived(market))
        gone = {"tender": row.tender.number, "says": "withdrawn", "at": clock.to_text(clock.now())}
        market.hear(bodies.REQUEST, gone)
        time.forward(days=2)
        with pytest.raises(Conflict, match="withdrawn"):
            quoting.open_quote(row, actor="maker")

    @pytest.mark.parametrize(
        "change", [{"lines": []}, {"freight": "1"}, {"lines": [{**offer()["lines"][0], "lot": 9}]}]
    )
    def test_an_offer_that_cannot_be_is_not_kept(self, market: Market, change: dict[str, Any]):
        with pytest.raises(BadInput):
            quoting.write(arrived(market), offer(**change), organisation=market.firm, actor="maker")
        assert not MakerQuote.objects.exists()


class TestDecided:
    @pytest.mark.parametrize("says", ["awarded", "not-awarded", "set-aside"])
    def test_the_maker_sees_what_was_decided(self, market: Market, says: str):
        row = sealed(market, arrived(market))
        assert market.hear(bodies.AWARD, decided(row, says)) == ""
        row.refresh_from_db()
        assert (row.state, row.reason, bool(row.award_leaf)) == (says, "The cheapest", True)

    @pytest.mark.parametrize("change", [{"quote": "f" * 32}, {"seal": "0" * 64}, {"lots": []}])
    def test_a_decision_about_something_else_is_refused(self, market: Market, change: dict[str, Any]):
        row = sealed(market, arrived(market))
        assert market.hear(bodies.AWARD, {**decided(row, "awarded"), **change}) == "solar.record"

    def test_acceptance_and_warranty_reach_the_maker_and_his_answer_leaves(self, market: Market):
        row = sealed(market, arrived(market))
        tested = {
            "tender": row.tender.number, "quote": row.reference, "lot": 1, "delivery": "d" * 32,
            "says": "accepted", "at": clock.to_text(clock.now()), "counted": 200, "tested": 20, "failed": 1,
            "checks": [{"name": "Lamps light", "passed": True}], "reason": None,
        }  # fmt: skip
        assert market.hear(bodies.ACCEPTANCE, tested) == "solar.record"
        market.hear(bodies.AWARD, decided(row, "awarded"))
        assert market.hear(bodies.ACCEPTANCE, {**tested, "lot": 2}) == "solar.record"
        assert market.hear(bodies.ACCEPTANCE, {**tested, "failed": 21}) == "solar.record"
        assert market.hear(bodies.ACCEPTANCE, tested) == ""
        assert Acceptance.objects.get().tested == 20
        fault = {
            "tender": row.tender.number, "quote": row.reference, "ticket": "e" * 32, "says": "opened",
            "at": clock.to_text(clock.now()), "lot": 1, "part": "battery", "count": 3, "text": "Dead",
        }  # fmt: skip
        assert market.hear(bodies.TICKET, {**fault, "part": None}) == "solar.record"
        assert market.hear(bodies.TICKET, {**fault, "says": "repair"}) == "solar.record"
        assert market.hear(bodies.TICKET, fault) == ""
        ticket = WarrantyTicket.objects.get()
        with pytest.raises(BadInput):
            serving.say(ticket, "closed", "No", actor="maker")
        serving.say(ticket, "replace", "On their way", actor="maker")
        assert market.told(bodies.TICKET)[-1]["says"] == "replace"
        assert market.hear(bodies.TICKET, {**fault, "says": "closed", "text": None}) == ""
        assert state_of(queries.sayings_of(ticket)) is TicketState.CLOSED
        with pytest.raises(Conflict):
            serving.say(ticket, "repair", "Too late", actor="maker")


class TestServing:
    @pytest.fixture
    def won(self, market: Market, time: Time) -> QuoteDecision:
        tender = market.ask()
        rates(tender)
        maker = ForeignMaker(tender.number)
        market.hear(bodies.SEAL, maker.seal)
        time.forward(days=1, seconds=1)
        market.hear(bodies.QUOTE, maker.quote)
        (found,) = awarding.award(tender, {1: ("cn", maker.reference)}, reason="Only one", actor="approver")
        return found

    tested: dict[str, Any] = {
        "lot": 1, "counted": 200, "tested": 20, "failed": 0, "checks": {"Lamps light": True},
        "accepted": True, "reason": "", "actor": "officer",
    }  # fmt: skip

    def test_a_delivery_is_tested_and_the_maker_told(self, market: Market, won: QuoteDecision):
        row = serving.accept(won, **self.tested)
        (told,) = market.told(bodies.ACCEPTANCE)
        assert (told["says"], told["delivery"], told["checks"]) == (
            "accepted",
            row.reference,
            [{"name": "Lamps light", "passed": True}],
        )

    @pytest.mark.parametrize(
        "change", [{"lot": 2}, {"failed": 21}, {"accepted": False}, {"checks": {"": True}}]
    )
    def test_a_test_that_does_not_count_is_not_kept(self, won: QuoteDecision, change: dict[str, Any]):
        with pytest.raises(BadInput):
            serving.accept(won, **{**self.tested, **change})
        assert not Acceptance.objects.exists()

    def test_a_ticket_is_told_answered_and_closed(self, market: Market, won: QuoteDecision):
        ticket = serving.open_ticket(won, lot=1, part="panel", count=2, text="Cracked", actor="officer")
        told = market.told(bodies.TICKET)[-1]
        answer = {**told, "says": "reject", "text": "Hail is not covered"}
        assert market.hear(bodies.TICKET, answer) == ""
        assert market.hear(bodies.TICKET, {**told, "says": "closed"}) == "solar.record"
        assert state_of(queries.sayings_of(ticket)) is TicketState.ANSWERED
        serving.say(ticket, "closed", "Bought new ones", actor="officer")
        assert TicketSaying.objects.count() == 3
        with pytest.raises(BadInput):
            serving.open_ticket(won, lot=1, part="wheel", count=1, text="x", actor="officer")

    def test_samples_for_the_dry_run_are_bodies_of_their_types(self, market: Market, won: QuoteDecision):
        serving.accept(won, **self.tested)
        serving.open_ticket(won, lot=1, part="panel", count=2, text="Cracked", actor="officer")
        officer, maker = actor_for(market.officer), actor_for(market.maker)
        row = sealed(market, arrived(market))
        row.state, row.opened_at = "opened", clock.now()
        row.save()
        for name in ("requests", "awards", "acceptances", "tickets"):
            assert len(getattr(sample_queries, name)(officer)) == 1, name
        for name in ("seals", "quotes"):
            assert len(getattr(sample_queries, name)(maker)) == 1, name
            assert getattr(sample_queries, name)(officer) == []

    def test_an_erased_record_takes_its_words_and_a_number_that_came_later_is_kept(
        self, market: Market, won: QuoteDecision
    ):
        fact = won.tender.facts.get(kind="opening")
        keeping.erase(Erasing(fact.leaf, bodies.QUOTE, "x", "cn", sent=True, ground="order"))
        fact.refresh_from_db()
        assert fact.offer is not None
        keeping.erase(Erasing(fact.leaf, bodies.QUOTE, "x", "cn", sent=False, ground="order"))
        fact.refresh_from_db()
        assert (fact.offer, fact.maker_name) == (None, "")
        assert queries.quotes_of(won.tender)[0].offer is None
        tender = arrived(market)
        keeping.erase(Erasing(tender.leaf, bodies.REQUEST, "x", "cn", sent=False, ground="order"))
        tender.refresh_from_db()
        assert bodies.request_of(tender).lots == ()
        keeping.take_number(won.leaf, "f" * 64)
        won.refresh_from_db()
        assert won.leaf == "f" * 64
