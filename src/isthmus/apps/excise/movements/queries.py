"""Which movements there are: open, late, unmatched; and the figures of their closing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from isthmus.apps.excise.movements.models import OPEN_STATES, GateScan, Movement
from isthmus.apps.excise.movements.rules.states import FINAL, State
from isthmus.kit.errors import NotFound

LONG_DAYS = 7
"""From so many days on the silence of one side is long."""
_NEEDS_NO_ANSWER = [State.CANCELLED]


def open_ones(rows: "QuerySet[Movement]") -> "QuerySet[Movement]":
    """Movements to which something must still happen."""
    return rows.filter(state__in=OPEN_STATES)


def open_first(rows: "QuerySet[Movement]") -> "QuerySet[Movement]":
    """Open ones first, those due soonest on top."""
    first = Case(When(state__in=OPEN_STATES, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.annotate(open_first=first).order_by("open_first", "due_at", "pk")


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


def shown(rows: "QuerySet[Movement]", which: str, now: datetime) -> "QuerySet[Movement]":
    """The open, late or unmatched ones; all for any other word."""
    match which:
        case "open":
            return open_ones(rows)
        case "late":
            return late(rows, now)
        case "unmatched":
            return unmatched(rows)
        case "unmatched-long":
            return unmatched_for(rows, LONG_DAYS, now)
    return rows


def about(rows: "QuerySet[Movement]", text: str) -> "QuerySet[Movement]":
    """Those of a reference, an excise number or a part of a name."""
    return rows.filter(
        Q(arc__iexact=text)
        | Q(local_reference__iexact=text)
        | Q(consignor__iexact=text)
        | Q(consignee__iexact=text)
        | Q(consignor_name__icontains=text)
        | Q(consignee_name__icontains=text)
    )


def unmatched_for(rows: "QuerySet[Movement]", days: int, now: datetime) -> "QuerySet[Movement]":
    """Unmatched movements that have waited for so many days or longer."""
    since = now - timedelta(days=days)
    spoken = Coalesce("told_by_dispatch", "told_by_destination", "opened_at")
    return unmatched(rows).annotate(spoken_at=spoken).filter(spoken_at__lte=since)


def unmatched_days(row: Movement, now: datetime) -> int | None:
    """For how many whole days a movement has waited for its other side's word; None where it does not."""
    if not row.arc or not row.across or row.state in _NEEDS_NO_ANSWER:
        return None
    if row.told_by_dispatch is not None and row.told_by_destination is not None:
        return None
    return max((now - (row.told_by_dispatch or row.told_by_destination or row.opened_at)).days, 0)


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


def named(reference: str) -> Movement:
    """A movement by its ARC, or by its local reference where only one has it. NotFound."""
    found = list(Movement.objects.filter(Q(arc=reference) | Q(local_reference=reference)).order_by("pk")[:2])
    exact = next((row for row in found if row.arc == reference), None)
    if exact is None and len(found) != 1:
        raise NotFound(
            "excise.no-movement",
            _("There is no movement %(arc)s here.") % {"arc": reference},
            next_step=_("`isthmus excise emcs list` names them."),
        )
    return exact or found[0]
