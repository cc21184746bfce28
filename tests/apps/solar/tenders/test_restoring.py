"""What this node had said of tenders and lost comes back: it stands again, and is not told twice."""

from decimal import Decimal
from typing import Any

import pytest

from isthmus.accounts.models import Organisation
from isthmus.apps.solar.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    QuoteFact,
    Tender,
    TenderInvitation,
    TenderRate,
    TicketSaying,
    WarrantyTicket,
)
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders import queries
from isthmus.apps.solar.tenders.services import asking, awarding, quoting, serving
from isthmus.kit import clock
from tests.apps.solar.tenders.conftest import Time
from tests.apps.solar.tenders.market import ForeignMaker, Market
from tests.apps.solar.tenders.test_maker import arrived, decided, sealed
from tests.apps.solar.tenders.test_tender import rates
from tests.given_back import Step, columns, give_back, recoveries

RECOVERED = recoveries("solar.")
EVERY = (
    TicketSaying,
    WarrantyTicket,
    Acceptance,
    QuoteDecision,
    MakerQuote,
    QuoteFact,
    TenderRate,
    TenderInvitation,
    Tender,
)
OTHERS = {
    Tender: ("asked_by",),
    TenderInvitation: ("tender_id",),
    QuoteFact: ("tender_id", "arrived_at"),
    QuoteDecision: ("tender_id", "by", "at"),
    MakerQuote: ("tender_id", "by", "opened_at", "sealed_at"),
    Acceptance: ("tender_id", "by", "at"),
    WarrantyTicket: ("tender_id", "opened_at"),
    TicketSaying: ("ticket_id", "by", "at"),
}


def as_it_stands() -> list[dict[str, Any]]:
    """All that is known of tenders, without this node's own people, whose names never crossed."""
    rows = []
    for model, aside in OTHERS.items():
        rows += sorted((columns(row, *aside) for row in model.objects.all()), key=str)  # type: ignore[attr-defined]  # models, as Django makes them
    return rows


def forget() -> None:
    for model in EVERY:
        model.objects.all().delete()


def tell_of_delivery(won: QuoteDecision) -> None:
    counts = {"lot": 1, "counted": 200, "tested": 20, "failed": 0}
    serving.accept(won, **counts, checks={"lights": True}, accepted=True, reason="", actor="officer")


def tell_of_fault(won: QuoteDecision) -> WarrantyTicket:
    return serving.open_ticket(won, lot=1, part="battery", count=2, text="Two are dead", actor="officer")


def say(market: Market, ticket: WarrantyTicket, says: str) -> str:
    body = {
        "tender": ticket.tender.number,
        "quote": ticket.quote,
        "ticket": ticket.reference,
        "says": says,
        "at": clock.to_text(clock.now()),
        "text": "We see to it",
        **({"lot": 1, "part": "battery", "count": 2} if says == "opened" else {}),
    }
    return market.hear(bodies.TICKET, body)


class TestAsker:
    @pytest.fixture
    def won(self, market: Market, time: Time) -> QuoteDecision:
        tender = market.ask()
        maker = ForeignMaker(tender.number)
        assert market.hear(bodies.SEAL, maker.seal) == ""
        time.forward(days=1, seconds=1)
        assert market.hear(bodies.QUOTE, maker.quote) == ""
        rates(tender)
        (decision,) = awarding.award(
            tender, {1: ("cn", maker.reference)}, reason="Cheapest", actor="approver"
        )
        return decision

    @RECOVERED
    def test_all_of_a_tender_stands_again(self, market: Market, won: QuoteDecision, steps: tuple[Step, ...]):
        tell_of_delivery(won)
        ticket = serving.open_ticket(
            won, lot=1, part="battery", count=2, text="Two are dead", actor="officer"
        )
        assert say(market, ticket, "replace") == ""
        serving.say(ticket, "closed", "Both came", actor="officer")
        before = as_it_stands()
        told = len(market.told(bodies.AWARD)) + len(market.told(bodies.TICKET))
        forget()
        for step in steps:
            step()
        assert as_it_stands() == before
        assert QuoteDecision.objects.get().landed == won.landed
        assert isinstance(QuoteDecision.objects.get().landed, Decimal)
        assert len(market.told(bodies.AWARD)) + len(market.told(bodies.TICKET)) == told

    def test_the_number_of_a_lost_request_is_not_given_again(self, market: Market):
        number = market.ask().number
        forget()
        give_back("solar.")
        assert Tender.objects.get().number == number
        assert market.ask().number != number

    def test_a_withdrawn_request_is_withdrawn_again(self, market: Market):
        tender = asking.withdraw(market.ask(), "No money", actor="officer")
        assert tender.withdrawn_at is not None
        forget()
        for _twice in range(2):
            give_back("solar.")
        assert Tender.objects.get().withdrawn_at == clock.from_text(clock.to_text(tender.withdrawn_at))

    def test_a_request_of_nobody_here_stands_among_the_records_only(self, market: Market, won: QuoteDecision):
        tell_of_fault(won)
        tell_of_delivery(won)
        forget()
        Organisation.objects.filter(code="power").update(code="energy")
        give_back("solar.")
        assert not Tender.objects.exists()


class TestMaker:
    @RECOVERED
    def test_an_opened_quote_stands_again_with_what_became_of_it(
        self, market: Market, time: Time, steps: tuple[Step, ...]
    ):
        row = sealed(market, arrived(market))
        time.forward(days=1, seconds=10)
        row = quoting.open_quote(row, actor="maker")
        assert market.hear(bodies.AWARD, decided(row, "awarded")) == ""
        opened = WarrantyTicket(tender=row.tender, partner="cn", quote=row.reference, reference="d" * 32)
        assert say(market, opened, "opened") == ""
        serving.say(WarrantyTicket.objects.get(), "replace", "On its way", actor="maker")
        before = as_it_stands()
        forget()
        for step in steps:
            step()
        assert as_it_stands() == before
        assert MakerQuote.objects.get().state == "awarded"
        assert len(market.told(bodies.QUOTE)) == 1
        assert [one.says for one in queries.sayings_of(WarrantyTicket.objects.get())] == ["opened", "replace"]

    def test_one_that_the_backup_held_sealed_was_opened(self, market: Market, time: Time):
        row = sealed(market, arrived(market))
        time.forward(days=1, seconds=10)
        opened = quoting.open_quote(row, actor="maker")
        MakerQuote.objects.update(state="sealed", opened_at=None, leaf="", seal_leaf="")
        give_back("solar.")
        again = MakerQuote.objects.get()
        assert (again.state, again.leaf, again.seal_leaf) == ("opened", opened.leaf, row.seal_leaf)
        assert again.sealed_at == row.sealed_at

    def test_one_that_was_only_sealed_is_gone_with_its_salt(self, market: Market):
        sealed(market, arrived(market))
        forget()
        give_back("solar.")
        assert not MakerQuote.objects.exists()

    def test_one_for_a_request_that_is_not_known_stands_among_the_records_only(
        self, market: Market, time: Time
    ):
        row = sealed(market, arrived(market))
        time.forward(days=1, seconds=10)
        quoting.open_quote(row, actor="maker")
        forget()
        give_back("solar.")
        assert not MakerQuote.objects.exists()
