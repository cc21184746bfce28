"""Pages of tenders: who sees and does what, from the request to the warranty."""

import re
from datetime import timedelta
from typing import Any

from django.urls import reverse

from isthmus.apps.solar.models import Acceptance, MakerQuote, QuoteDecision, Tender, WarrantyTicket
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.kit import clock
from tests.apps.solar.tenders.conftest import Time
from tests.apps.solar.tenders.market import ForeignMaker, Market
from tests.apps.solar.tenders.test_maker import arrived
from tests.browser import solar_pages, solar_story
from tests.second_factors import browser_of


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return re.sub(r"\s+", " ", answer.content.decode())


def day(ahead: int) -> str:
    return (clock.now() + timedelta(days=ahead)).date().isoformat()


def asked(market: Market, **changes: Any) -> dict[str, Any]:
    return {
        "organisation": market.ministry.pk,
        "title": "Systems for Kano (sample)",
        "to": ["cn"],
        "lots": "200; 180; 1000; lfp; component-system; Kano; Systems\n500; 20; 80; lfp; kit; ; Lamps",
        "closes": day(3),
        "opens_until": day(10),
        "currency": "ngn",
        "incoterm": "CIF",
        "warranty_months": 24,
        "take_back": "on",
        "documents": "IEC TS 62257-9-5",
        **changes,
    }


class TestAsker:
    def test_from_the_request_to_the_warranty(self, market: Market, time: Time):
        officer, approver = browser_of(market.officer), browser_of(market.approver)
        answer = officer.post(reverse("solar:tender-ask"), asked(market))
        tender = Tender.objects.get()
        here = reverse("solar:tender", args=[tender.pk])
        assert answer["Location"] == here
        assert "No seal has arrived yet" in text_of(officer.get(here))
        maker = ForeignMaker(tender.number)
        market.hear(bodies.SEAL, maker.seal)
        page = text_of(officer.get(here))
        assert "Sealed" in page
        assert "Compared in NGN" not in page
        time.forward(days=5)
        market.hear(bodies.QUOTE, maker.quote)
        rate = {"kind": "exchange", "code": "cny", "value": "210.5", "on": day(-2), "source": "Sample bank"}
        officer.post(reverse("solar:tender-rate", args=[tender.pk]), rate)
        assert "85,048,1" not in text_of(officer.get(here))
        assert "Compared in NGN" in text_of(officer.get(here))
        assert "Decide about the quotes" not in text_of(officer.get(here))
        deed = {"lot_1": f"cn/{maker.reference}", "lot_2": "", "reason": "The only one"}
        assert officer.post(reverse("solar:tender-award", args=[tender.pk]), deed).status_code == 403
        approver.post(reverse("solar:tender-award", args=[tender.pk]), deed)
        decision = QuoteDecision.objects.get()
        assert (decision.says, decision.lots) == ("awarded", [1])
        tested = {
            "lot": 1,
            "counted": 200,
            "tested": 20,
            "failed": 0,
            "checks": ["count"],
            "says": "accepted",
        }
        officer.post(reverse("solar:acceptance", args=[decision.pk]), tested)
        assert Acceptance.objects.get().checks[0]["passed"]
        fault = {"lot": 1, "part": "battery", "count": 2, "text": "No charge"}
        answer = officer.post(reverse("solar:ticket-open", args=[decision.pk]), fault)
        assert "No charge" in text_of(officer.get(answer["Location"]))
        officer.post(answer["Location"], {"says": "closed", "text": "Repaired here"})
        assert "Closed" in text_of(officer.get(answer["Location"]))
        assert "Warranty" in text_of(officer.get(reverse("solar:decision", args=[decision.pk])))

    def test_a_wrong_line_is_named_beside_it(self, market: Market):
        officer = browser_of(market.officer)
        for lots, told in (
            ("200; 180", "Line 1 has to hold seven parts"),
            ("0; 180; 1000; lfp; kit; Kano; x", "count"),
        ):
            page = text_of(officer.post(reverse("solar:tender-ask"), asked(market, lots=lots)))
            assert told in page
        assert not Tender.objects.exists()

    def test_what_cannot_be_is_said_on_the_form(self, market: Market, time: Time):
        tender = market.ask()
        officer, approver = browser_of(market.officer), browser_of(market.approver)
        rate = {"kind": "exchange", "code": "NGN", "value": "1", "on": day(-1), "source": "x"}
        page = text_of(officer.post(reverse("solar:tender-rate", args=[tender.pk]), rate))
        assert "of another currency" in page
        page = text_of(approver.post(reverse("solar:tender-award", args=[tender.pk]), {"reason": "x"}))
        assert "after its deadline" in page
        maker = browser_of(market.maker)
        for name, number in (("tender", 99), ("decision", 9), ("ticket", 9), ("quote", 9), ("request", 9)):
            assert maker.get(reverse(f"solar:{name}", args=[number])).status_code == 404


class TestMaker:
    def test_a_firm_quotes_seals_and_opens(self, market: Market, time: Time):
        tender, maker = arrived(market), browser_of(market.maker)
        assert tender.number in text_of(maker.get(reverse("solar:requests")))
        given = {
            "organisation": market.firm.pk, "product_1": "Sample 180", "price_1": "310", "wp_1": 180,
            "wh_1": 1024, "wp_2": 20, "wh_2": 80, "currency": "usd", "freight": "900", "insurance": "50",
            "delivery_days": 60, "warranty_months": 24, "valid_until": day(60), "remark": "",
        }  # fmt: skip
        write = reverse("solar:quote-write", args=[tender.pk])
        page = text_of(maker.post(write, {**given, "product_1": ""}))
        assert "Offer at least one lot" in page
        assert "Give the price of what you offer" in text_of(maker.post(write, {**given, "price_1": ""}))
        answer = maker.post(write, given)
        quote = MakerQuote.objects.get()
        assert "Seal it and send the seal" in text_of(maker.get(answer["Location"]))
        assert browser_of(market.competitor).get(answer["Location"]).status_code == 404
        maker.post(reverse("solar:quote-seal", args=[quote.pk]))
        page = text_of(maker.get(answer["Location"]))
        assert "Open it" not in page
        assert maker.post(reverse("solar:quote-open", args=[quote.pk])).status_code == 409
        time.forward(days=1, seconds=6)
        assert "Open it" in text_of(maker.get(answer["Location"]))
        maker.post(reverse("solar:quote-open", args=[quote.pk]))
        assert market.told(bodies.QUOTE)[0]["offer"]["lines"][0]["unit_price"] == "310.00"
        assert quote.reference[:12] in text_of(maker.get(reverse("solar:request", args=[tender.pk])))


def test_every_page_of_the_story_opens(market: Market):
    found = solar_story.tell(market.ministry)
    who = {"officer": browser_of(market.officer), "approver": browser_of(market.approver)}
    for page in solar_pages.TENDERS:
        text_of(who[page.who].get(page.path(found)))
    assert WarrantyTicket.objects.count() == 2
