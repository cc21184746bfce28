"""Which movements there are: open, late, unmatched; and the figures of their closing."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from isthmus.apps.excise.movements.models import OPEN_STATES, GateScan, Movement
from isthmus.apps.excise.movements.rules.states import FINAL, State

_NEEDS_NO_ANSWER = [State.CANCELLED]


def open_ones(rows: "QuerySet[Movement]") -> "QuerySet[Movement]":
    """Movements to which something must still happen."""
    return rows.filter(state__in=OPEN_STATES)


def late(rows: "QuerySet[Movement]", now: datetime) -> "QuerySet[Movement]":
    """Open movements whose journey should have ended."""
    return open_ones(rows).filter(due_at__lt=now)


def unmatched(rows: "QuerySet[Movement]") -> "QuerySet[Movement]":
    """Movements across a border about which one of the two sides has not said anything that counts."""
    one_side = Q(told_by_dispatch=None) | Q(told_by_destination=None)
    return (
        rows.exclude(arc="")
        .exclude(dispatch_node=F("destination_node"))
        .exclude(state__in=_NEEDS_NO_ANSWER)
        .filter(one_side)
    )


def alarms_about(arc: str) -> "QuerySet[GateScan]":
    """What gates of both countries saw under a reference, oldest first."""
    return GateScan.objects.filter(arc=arc)


@dataclass(frozen=True, slots=True)
class Figures:
    """How movements close: of all, how many are open, late, unmatched and closed."""

    total: int
    open: int
    late: int
    unmatched: int
    closed: int


def figures(rows: "QuerySet[Movement]", now: datetime) -> Figures:
    """The closing figures of these movements; drafts are not among them."""
    known = rows.exclude(arc="").order_by()
    counts = known.aggregate(
        total=Count("pk"),
        open=Count("pk", filter=Q(state__in=OPEN_STATES)),
        late=Count("pk", filter=Q(state__in=OPEN_STATES, due_at__lt=now)),
        closed=Count("pk", filter=Q(state__in=[str(state) for state in FINAL])),
    )
    return Figures(**counts, unmatched=unmatched(known).count())
