"""Finding tenders and quotes, and how they stand."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Aggregate, Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from isthmus.accounts.policy import Actor, can, visible
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders.house import INBOX, QUOTE, VIEW
from isthmus.apps.solar.tenders.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    QuoteFact,
    Tender,
    TenderRate,
    WarrantyTicket,
)
from isthmus.apps.solar.tenders.records import OfferV1
from isthmus.apps.solar.tenders.rules.comparing import (
    Charges,
    Landed,
    Line,
    NoRate,
    Offered,
    Priced,
    Wanted,
    lacking,
    landed,
)
from isthmus.apps.solar.tenders.rules.standing import (
    COUNTS,
    Opened,
    Phase,
    Sealed,
    Standing,
    phase,
    standing,
)
from isthmus.apps.solar.tenders.rules.tickets import Saying
from isthmus.kit import clock


def tenders_for(actor: Actor) -> QuerySet[Tender]:
    """The requests of the actor's organisations."""
    return visible(actor, VIEW, Tender.objects.filter(way=Tender.Way.OUT).select_related("organisation"))


def requests_for(actor: Actor) -> QuerySet[Tender]:
    """The requests from abroad; every firm of this node may quote."""
    rows = Tender.objects.filter(way=Tender.Way.IN)
    return rows if can(actor, INBOX) else rows.none()


def quotes_for(actor: Actor) -> QuerySet[MakerQuote]:
    """The quotes of the actor's own firms, and nobody else's."""
    return visible(actor, QUOTE, MakerQuote.objects.select_related("tender", "organisation"))


def _summed(rows: "QuerySet[Acceptance] | QuerySet[WarrantyTicket]", total: Aggregate) -> Coalesce:
    of_quote = rows.filter(tender=OuterRef("tender"), quote=OuterRef("reference")).order_by()
    return Coalesce(Subquery(of_quote.values("quote").annotate(total=total).values("total")), 0)


def quotes_served(actor: Actor) -> QuerySet[MakerQuote]:
    """The same with ``came`` (systems accepted), ``refused`` (deliveries) and ``open_tickets`` of each."""
    tests, tickets = Acceptance.objects.all(), WarrantyTicket.objects.exclude(sayings__says="closed")
    return quotes_for(actor).annotate(
        came=_summed(tests.filter(says=Acceptance.Says.ACCEPTED), Sum("counted")),
        refused=_summed(tests.filter(says=Acceptance.Says.REFUSED), Count("pk")),
        open_tickets=_summed(tickets, Count("pk")),
    )


@dataclass(frozen=True, slots=True)
class QuoteSeen:
    """A quote as it arrived here, and how it stands; ``offer`` only where it may be read."""

    partner: str
    quote: str
    standing: Standing
    maker: str
    seal: str
    sealed_at: datetime | None
    opened_at: datetime | None
    offer: OfferV1 | None
    decision: QuoteDecision | None


@dataclass(frozen=True, slots=True)
class Compared:
    """An open quote in the currency of comparison; ``cost`` is None where no rate is stated."""

    seen: QuoteSeen
    offer: OfferV1
    cost: Landed | None
    lacks: tuple[tuple[str, str], ...]


def quotes_of(tender: Tender, now: datetime | None = None) -> list[QuoteSeen]:
    """Every quote of which something arrived, by the time its first part arrived."""
    facts, decisions = tender.facts.order_by("arrived_at", "leaf"), tender.decisions.all()
    return seen_of(tender, facts, decisions, now or clock.now())


def seen_of(
    tender: Tender, facts: Iterable[QuoteFact], decisions: Iterable[QuoteDecision], now: datetime
) -> list[QuoteSeen]:
    """The same of facts, in the order of their arrival, and decisions that were read before."""
    by_quote: dict[tuple[str, str], list[QuoteFact]] = defaultdict(list)
    for fact in facts:
        by_quote[fact.partner, fact.quote].append(fact)
    decided = {(one.partner, one.quote): one for one in decisions}
    return [_seen(tender, key, by_quote[key], decided.get(key), now) for key in by_quote]


