"""The front page says how many homes were planned for, and what waits for whom of tenders and warranties."""

import pytest

from isthmus.accounts.models import Officer
from isthmus.accounts.policy import actor_for
from isthmus.apps.solar.front_queries import card
from isthmus.apps.solar.models import SupplyPlan
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders.services import awarding, quoting
from isthmus.kit import clock
from tests.apps.solar.tenders.conftest import Time, market, time
from tests.apps.solar.tenders.market import ForeignMaker, Market
from tests.apps.solar.tenders.test_maker import arrived, decided, sealed

__all__ = ["market", "time"]
pytestmark = pytest.mark.django_db


def waits(officer: Officer) -> list[tuple[str, int]]:
    return [(line.title, line.count) for line in card(actor_for(officer)).waiting]


def test_homes_of_finished_plans_are_counted(market: Market) -> None:
    about = {"organisation": market.ministry, "target": "0.03", "asked_at": clock.now()}
    SupplyPlan.objects.create(planned_at=clock.now(), found={"whole": {"homes": 400}}, **about)
    SupplyPlan.objects.create(**about)
    assert (card(actor_for(market.officer)).figure, card(actor_for(market.maker)).figure) == ("400", "0")


def test_a_tender_waits_once_no_quote_can_be_opened_any_more(market: Market, time: Time) -> None:
    tender = market.ask()
    maker = ForeignMaker(tender.number)
    assert market.hear(bodies.SEAL, maker.seal) == ""
    assert waits(market.approver) == []
    time.forward(days=1, minutes=1)
    assert waits(market.approver) == []
    assert market.hear(bodies.QUOTE, maker.quote) == ""
    assert waits(market.approver) == [("A tender waits for its award", 1)]
    assert waits(market.officer) == []
    awarding.award(tender, {}, reason="Too dear", actor="approver")
    assert waits(market.approver) == []


def test_an_unopened_quote_holds_a_tender_until_its_time_is_over(market: Market, time: Time) -> None:
    tender = market.ask()
    assert market.hear(bodies.SEAL, ForeignMaker(tender.number).seal) == ""
    time.forward(days=9)
    assert waits(market.approver) == [("A tender waits for its award", 1)]


def test_a_maker_is_reminded_to_quote_to_open_and_to_answer(market: Market, time: Time) -> None:
    tender = arrived(market)
    assert waits(market.maker) == [("A request for solar quotes is open", 1)]
    quote = sealed(market, tender)
    assert waits(market.maker) == []
    assert waits(market.competitor) == [("A request for solar quotes is open", 1)]
    time.forward(days=1, minutes=1)
    assert waits(market.maker) == [("Open your sealed quote now", 1)]
    quoting.open_quote(quote, actor="maker")
    assert waits(market.maker) == []


def test_a_fault_waits_for_the_maker_alone(market: Market, time: Time) -> None:
    quote = sealed(market, arrived(market))
    time.forward(days=1, minutes=1)
    quoting.open_quote(quote, actor="maker")
    assert market.hear(bodies.AWARD, decided(quote, "awarded", lots=[1], currency="USD", landed="1.00")) == ""
    fault = {
        "tender": quote.tender.number,
        "quote": quote.reference,
        "ticket": "c" * 32,
        "says": "opened",
        "at": clock.to_text(clock.now()),
        "lot": 1,
        "part": "battery",
        "count": 2,
        "text": "They hold no charge",
    }
    assert market.hear(bodies.TICKET, fault) == ""
    assert waits(market.maker) == [("A fault under warranty waits", 1)]
    assert waits(market.competitor) == []
