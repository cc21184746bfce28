"""What people do about family solar systems in the demonstration: Nigeria plans and asks, makers in China
quote.

Everything goes through the services; nothing is written around them. What was done at an earlier start is
found and left alone.
"""

import csv
import random
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from isthmus.accounts.models import Organisation
from isthmus.apps.solar.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    Tender,
    TenderRate,
    WarrantyTicket,
)
from isthmus.apps.solar.planning.analytics.lots import lots_of_plan
from isthmus.apps.solar.planning.analytics.running import plan_homes
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders import queries
from isthmus.apps.solar.tenders.rules.comparing import landed
from isthmus.apps.solar.tenders.services import asking, awarding, quoting, serving
from isthmus.kit import clock
from isthmus.node.demo.countries import MAKERS, MARK, SEED
from isthmus.node.demo.trade import Answer, who

TITLE = f"Home systems for two districts near Kano {MARK}"
TARGET = 0.03
"""The share of its use that a home may miss."""
SEALING = timedelta(seconds=30)
"""Long enough for a request to travel and two seals to come back, short enough to wait for."""
OPENING = timedelta(hours=6)
_DISTRICTS = (("Kumbotso", 11.89, 8.50), ("Tofa", 12.06, 8.27))
_HOMES = 400
_KIND = "IEC TS 62257-9-5"
_PRICES: dict[str, tuple[str, str, str, str]] = {
    "east-light": ("CNY", "60", "1.95", "1.45"),
    "river-sun": ("USD", "14", "0.25", "0.185"),
}
"""What the sample makers ask: currency, for one system, for each Wp of panel and each Wh of battery."""
_RATES = (
    (TenderRate.Kind.EXCHANGE, "CNY", "215"),
    (TenderRate.Kind.EXCHANGE, "USD", "1530"),
    (TenderRate.Kind.DUTY, "", "5"),
    (TenderRate.Kind.TAX, "", "7.5"),
)
"""Naira for one of a currency, and percent: invented like the makers."""


def plan_districts() -> Answer:
    """Plan a system for each of 400 invented homes, and put them together to lots."""
    folder = settings.ISTHMUS.home / "solar"
    folder.mkdir(exist_ok=True)
    homes, lots = folder / "homes.csv", folder / "lots.csv"
    _write_homes(homes)
    plan = plan_homes(homes, folder / "plan.csv", target=TARGET, country="NG", lots=lots)
    return {
        "homes": plan.whole.homes,
        "met": plan.whole.asked,
        "wp": plan.whole.wp,
        "cost": str(plan.whole.cost),
        "currency": plan.currency,
        "lots": plan.lots,
    }


def _write_homes(file: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311  sample data, the same at every start
    with file.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["id", "lat", "lon", "wh_per_day", "district"])
        for number in range(_HOMES):
            name, lat, lon = chance.choice(_DISTRICTS)
            place = (f"{lat + chance.uniform(-0.05, 0.05):.4f}", f"{lon + chance.uniform(-0.05, 0.05):.4f}")
            rows.writerow([f"SAMPLE-{number:04d}", *place, chance.choice((120, 240, 500)), name])


def ask_makers() -> Answer:
    """Ask the makers at the node of China for quotes on the lots of the plan; once."""
    tender = _asked()
    if tender is not None and tender.decided_at is None and not tender.facts.exists() and _is_past(tender):
        asking.withdraw(tender, "Nobody had time to answer.", actor=who("officer"))
        tender = None
    if tender is None:
        now = clock.now()
        wanted = asking.Asked(
            title=TITLE,
            closes=now + SEALING,
            opens_until=now + OPENING,
            currency="NGN",
            lots=lots_of_plan(settings.ISTHMUS.home / "solar" / "lots.csv"),
            documents=[_KIND],
        )
        tender = asking.ask(wanted, organisation=_own(), to=["cn"], actor=who("officer"))
        for kind, code, value in _RATES:
            asking.state_rate(
                tender,
                kind,
                code,
                Decimal(value),
                on=now.date(),
                source=f"Sample rate {MARK}",
                actor=who("officer"),
            )
    return {"number": tender.number}


def _asked() -> Tender | None:
    rows = Tender.objects.filter(way=Tender.Way.OUT, title=TITLE, withdrawn_at=None)
    return rows.order_by("-pk").first()


def _is_past(row: Tender) -> bool:
    return clock.now() >= row.closes + quoting.MARGIN


def _own() -> Organisation:
    return Organisation.objects.get(code="power")


def seal_quotes() -> Answer:
    """Let each maker of this node write a quote and seal it; what leaves the node tells nothing of it."""
    rows = Tender.objects.filter(way=Tender.Way.IN, title=TITLE, withdrawn_at=None)
    tender = rows.order_by("-pk").first()
    if tender is None:
        return {"sealed": 0}
    for code, _name, _officer in MAKERS:
        firm = Organisation.objects.get(code=code)
        if not MakerQuote.objects.filter(tender=tender, organisation=firm).exists():
            actor = f"{code}@cn.example"
            written = quoting.write(tender, _offer(tender, code), organisation=firm, actor=actor)
            quoting.seal(written, actor=actor)
    return {"sealed": tender.quotes.exclude(state=MakerQuote.State.DRAFT).count()}


