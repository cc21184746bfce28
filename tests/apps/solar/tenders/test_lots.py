"""What came of lots, for the asker and for the maker: counts, faults that wait, and what will be waste."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from isthmus.apps.solar.models import MakerQuote, QuoteDecision, Tender
from isthmus.apps.solar.payment.queries import masses
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders.lots_queries import lots_of, waste_of
from isthmus.apps.solar.tenders.services import awarding, serving
from isthmus.kit import clock
from tests.apps.solar.tenders.conftest import Time
from tests.apps.solar.tenders.market import ForeignMaker, Market
from tests.apps.solar.tenders.test_api import Program
from tests.apps.solar.tenders.test_pages import text_of
from tests.apps.solar.tenders.test_tender import rates
from tests.browser import solar_story
from tests.second_factors import browser_of


@pytest.fixture
def served(market: Market, time: Time) -> Tender:
    """Lot 1 awarded, 200 systems accepted and 40 refused, two faults of which one is closed; lot 2 open."""
    tender = market.ask()
    maker = ForeignMaker(tender.number)
    market.hear(bodies.SEAL, maker.seal)
    time.forward(days=1, minutes=1)
    market.hear(bodies.QUOTE, maker.quote)
    rates(tender)
    awarding.award(tender, {1: ("cn", maker.reference)}, reason="The only one", actor="approver")
    decision = QuoteDecision.objects.get()
    about = {"lot": 1, "tested": 20, "checks": {}, "actor": "officer"}
    serving.accept(decision, counted=200, failed=0, accepted=True, reason="", **about)
    serving.accept(decision, counted=40, failed=9, accepted=False, reason="No charge", **about)
    for text in ("They flicker", "They are dark"):
        ticket = serving.open_ticket(decision, lot=1, part="lamp", count=2, text=text, actor="officer")
    serving.say(ticket, "closed", "Repaired here", actor="officer")
    return tender


def test_a_lot_is_seen_from_asking_to_its_faults(served: Tender):
    one, other = lots_of([served])
    assert (one.quotes, one.came, one.refused, one.open_tickets) == (1, 200, 1, 1)
    assert one.awarded is not None
    assert one.awarded.maker == "Sample Sunrise Works"
    assert (other.quotes, other.awarded, other.came, other.open_tickets) == (1, None, 0, 0)


def test_waste_is_of_what_was_accepted_in_the_size_that_was_offered(served: Tender):
    year, weights = clock.now().year, masses()
    grams = waste_of(lots_of([served]), year)
    life = weights.battery_years["lfp"]
    assert grams[year + life]["lfp"] == 200 * round(1024 * weights.battery_grams_per_wh["lfp"])
    assert max(grams) <= year + 20
    assert waste_of(lots_of([]), year) == {}


def test_many_tenders_cost_no_more_statements_than_one(market: Market, served: Tender):
    others = [market.ask() for _one in range(3)]
    with CaptureQueriesContext(connection) as few:
        lots_of([served])
    with CaptureQueriesContext(connection) as many:
        assert len(lots_of([served, *others])) == 8
    assert len(many) == len(few)


def test_the_page_of_lots_shows_counts_and_waste_and_only_ones_own(market: Market, served: Tender):
    page = text_of(browser_of(market.officer).get(reverse("solar:lots")))
    assert served.number in page
    assert "1: Home systems for 500 Wh a day" in page
    assert "Sample Sunrise Works, cn" in page
    assert "What will be waste" in page
    assert "No lot was asked for yet" in text_of(browser_of(market.competitor).get(reverse("solar:lots")))


def test_a_program_reads_lots(market: Market, served: Tender):
    told = Program(market, "power").get("lots").json()
    one, _other = told["items"]
    assert (one["number"], one["lot"]["count"], one["quotes"]) == (served.number, 200, 1)
    assert (one["came"], one["refused"], one["open_tickets"]) == (200, 1, 1)
    assert one["awarded"] == {"partner": "cn", "quote": "a" * 32, "maker": "Sample Sunrise Works"}
    assert {row["material"] for row in told["waste"]} >= {"lfp"}
    assert Program(market, "rival").get("lots").json() == {"items": [], "waste": [], "next": None}


class TestMaker:
    def test_a_firm_sees_its_awards_with_deliveries_and_faults(self, market: Market):
        found = solar_story.tell(market.firm)
        maker = browser_of(market.maker)
        listed = reverse("solar:quotes")
        assert "RFQ-2026-0033" in text_of(maker.get(listed))
        awarded = text_of(maker.get(listed, {"state": "awarded"}))
        assert "RFQ-2026-0033" in awarded
        assert "RFQ-2026-0032" not in awarded
        assert "RFQ-2026-0033" in text_of(maker.get(listed, {"tickets": "open"}))
        page = text_of(maker.get(reverse("solar:quote", args=[found["solar_won"]])))
        for told in ("Deliveries", "Nine of twenty hold no charge", "Warranty", "Charge controller"):
            assert told in page
        ticket = text_of(maker.get(reverse("solar:ticket", args=[found["solar_fault"]])))
        assert reverse("solar:quote", args=[found["solar_won"]]) in ticket

    def test_a_rival_sees_none_of_it(self, market: Market):
        found = solar_story.tell(market.firm)
        rival = browser_of(market.competitor)
        assert "No quotes yet" in text_of(rival.get(reverse("solar:quotes")))
        for name, key in (("quote", "solar_won"), ("ticket", "solar_fault")):
            assert rival.get(reverse(f"solar:{name}", args=[found[key]])).status_code == 404

    def test_a_program_of_the_firm_reads_awards_and_what_came_of_them(self, market: Market):
        solar_story.tell(market.firm)
        (row,) = Program(market, "firm").get("quotes", state="awarded").json()["items"]
        assert [one["says"] for one in row["acceptances"]] == ["accepted", "refused"]
        assert [(one["state"], one["sayings"][0]["part"]) for one in row["tickets"]] == [
            ("open", "controller")
        ]
        assert len(Program(market, "firm").get("quotes").json()["items"]) == MakerQuote.objects.count()
