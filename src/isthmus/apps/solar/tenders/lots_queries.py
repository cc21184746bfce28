"""The lots of tenders of this node from asking to waste: what was asked, quoted, awarded, came, and fails."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from isthmus.apps.solar.payment.queries import masses
from isthmus.apps.solar.payment.rules.waste import Installed, forecast, systems_of
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders import queries
from isthmus.apps.solar.tenders.models import (
    Acceptance,
    QuoteDecision,
    QuoteFact,
    Tender,
    TicketSaying,
    WarrantyTicket,
)
from isthmus.apps.solar.tenders.queries import QuoteSeen
from isthmus.apps.solar.tenders.records import TenderLotV1
from isthmus.kit import clock

YEARS_OF_WASTE = 20


@dataclass(frozen=True, slots=True)
class Delivered:
    """So many systems of a lot that were accepted in a year, with their panel in Wp and battery in Wh."""

    systems: int
    year: int
    wp: int
    battery_wh: int


@dataclass(frozen=True, slots=True)
class LotSeen:
    """A lot and what came of it. ``quotes`` counts those that are open, count and offer it.

    ``refused`` counts deliveries; ``open_tickets`` are those that the asker has not closed.
    """

    tender: Tender
    lot: TenderLotV1
    quotes: int
    awarded: QuoteSeen | None
    delivered: tuple[Delivered, ...]
    refused: int
    open_tickets: int

    @property
    def came(self) -> int:
        """Systems of deliveries that were accepted."""
        return sum(one.systems for one in self.delivered)


def lots_of(tenders: Sequence[Tender], now: datetime | None = None) -> list[LotSeen]:
    """The lots of tenders of this node, in their order; a few statements, however many tenders there are."""
    moment = now or clock.now()
    ids = [one.pk for one in tenders]
    facts: dict[int, list[QuoteFact]] = defaultdict(list)
    for fact in QuoteFact.objects.filter(tender__in=ids).order_by("arrived_at", "leaf"):
        facts[fact.tender_id].append(fact)
    decided: dict[int, list[QuoteDecision]] = defaultdict(list)
    for decision in QuoteDecision.objects.filter(tender__in=ids):
        decided[decision.tender_id].append(decision)
    tests: dict[tuple[int, int], list[Acceptance]] = defaultdict(list)
    for test in Acceptance.objects.filter(tender__in=ids):
        tests[test.tender_id, test.lot].append(test)
    open_ = WarrantyTicket.objects.filter(tender__in=ids).exclude(sayings__says="closed")
    faults: dict[tuple[int, int | None], int] = defaultdict(int)
    sayings = TicketSaying.objects.filter(ticket__in=open_, says="opened")
    for tender_id, number in sayings.values_list("ticket__tender", "lot"):
        faults[tender_id, number] += 1
    found = []
    for tender in tenders:
        quotes = queries.seen_of(tender, facts[tender.pk], decided[tender.pk], moment)
        for lot in bodies.request_of(tender).lots:
            came = tests[tender.pk, lot.lot]
            found.append(_lot(tender, lot, quotes, came, faults[tender.pk, lot.lot]))
    return found


def _lot(
    tender: Tender, lot: TenderLotV1, quotes: list[QuoteSeen], tests: list[Acceptance], faults: int
) -> LotSeen:
    offering = [
        one
        for one in quotes
        if one.offer is not None and any(line.lot == lot.lot for line in one.offer.lines)
    ]
    awarded = next((one for one in quotes if one.decision is not None and lot.lot in one.decision.lots), None)
    sizes = lot.wp, lot.battery_wh
    if awarded is not None and awarded.offer is not None:
        sizes = next(
            ((line.wp, line.battery_wh) for line in awarded.offer.lines if line.lot == lot.lot), sizes
        )
    accepted = [one for one in tests if one.says == Acceptance.Says.ACCEPTED]
    return LotSeen(
        tender,
        lot,
        len(offering),
        awarded,
        tuple(Delivered(one.counted, one.at.year, *sizes) for one in accepted),
        len(tests) - len(accepted),
        faults,
    )


def waste_of(lots: Iterable[LotSeen], from_year: int) -> dict[int, dict[str, int]]:
    """Grams of what wears out in the next years, by year and material, of all that was accepted."""
    weights = masses()
    installed: list[Installed] = []
    for lot in lots:
        for one in lot.delivered:
            installed += systems_of(
                weights, one.wp, one.battery_wh, lot.lot.battery, one.systems, one.year, None
            )
    return forecast((one for one in installed if one.grams_each), from_year + YEARS_OF_WASTE)