def _offer(tender: Tender, code: str) -> dict[str, Any]:
    currency, system, each_wp, each_wh = _PRICES[code]
    lines = []
    for lot in bodies.request_of(tender).lots:
        price = Decimal(system) + lot.wp * Decimal(each_wp) + lot.battery_wh * Decimal(each_wh)
        lines.append(
            {
                "lot": lot.lot,
                "product": f"Home system {lot.wp}/{lot.battery_wh} {MARK}",
                "count": lot.count,
                "unit_price": f"{price:.2f}",
                "wp": lot.wp,
                "battery_wh": lot.battery_wh,
            }
        )
    until = (clock.now() + timedelta(days=365)).date().isoformat()
    return {
        "currency": currency,
        "lines": lines,
        "freight": "21000.00" if currency == "CNY" else "2900.00",
        "insurance": "1400.00" if currency == "CNY" else "210.00",
        "incoterm": "CIF",
        "delivery_days": 60,
        "warranty_months": 36,
        "take_back": True,
        "valid_until": until,
        "documents": [{"kind": _KIND, "number": f"SAMPLE-{code.upper()}", "valid_until": until}],
        "remark": "",
    }


def open_quotes() -> Answer:
    """Open every sealed quote of this node; possible only once the deadline has passed."""
    sealed = MakerQuote.objects.filter(tender__title=TITLE, state=MakerQuote.State.SEALED)
    for quote in sealed.select_related("organisation"):
        quoting.open_quote(quote, actor=f"{quote.organisation.code}@cn.example")
    return {"opened": MakerQuote.objects.filter(tender__title=TITLE, state=MakerQuote.State.OPENED).count()}


def tender() -> Answer:
    """How the request stands here: its phase, each quote's standing, what may be read, what was decided."""
    row = _asked()
    if row is None:
        return {"number": "", "phase": "", "quotes": [], "readable": 0, "past": False}
    seen = queries.quotes_of(row)
    return {
        "number": row.number,
        "phase": queries.phase_of(row, seen).value,
        "quotes": [one.standing.value for one in seen],
        "readable": sum(one.offer is not None for one in seen),
        "past": _is_past(row),
        "awards": [
            {"quote": one.quote, "says": one.says, "lots": one.lots, "landed": str(one.landed or "")}
            for one in row.decisions.order_by("pk")
        ],
        "currency": row.currency,
        "accepted": Acceptance.objects.filter(tender=row).count(),
    }


def _cheapest(row: Tender, compared: list[queries.Compared], lot: int) -> tuple[str, str]:
    charges = queries.charges_of(row)
    costs = [
        (landed(queries.priced(one.offer), charges, [lot]).total, one.seen.partner, one.seen.quote)
        for one in compared
        if not one.lacks
    ]
    _cost, partner, quote = min(costs)
    return partner, quote


def award_lots() -> Answer:
    """Award each lot to the open quote that costs least in the asker's currency, all charges in."""
    row = _asked()
    assert row is not None, "it was asked"
    if row.decided_at is None:
        compared = queries.compared(row, queries.quotes_of(row))
        lots = {one.lot: _cheapest(row, compared, one.lot) for one in bodies.request_of(row).lots}
        awarding.award(row, lots, reason="Least landed cost for the lot.", actor=who("approver"))
    return tender()


def accept_delivery() -> Answer:
    """Test the first lot that came, and tell its maker of two batteries that fail."""
    row = _asked()
    assert row is not None, "it was asked"
    won = row.decisions.filter(says=QuoteDecision.Says.AWARDED).order_by("pk").first()
    assert won is not None, "it was awarded"
    if not Acceptance.objects.filter(tender=row).exists():
        lot = won.lots[0]
        count = next(one.count for one in bodies.request_of(row).lots if one.lot == lot)
        checks = {"Panel gives its rated power": True, "Battery holds its rated energy": True}
        serving.accept(
            won,
            lot=lot,
            counted=count,
            tested=min(count, 13),
            failed=0,
            checks=checks,
            accepted=True,
            reason="",
            actor=who("officer"),
        )
        serving.open_ticket(
            won, lot=lot, part="battery", count=2, text="Do not charge above 20 %.", actor=who("officer")
        )
    return {"accepted": Acceptance.objects.filter(tender=row).count()}


def answer_ticket() -> Answer:
    """The maker replaces what fails."""
    ticket = WarrantyTicket.objects.filter(tender__title=TITLE).first()
    if ticket is not None and not ticket.sayings.filter(says="replace").exists():
        quote = MakerQuote.objects.select_related("organisation").get(reference=ticket.quote)
        serving.say(
            ticket, "replace", "Two batteries leave this week.", actor=f"{quote.organisation.code}@cn.example"
        )
    return {"answered": ticket is not None}


def ticket() -> Answer:
    """What was said about the ticket so far."""
    row = WarrantyTicket.objects.filter(tender__title=TITLE).first()
    return {"says": [] if row is None else list(row.sayings.order_by("at").values_list("says", flat=True))}


KEYS = (
    plan_districts,
    ask_makers,
    seal_quotes,
    open_quotes,
    tender,
    award_lots,
    accept_delivery,
    answer_ticket,
    ticket,
)
"""What can be asked for here."""
