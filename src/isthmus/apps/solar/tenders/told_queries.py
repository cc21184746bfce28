"""Tenders as programs and the shell read them: plain facts, and of a quote nothing before it may be read."""

from collections import defaultdict
from collections.abc import Sequence

from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders import queries
from isthmus.apps.solar.tenders.lots_queries import LotSeen, lots_of, waste_of
from isthmus.apps.solar.tenders.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    Tender,
    TenderRate,
    WarrantyTicket,
)
from isthmus.apps.solar.tenders.queries import Compared, QuoteSeen
from isthmus.apps.solar.tenders.rules.tickets import Saying, state_of
from isthmus.kit import clock

Facts = dict[str, object]
Served = defaultdict[tuple[str, str], tuple[list[Facts], list[Facts]]]
ServedOwn = defaultdict[tuple[int, str], tuple[list[Facts], list[Facts]]]
_GRAMS_IN_KG = 1000


def glance(row: Tender) -> Facts:
    """A request of this node at a glance."""
    return {
        "id": row.pk,
        "number": row.number,
        "title": row.title,
        "organisation": row.organisation.code if row.organisation else "",
        "currency": row.currency,
        "closes": row.closes,
        "opens_until": row.opens_until,
        "decided_at": row.decided_at,
        "withdrawn_at": row.withdrawn_at,
    }


def whole(row: Tender) -> Facts:
    """All of a request of this node: lots, rates, how each quote stands, and the open ones compared."""
    asked, quotes = bodies.request_of(row), queries.quotes_of(row)
    compared = {(one.seen.partner, one.seen.quote): one for one in queries.compared(row, quotes)}
    served = served_of(row)
    return {
        **glance(row),
        "phase": queries.phase_of(row, quotes).value,
        "incoterm": asked.incoterm,
        "warranty_months": asked.warranty_months,
        "take_back": asked.take_back,
        "documents": list(asked.documents),
        "invited": list(row.invitations.order_by("partner").values_list("partner", flat=True)),
        "lots": [lot.model_dump(mode="json") for lot in asked.lots],
        "rates": [rate(one) for one in row.rates.order_by("kind", "code")],
        "quotes": [_quote(one, compared.get((one.partner, one.quote)), served) for one in quotes],
    }


def rate(row: TenderRate) -> Facts:
    """What quotes are compared by."""
    value = format(row.value.normalize(), "f")
    return {"kind": row.kind, "code": row.code, "value": value, "on": row.on, "source": row.source}


def _quote(seen: QuoteSeen, found: Compared | None, served: Served) -> Facts:
    cost = None if found is None else found.cost
    parts = ("goods", "freight", "insurance", "duty", "tax", "total")
    return {
        "partner": seen.partner,
        "quote": seen.quote,
        "maker": seen.maker,
        "standing": seen.standing.value,
        "seal": seen.seal,
        "sealed_at": seen.sealed_at,
        "opened_at": seen.opened_at,
        "offer": None if seen.offer is None else seen.offer.model_dump(mode="json"),
        "landed": None if cost is None else {name: f"{getattr(cost, name):.2f}" for name in parts},
        "lacks": [] if found is None else [":".join(part for part in lack if part) for lack in found.lacks],
        "decision": None if seen.decision is None else decided(seen.decision, served),
    }


def served_of(tender: Tender) -> Served:
    """By node and name of a quote: the tests of deliveries, and the faults that were told."""
    found: Served = defaultdict(lambda: ([], []))
    for test in Acceptance.objects.filter(tender=tender).order_by("at", "pk"):
        found[test.partner, test.quote][0].append(accepted(test))
    rows = (
        WarrantyTicket.objects.filter(tender=tender).prefetch_related("sayings").order_by("opened_at", "pk")
    )
    for fault in rows:
        found[fault.partner, fault.quote][1].append(ticket(fault))
    return found


