"""Live counters of permits, quotas, guarantees, movements and gates, from what those houses keep."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import F, Q

from isthmus.apps.excise.assessment.queries.sources import last_of
from isthmus.apps.excise.assessment.rules.figures import Figure
from isthmus.apps.excise.guarantees.models import Guarantee, GuaranteeReservation, GuaranteeState
from isthmus.apps.excise.ledger.models import LedgerEntry
from isthmus.apps.excise.movements import queries as movements
from isthmus.apps.excise.movements.models import GateScan, Movement, MovementMessage
from isthmus.apps.excise.movements.rules.states import FINAL, State
from isthmus.apps.excise.permits import queries as permits
from isthmus.apps.excise.permits.models import ImportPermit, ImportQuota, PermitDraw
from isthmus.apps.excise.permits.rules.entries import CHART, UNIT
from isthmus.apps.excise.permits.rules.states import State as PermitState
from isthmus.apps.excise.returns.models import DutyReturn
from isthmus.apps.excise.stamps.models import RequestState, StampRequest

_NO_END_OF_A_JOURNEY = (State.CANCELLED, State.SPLIT)
_ENDED = sorted(state.value for state in FINAL if state not in _NO_END_OF_A_JOURNEY)
_TOLD = [State.DELIVERED.value, State.EXPORTED.value]


def permit_figures() -> Iterator[Figure]:
    """Import permits, the goods that came under them, and the yearly quotas that bound them (ml)."""
    source = last_of("import permits", ImportPermit.objects.all(), "applied_at")
    drawn = last_of("draw-downs of permits", PermitDraw.objects.all(), "at")
    standing = PermitDraw.objects.filter(reversal=None)
    rows = ImportPermit.objects.order_by()
    approved = rows.filter(state=PermitState.APPROVED.value)
    yield Figure("permits.approved", approved.count(), "permits", source)
    yield Figure("permits.waiting", rows.filter(state=PermitState.APPLIED.value).count(), "requests", source)
    under = approved.filter(draws__in=standing).distinct().count()
    yield Figure("permits.drawn", under, "permits", drawn)
    yield Figure("permits.draws", standing.count(), "consignments", drawn)
    held = permits.held(ImportQuota.objects.select_related("operator")).values()
    book = last_of("quota book", LedgerEntry.objects.filter(book__name=CHART.book), "at")
    yield Figure("quotas.quotas", len(held), "quotas", book)
    yield Figure("quotas.overdrawn", sum(one.left < 0 for one in held), "quotas", book)
    yield Figure("quotas.all", sum(one.all for one in held), UNIT, book)
    yield Figure("quotas.used", sum(one.used for one in held), UNIT, book)


def guarantee_figures(day: date) -> Iterator[Figure]:
    """Guarantees that count on a day, and what was done with them; their amounts are in the book."""
    source = last_of("guarantees", Guarantee.objects.all(), "registered_at")
    days = Q(valid_from__lte=day, valid_until__gte=day) & (Q(ended_on=None) | Q(ended_on__gt=day))
    count = Guarantee.objects.filter(days).exclude(state=GuaranteeState.WAITING).exclude(consent="").count()
    yield Figure("guarantees.in-force", count, "guarantees", f"{source}, as of {day}")
    rows = GuaranteeReservation.objects.order_by()
    taken = last_of("reservations of guarantees", GuaranteeReservation.objects.all(), "at")
    yield Figure("guarantees.reservations", rows.count(), "times", taken)
    yield Figure("guarantees.called", rows.filter(called_minor__gt=0).count(), "times", taken)


def movement_figures(moment: datetime) -> Iterator[Figure]:
    """Movements under suspension: how many, how they ended, and whether both countries have told."""
    source = last_of("messages about movements", MovementMessage.objects.all(), "kept_at")
    known = Movement.objects.exclude(arc="").order_by()
    found = movements.figures(Movement.objects.all(), moment)
    yield Figure("movements.accepted", found.total, "movements", source)
    yield Figure("movements.open", found.open, "movements", source)
    yield Figure("movements.late", found.late, "movements", f"{source}, as of {moment:%Y-%m-%d}")
    yield Figure("movements.ended", known.filter(state__in=_ENDED).count(), "movements", source)
    yield Figure("movements.received", known.filter(state__in=_TOLD).count(), "movements", source)
    across = known.exclude(dispatch_node=F("destination_node")).exclude(state=State.CANCELLED.value).count()
    yield Figure("movements.across", across, "movements", source)
    yield Figure("movements.matched", across - found.unmatched, "movements", source)
    yield Figure("movements.unmatched", found.unmatched, "movements", source)
    gates = last_of("gates", GateScan.objects.all(), "scanned_at")
    yield Figure("movements.gate-scans", GateScan.objects.filter(passed=True).count(), "passages", gates)
    yield Figure("movements.gate-stops", GateScan.objects.filter(passed=False).count(), "passages", gates)


def decision_figures() -> Iterator[Figure]:
    """Decisions on requests for stamps, permits and returns, and those by a second person."""
    stamps = StampRequest.objects.filter(state__in=[RequestState.APPROVED, RequestState.ISSUED]).order_by()
    decided = ImportPermit.objects.exclude(state=PermitState.APPLIED.value).order_by()
    assessed = DutyReturn.objects.exclude(assessed_by="").order_by()
    source = "; ".join(
        (
            last_of("stamp requests", StampRequest.objects.all(), "asked_at"),
            last_of("import permits", ImportPermit.objects.all(), "applied_at"),
            last_of("returns", DutyReturn.objects.all(), "drafted_at"),
        )
    )
    every = stamps.count() + decided.count() + assessed.count()
    alone = (
        stamps.filter(decided_by=F("asked_by")).count()
        + decided.filter(decided_by=F("applied_by")).count()
        + assessed.filter(assessed_by=F("declared_by")).count()
    )
    yield Figure("node.decisions", every, "decisions", source)
    yield Figure("node.decided-by-another", every - alone, "decisions", source)