def _seen(
    tender: Tender,
    key: tuple[str, str],
    facts: list[QuoteFact],
    decision: QuoteDecision | None,
    now: datetime,
) -> QuoteSeen:
    sealed = [one for one in facts if one.kind == QuoteFact.Kind.SEAL]
    opened = [one for one in facts if one.kind == QuoteFact.Kind.OPENING]
    found = standing(
        tender.deadlines,
        [Sealed(one.seal, one.arrived_at) for one in sealed],
        [Opened(one.seal, one.arrived_at) for one in opened],
        now,
    )
    seal = sealed[0].seal if sealed else ""
    offer = None
    if found in COUNTS:
        in_time = {one.seal for one in sealed if one.arrived_at < tender.closes}
        told = next((one.offer for one in opened if one.seal in in_time), None)
        offer = None if told is None else OfferV1.model_validate(told)
    return QuoteSeen(
        key[0],
        key[1],
        found,
        facts[0].maker_name or facts[0].maker,
        seal,
        sealed[0].arrived_at if sealed else None,
        opened[0].arrived_at if opened else None,
        offer,
        decision,
    )


def phase_of(tender: Tender, quotes: list[QuoteSeen] | None = None, now: datetime | None = None) -> Phase:
    """How far a tender is."""
    moment = now or clock.now()
    seen = quotes_of(tender, moment) if quotes is None else quotes
    return phase(
        tender.deadlines,
        [one.standing for one in seen],
        moment,
        awarded=tender.decided_at is not None,
        withdrawn=tender.withdrawn_at is not None,
    )


def charges_of(tender: Tender) -> Charges:
    """What the asker stated for comparing; no duty and no tax where he stated none."""
    rates = list(tender.rates.all())
    percent = {one.kind: one.value for one in rates}
    return Charges(
        tender.currency,
        {one.code: one.value for one in rates if one.kind == TenderRate.Kind.EXCHANGE},
        percent.get(TenderRate.Kind.DUTY.value, Decimal(0)),
        percent.get(TenderRate.Kind.TAX.value, Decimal(0)),
    )


def priced(offer: OfferV1) -> Priced:
    """The money of an offer."""
    lines = tuple(Line(one.lot, one.count, Decimal(one.unit_price)) for one in offer.lines)
    return Priced(offer.currency, lines, Decimal(offer.freight), Decimal(offer.insurance))


def wanted_of(tender: Tender) -> Wanted:
    """What a request wants of every quote."""
    request = bodies.request_of(tender)
    return Wanted(
        {one.lot: (one.count, one.wp, one.battery_wh) for one in request.lots},
        request.warranty_months or 0,
        bool(request.take_back),
        frozenset(request.documents),
    )


def offered_of(offer: OfferV1) -> Offered:
    """What an offer holds of that."""
    return Offered(
        {one.lot: (one.count, one.wp, one.battery_wh) for one in offer.lines},
        offer.warranty_months,
        offer.take_back,
        {one.kind: date.fromisoformat(one.valid_until) for one in offer.documents},
        date.fromisoformat(offer.valid_until),
    )


def compared(tender: Tender, quotes: list[QuoteSeen]) -> list[Compared]:
    """The open quotes, the cheapest first and those without a rate last."""
    charges, wanted, today = charges_of(tender), wanted_of(tender), clock.now().date()
    found = []
    for one in quotes:
        if one.offer is None:
            continue
        try:
            cost = landed(priced(one.offer), charges)
        except NoRate:
            cost = None
        lacks = tuple(lacking(wanted, offered_of(one.offer), today))
        found.append(Compared(one, one.offer, cost, lacks))
    return sorted(
        found,
        key=lambda one: (
            one.cost is None,
            one.cost.total if one.cost is not None else Decimal(0),
            one.seen.quote,
        ),
    )


def sayings_of(ticket: WarrantyTicket) -> list[Saying]:
    """What was said about a ticket."""
    return [Saying(one.says, one.at, one.leaf) for one in ticket.sayings.order_by("at", "leaf")]
