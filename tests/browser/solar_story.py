"""Tenders in every state, as asker and as maker, for the pages of a node; sample data."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.solar.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    QuoteFact,
    SupplyPlan,
    Tender,
    TenderInvitation,
    TenderRate,
    TicketSaying,
    WarrantyTicket,
)
from isthmus.apps.solar.tenders.rules import seals
from isthmus.kit import clock
from tests.apps.solar.tenders.market import DOCUMENT, LOTS, offer, request_from_abroad

SALT = "7" * 64
TITLE = "Home systems and lamp kits for the districts around Kano (sample)"


def _tender(organisation: Organisation, number: str, days: int, **changes: Any) -> Tender:
    closes = clock.now() + timedelta(days=days)
    body = request_from_abroad(
        closes, tender=number, title=TITLE, currency="NGN", documents=[DOCUMENT["kind"]]
    )
    members = {
        "way": "out",
        "number": number,
        "organisation": organisation,
        "title": TITLE,
        "currency": "NGN",
        "closes": closes,
        "opens_until": closes + timedelta(days=7),
        "asked_at": closes - timedelta(days=20),
        "asked_by": "officer@node.test",
        "body": {**body, "lots": LOTS},
    }
    made = Tender.objects.create(**{**members, **changes})
    if made.way == "out":
        TenderInvitation.objects.create(tender=made, partner="cn", leaf="d" * 64)
    return made


def _quoted(tender: Tender, sign: str, maker: str, price: str, *, opened: bool = True) -> str:
    told = offer(tender=tender.number, quote=sign * 32, maker=maker[:40], maker_name=maker)
    told["lines"][0]["unit_price"] = price
    about = {"tender": tender, "partner": "cn", "quote": sign * 32, "maker_name": maker}
    seal = seals.seal_of(SALT, told)
    QuoteFact.objects.create(
        kind="seal", seal=seal, arrived_at=tender.closes - timedelta(hours=7), leaf=sign * 62 + "01", **about
    )
    if opened:
        QuoteFact.objects.create(
            kind="opening",
            seal=seal,
            offer=told,
            arrived_at=tender.closes + timedelta(hours=2),
            leaf=sign * 62 + "02",
            **about,
        )
    return sign * 32


def plans(organisation: Organisation) -> tuple[SupplyPlan, SupplyPlan]:
    """A plan of three districts, and one that was stopped."""
    names = ("Kumbotso", "Tofa", "Dawakin Kudu beyond the long bridge")
    districts = [
        {
            "name": name, "rows": 200 + 40 * n, "homes": 200 + 40 * n, "asked": 180 + 30 * n, "less": 15,
            "beyond": 5 + 10 * n, "wp": 19_200 + 900 * n, "battery_wh": 60_000 + 2_100 * n,
            "cost": f"{40_800 + 7_350 * n}.00",
        }
        for n, name in enumerate(names)
    ]  # fmt: skip
    whole = {key: sum(one[key] for one in districts) for key in districts[0] if key not in {"name", "cost"}}
    found = {
        "whole": {**whole, "name": "", "cost": "144450.00"}, "districts": districts, "lots": 9, "far": [],
        "currency": "USD", "confirmed": False, "checked_on": "2026-11-20",
    }  # fmt: skip
    sizes = ((40, 120), (80, 250), (160, 500))
    lots = [
        {
            "lot": 3 * n + k + 1, "name": f"{wp} Wp, {wh} Wh", "kind": "kit", "count": 90 - 11 * n - 7 * k,
            "wp": wp, "battery_wh": wh, "battery": "lfp", "place": name,
        }
        for n, name in enumerate(names)
        for k, (wp, wh) in enumerate(sizes)
    ]  # fmt: skip
    about = {
        "organisation": organisation, "battery": "lfp", "target": Decimal("0.03"), "file_name": "homes.csv",
        "asked_at": clock.now() - timedelta(days=1), "asked_by": "officer@node.test",
    }  # fmt: skip
    plan = SupplyPlan.objects.create(
        title="Three districts around Kano (sample)", planned_at=clock.now(), found=found, lots=lots,
        rows=b"PAR1", **about,
    )  # fmt: skip
    return plan, SupplyPlan.objects.create(title="A plan that was stopped (sample)", homes=b"id", **about)


def _won(organisation: Organisation) -> tuple[int, int]:
    """A quote of a firm here that was awarded, tested and has a fault; its key and that of the fault."""
    tender = _tender(
        organisation, "RFQ-2026-0033", -60, way="in", partner="cn", asked_by="Sample power ministry"
    )
    told = offer(tender=tender.number, quote="8" * 32, maker="x", maker_name="Sample firm")
    row = MakerQuote.objects.create(
        tender=tender, organisation=organisation, reference="8" * 32, offer=told, state="awarded",
        salt=SALT, seal=seals.seal_of(SALT, told), sealed_at=tender.closes - timedelta(days=1),
        opened_at=tender.closes + timedelta(hours=1), decided_at=tender.closes + timedelta(days=9), lots=[1],
        reason="The cheapest of three", by="officer@node.test",
    )  # fmt: skip
    about = {"tender": tender, "partner": "cn", "quote": row.reference}
    for sign, says, count in (("c", "accepted", 200), ("d", "refused", 40)):
        Acceptance.objects.create(
            reference=sign * 32, lot=1, says=says, counted=count, tested=20, failed=0 if count == 200 else 9,
            reason="" if count == 200 else "Nine of twenty hold no charge", at=clock.now(), by="cn", **about,
        )  # fmt: skip
    fault = WarrantyTicket.objects.create(reference="f" * 32, opened_at=clock.now(), **about)
    TicketSaying.objects.create(
        ticket=fault, says="opened", lot=1, part="controller", count=2, text="They switch off at noon",
        at=clock.now(), by="cn", leaf="f" * 64,
    )  # fmt: skip
    return row.pk, fault.pk


def tell(organisation: Organisation) -> dict[str, Any]:
    """Write it; returns what the pages need."""
    sealing = _tender(organisation, "RFQ-2026-0101", 9)
    _quoted(sealing, "1", "Sample Sunrise Works of the neighbouring province", "1450.00", opened=False)
    deciding = _tender(organisation, "RFQ-2026-0102", -2)
    _quoted(deciding, "2", "Sample Sunrise Works", "1450.00")
    _quoted(deciding, "3", "Sample Lantern Works", "1300.00")
    for kind, code, value in (("exchange", "CNY", "210.5"), ("duty", "", "5"), ("tax", "", "7.5")):
        TenderRate.objects.create(
            tender=deciding,
            kind=kind,
            code=code,
            value=Decimal(value),
            on=clock.now().date(),
            source="Central bank of the sample country",
            by="officer@node.test",
        )
    awarded = _tender(organisation, "RFQ-2026-0103", -40, decided_at=clock.now() - timedelta(days=30))
    quote = _quoted(awarded, "4", "Sample Lantern Works", "1300.00")
    about = {"tender": awarded, "partner": "cn", "quote": quote}
    decision = QuoteDecision.objects.create(
        says="awarded",
        lots=[1, 2],
        landed=Decimal("91286640.38"),
        reason="The cheapest of two",
        at=clock.now() - timedelta(days=30),
        by="approver@node.test",
        **about,
    )
    Acceptance.objects.create(
        reference="a" * 32, lot=1, says="accepted", counted=200, tested=20, failed=0,
        at=clock.now() - timedelta(days=5), by="officer@node.test", **about,
    )  # fmt: skip
    ticket = WarrantyTicket.objects.create(reference="b" * 32, opened_at=clock.now(), **about)
    TicketSaying.objects.create(
        ticket=ticket, says="opened", lot=1, part="battery", count=3, text="They hold no charge after a week",
        at=clock.now(), by="officer@node.test", leaf="e" * 64,
    )  # fmt: skip
    asked = _tender(
        organisation, "RFQ-2026-0031", 12, way="in", partner="cn", asked_by="Sample power ministry"
    )
    past = _tender(
        organisation, "RFQ-2026-0032", -1, way="in", partner="cn", asked_by="Sample power ministry"
    )
    draft, sealed = (
        MakerQuote(
            tender=tender,
            organisation=organisation,
            reference=sign * 32,
            offer=offer(tender=tender.number, quote=sign * 32, maker="x", maker_name="Sample firm"),
            by="officer@node.test",
        )
        for tender, sign in ((asked, "5"), (past, "6"))
    )
    draft.save()
    sealed.state, sealed.salt, sealed.seal = "sealed", SALT, seals.seal_of(SALT, sealed.offer)
    sealed.sealed_at = past.closes - timedelta(days=1)
    sealed.save()
    plan, stopped = plans(organisation)
    won, fault = _won(organisation)
    return {
        "solar_won": won,
        "solar_fault": fault,
        "solar_plan": plan.pk,
        "solar_plan_stopped": stopped.pk,
        "tender_sealing": sealing.pk,
        "tender_deciding": deciding.pk,
        "solar_decision": decision.pk,
        "solar_ticket": ticket.pk,
        "solar_request": asked.pk,
        "solar_draft": draft.pk,
        "solar_sealed": sealed.pk,
    }
