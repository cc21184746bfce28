"""A tender from the request to the award, between this node and a partner made of the wire alone."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from isthmus.apps.solar.models import QuoteDecision, QuoteFact, Tender
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders import queries
from isthmus.apps.solar.tenders.rules.standing import Phase, Standing
from isthmus.apps.solar.tenders.services import asking, awarding, receiving
from isthmus.exchange.handlers import Received
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, Refused
from isthmus.trust.models import Partner
from tests.apps.solar.tenders.conftest import Time
from tests.apps.solar.tenders.market import LOTS, ForeignMaker, Market
from tests.foreign import ForeignNode

KEY = ("cn", "a" * 32)


def rates(tender: Tender) -> None:
    on = date(2026, 11, 20)
    for kind, code, value in (("exchange", "CNY", "210.5"), ("duty", "", "5"), ("tax", "", "7.5")):
        source = "Central bank of the sample country"
        asking.state_rate(tender, kind, code, Decimal(value), on=on, source=source, actor="x")


def standings(tender: Tender) -> list[Standing]:
    return [one.standing for one in queries.quotes_of(tender)]


class TestAsking:
    def test_a_request_reaches_the_partner_whole(self, market: Market):
        tender = market.ask()
        (body,) = market.told(bodies.REQUEST)
        assert (body["tender"], body["says"], body["asker_name"]) == (
            tender.number,
            "asked",
            "Power ministry",
        )
        assert body["lots"] == LOTS
        assert body["closes"] == clock.to_text(tender.closes)
        assert tender.invitations.get().leaf
        assert queries.phase_of(tender) is Phase.SEALING

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"lots": []}, "lots"),
            ({"lots": [LOTS[0], LOTS[0]]}, "lots"),
            ({"closes_in": -timedelta(hours=1)}, "closes"),
            ({"opens_until": clock.now()}, "opens_until"),
            ({"currency": "naira"}, "currency"),
        ],
    )
    def test_what_nobody_could_answer_is_not_sent(self, market: Market, change, field: str):
        with pytest.raises(BadInput) as caught:
            market.ask(**change)
        assert caught.value.faults[0].where == field
        assert not Tender.objects.exists()
        assert market.told(bodies.REQUEST) == []

    def test_nothing_goes_to_nobody_or_without_an_agreement(self, market: Market):
        asked = asking.Asked("x", clock.now() + timedelta(1), clock.now() + timedelta(2), "NGN", LOTS)
        with pytest.raises(BadInput, match="at least one partner"):
            asking.ask(asked, organisation=market.ministry, to=[], actor="x")
        with pytest.raises(Refused, match="No agreement in force lets requests for quotes go to bd"):
            asking.ask(asked, organisation=market.ministry, to=["cn", "bd"], actor="x")
        assert not Tender.objects.exists()

    def test_a_request_is_withdrawn_once_and_with_a_reason(self, market: Market):
        tender = market.ask()
        with pytest.raises(BadInput):
            asking.withdraw(tender, "", actor="officer")
        tender = asking.withdraw(tender, "The budget fell", actor="officer")
        assert market.told(bodies.REQUEST)[-1]["reason"] == "The budget fell"
        assert queries.phase_of(tender) is Phase.WITHDRAWN
        with pytest.raises(Conflict):
            asking.withdraw(tender, "Again", actor="officer")
        with pytest.raises(Conflict):
            rates(tender)

    def test_rates_have_a_day_a_source_and_a_currency_of_their_own(self, market: Market):
        tender = market.ask()
        rates(tender)
        rates(tender)
        assert tender.rates.count() == 3
        for code, value, on in (
            ("NGN", "1", date(2026, 11, 1)),
            ("CNY", "0", date(2026, 11, 1)),
            ("CNY", "1", date(2099, 1, 1)),
        ):
            with pytest.raises(BadInput):
                asking.state_rate(tender, "exchange", code, Decimal(value), on=on, source="x", actor="x")


class TestSealing:
    def test_nothing_can_be_read_before_the_deadline(self, market: Market, time: Time):
        tender = market.ask()
        maker = ForeignMaker(tender.number)
        assert market.hear(bodies.SEAL, maker.seal) == ""
        (seen,) = queries.quotes_of(tender)
        assert (seen.standing, seen.offer, seen.maker) == (Standing.SEALED, None, "Sample Sunrise Works")
        with pytest.raises(Conflict, match="after its deadline"):
            awarding.award(tender, {1: KEY}, reason="x", actor="approver")
        time.forward(days=1, minutes=1)
        assert queries.phase_of(tender) is Phase.OPENING
        assert market.hear(bodies.QUOTE, maker.quote) == ""
        (seen,) = queries.quotes_of(tender)
        assert seen.standing is Standing.OPENED
        assert seen.offer is not None
        assert seen.offer.lines[0].unit_price == "1450.00"
        assert queries.phase_of(tender) is Phase.DECIDING

    def test_a_quote_that_is_opened_early_is_not_kept_and_does_not_count(self, market: Market, time: Time):
        tender = market.ask()
        maker = ForeignMaker(tender.number)
        market.hear(bodies.SEAL, maker.seal)
        market.hear(bodies.QUOTE, maker.quote)
        assert QuoteFact.objects.get(kind="opening").offer is None
        time.forward(days=1, minutes=1)
        market.hear(bodies.QUOTE, maker.quote)
        assert standings(tender) == [Standing.EARLY]
        assert queries.quotes_of(tender)[0].offer is None

    def test_late_unsealed_and_altered_quotes_are_named_and_do_not_count(self, market: Market, time: Time):
        tender = market.ask()
        in_time, unsealed, late = (ForeignMaker(tender.number, sign * 32) for sign in "abc")
        market.hear(bodies.SEAL, in_time.seal)
        time.forward(days=1, minutes=1)
        market.hear(bodies.SEAL, late.seal)
        in_time.price = "1.00"
        for maker in (in_time, unsealed, late):
            market.hear(bodies.QUOTE, maker.quote)
        assert standings(tender) == [Standing.ALTERED, Standing.LATE, Standing.UNSEALED]
        awarding.award(tender, {}, reason="Nobody offered in form", actor="approver")
        told = {one["quote"][0]: (one["says"], one["reason"]) for one in market.told(bodies.AWARD)}
        assert told == {
            "a": ("set-aside", "The quote is not the one that was sealed."),
            "b": ("set-aside", "The quote arrived without a seal before the deadline."),
            "c": ("set-aside", "The seal arrived after the deadline."),
        }

    def test_a_seal_copied_from_another_cannot_be_opened(self, market: Market, time: Time):
        tender = market.ask()
        maker = ForeignMaker(tender.number)
        market.hear(bodies.SEAL, maker.seal)
        market.hear(bodies.SEAL, {**maker.seal, "quote": "b" * 32, "maker_name": "Sample copyist"})
        time.forward(days=1, minutes=1)
        market.hear(bodies.QUOTE, maker.quote)
        stolen = {**maker.quote, "quote": "b" * 32}
        assert market.hear(bodies.QUOTE, stolen) == "solar.record"
        stolen["offer"] = {**maker.offer, "quote": "b" * 32}
        assert market.hear(bodies.QUOTE, stolen) == ""
        assert standings(tender) == [Standing.OPENED, Standing.ALTERED]

    def test_nobody_seals_or_quotes_for_what_was_not_asked(self, market: Market):
        maker = ForeignMaker("RFQ-2026-9999")
        assert market.hear(bodies.SEAL, maker.seal) == "solar.record"
        assert market.hear(bodies.QUOTE, maker.quote) == "solar.record"

    def test_any_order_of_arrival_gives_the_same_end(self, market: Market, time: Time):
        """The handlers are run in every order, as after a quarantine; arrival is that of the record."""
        tender = market.ask()
        makers = [ForeignMaker(tender.number, sign * 32) for sign in "ab"]
        for maker in makers:
            market.hear(bodies.SEAL, maker.seal)
        time.forward(days=1, minutes=1)
        for maker in makers:
            market.hear(bodies.QUOTE, maker.quote)
        held = {one.leaf: (one.kind, one.quote) for one in QuoteFact.objects.all()}
        ends = set()
        for order in permutations(held):
            QuoteFact.objects.all().delete()
            for leaf in order:
                kind, quote = held[leaf]
                maker = next(one for one in makers if one.reference == quote)
                again(leaf, maker.seal if kind == "seal" else maker.quote, kind)
            ends.add(tuple(sorted((one.quote, one.standing) for one in queries.quotes_of(tender))))
        assert ends == {tuple((maker.reference, Standing.OPENED) for maker in makers)}


def again(leaf: str, body: dict, kind: str) -> None:
    """The handler of a record that is here runs once more."""
    from isthmus.exchange import registry, tokens
    from isthmus.wire.record import read_record

    record = read_record(tokens.text_of(leaf))[1]
    name = bodies.SEAL if kind == "seal" else bodies.QUOTE
    received = Received(record, registry.typed_body(name, record.body), leaf, None)
    (receiving.receive_seal if kind == "seal" else receiving.receive_quote)(received)


class TestAward:
    @pytest.fixture
    def opened(self, market: Market, time: Time) -> Tender:
        tender = market.ask()
        makers = [ForeignMaker(tender.number), ForeignMaker(tender.number, "b" * 32, price="1300.00")]
        for maker in makers:
            market.hear(bodies.SEAL, maker.seal)
        time.forward(days=1, minutes=1)
        for maker in makers:
            market.hear(bodies.QUOTE, maker.quote)
        return tender

    def test_quotes_are_compared_in_one_currency(self, opened: Tender):
        seen = queries.quotes_of(opened)
        assert [one.cost for one in queries.compared(opened, seen)] == [None, None]
        rates(opened)
        first, second = queries.compared(opened, queries.quotes_of(opened))
        assert first.seen.quote == "b" * 32
        assert first.cost is not None
        assert second.cost is not None
        assert first.cost.goods == Decimal("76832500.00")
        assert first.cost.total == Decimal("91286640.38")
        assert first.cost.total < second.cost.total
        assert first.lacks == ()

    def test_every_maker_is_told_and_the_winner_by_lot(self, market: Market, opened: Tender):
        rates(opened)
        awarding.award(opened, {1: ("cn", "b" * 32), 2: KEY}, reason="The cheapest of each", actor="approver")
        told = {one["quote"][0]: one for one in market.told(bodies.AWARD)}
        assert (told["b"]["says"], told["b"]["lots"], told["b"]["currency"]) == ("awarded", [1], "NGN")
        assert told["a"]["lots"] == [2]
        assert told["a"]["seal"] == ForeignMaker(opened.number).seal["seal"]
        assert QuoteDecision.objects.get(quote="b" * 32).landed == Decimal(told["b"]["landed"])
        opened.refresh_from_db()
        assert queries.phase_of(opened) is Phase.AWARDED
        with pytest.raises(Conflict):
            awarding.award(opened, {}, reason="Again", actor="approver")

    def test_who_wins_nothing_is_told_so(self, market: Market, opened: Tender):
        rates(opened)
        awarding.award(opened, {1: KEY, 2: KEY}, reason="One maker for both", actor="approver")
        told = {one["quote"][0]: (one["says"], one["reason"]) for one in market.told(bodies.AWARD)}
        assert told == {"a": ("awarded", "One maker for both"), "b": ("not-awarded", "One maker for both")}

    def test_a_lot_goes_to_an_open_quote_that_offers_it_and_has_a_rate(self, market: Market, opened: Tender):
        for lots in ({1: ("cn", "f" * 32)}, {3: KEY}, {1: KEY}):
            with pytest.raises(BadInput):
                awarding.award(opened, lots, reason="x", actor="approver")
        assert market.told(bodies.AWARD) == []


def test_no_partner_no_request(node: str, cn: ForeignNode, partner: Partner):
    assert asking.partners() == []