def decided(row: QuoteDecision, served: Served) -> Facts:
    """What was decided about a quote, and what came of it."""
    acceptances, tickets = served[row.partner, row.quote]
    return {
        "quote": row.quote,
        "says": row.says,
        "lots": row.lots,
        "landed": None if row.landed is None else f"{row.landed:.2f}",
        "reason": row.reason,
        "at": row.at,
        "acceptances": acceptances,
        "tickets": tickets,
    }


def accepted(row: Acceptance) -> Facts:
    """The acceptance test of a delivery."""
    names = ("lot", "says", "counted", "tested", "failed", "reason", "at")
    return {"delivery": row.reference, **{name: getattr(row, name) for name in names}}


def ticket(row: WarrantyTicket) -> Facts:
    """A fault under warranty and what both sides said about it."""
    sayings = sorted(row.sayings.all(), key=lambda one: (one.at, one.leaf))
    names = ("says", "at", "lot", "part", "count", "text")
    return {
        "ticket": row.reference,
        "state": state_of(Saying(one.says, one.at, one.leaf) for one in sayings).value,
        "sayings": [{name: getattr(one, name) for name in names} for one in sayings],
    }


def request(row: Tender) -> Facts:
    """A request from abroad, as its makers here read it."""
    asked = bodies.request_of(row)
    return {
        "id": row.pk,
        "number": row.number,
        "partner": row.partner,
        "title": row.title,
        "asker": row.asked_by,
        "currency": row.currency,
        "closes": row.closes,
        "opens_until": row.opens_until,
        "takes_seals": row.withdrawn_at is None and clock.now() < row.closes,
        "withdrawn_at": row.withdrawn_at,
        "documents": list(asked.documents),
        "lots": [lot.model_dump(mode="json") for lot in asked.lots],
    }


def served_for(rows: Sequence[MakerQuote]) -> ServedOwn:
    """By tender and name of the own quotes: the tests of deliveries, and the faults that were told."""
    found: ServedOwn = defaultdict(lambda: ([], []))
    tenders, names = {row.tender_id for row in rows}, {row.reference for row in rows}
    about = {"tender__in": tenders, "quote__in": names}
    for test in Acceptance.objects.filter(**about).order_by("at", "pk"):
        found[test.tender_id, test.quote][0].append(accepted(test))
    faults = WarrantyTicket.objects.filter(**about).prefetch_related("sayings").order_by("opened_at", "pk")
    for fault in faults:
        found[fault.tender_id, fault.quote][1].append(ticket(fault))
    return found


def lots(tenders: Sequence[Tender]) -> Facts:
    """The lots of tenders with what came of them, and the waste of what was accepted."""
    seen = lots_of(tenders)
    grams = waste_of(seen, clock.now().year)
    return {
        "items": [_lot(one) for one in seen],
        "waste": [
            {"year": year, "material": material, "kg": round(mass / _GRAMS_IN_KG, 1)}
            for year, of_year in grams.items()
            for material, mass in sorted(of_year.items())
        ],
    }


def _lot(one: LotSeen) -> Facts:
    by = one.awarded
    return {
        "tender": one.tender.pk,
        "number": one.tender.number,
        "lot": one.lot.model_dump(mode="json"),
        "quotes": one.quotes,
        "awarded": None if by is None else {"partner": by.partner, "quote": by.quote, "maker": by.maker},
        "came": one.came,
        "refused": one.refused,
        "open_tickets": one.open_tickets,
    }


def own_quote(row: MakerQuote, served: ServedOwn | None = None) -> Facts:
    """A quote of a firm of this node, for that firm; its salt stays out of it."""
    names = ("state", "seal", "sealed_at", "opened_at", "decided_at", "lots", "reason", "offer")
    known = served_for([row]) if served is None else served
    acceptances, tickets = known[row.tender_id, row.reference]
    return {
        "quote": row.reference,
        "tender": row.tender.number,
        "partner": row.tender.partner,
        "organisation": row.organisation.code,
        **{name: getattr(row, name) for name in names},
        "acceptances": acceptances,
        "tickets": tickets,
    }
