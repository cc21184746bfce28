"""Flows of this node's excise up to a day: stamps, movements, permits, duty, checks and events."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django.conf import settings
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncDate

from isthmus.apps.excise.assessment.queries import duty_by_month
from isthmus.apps.excise.assessment.queries.sources import last_of
from isthmus.apps.excise.assessment.rules.flows import DAYS, Flow, Noted, daily, largest, monthly
from isthmus.apps.excise.events.models import EpcisEvent
from isthmus.apps.excise.ledger.models import LedgerEntry, LedgerPosting
from isthmus.apps.excise.movements import queries as movements
from isthmus.apps.excise.movements.models import GateScan, Movement, MovementMessage
from isthmus.apps.excise.movements.rules.states import State as MovementState
from isthmus.apps.excise.permits.models import ImportPermit, PermitDraw
from isthmus.apps.excise.permits.rules.states import How
from isthmus.apps.excise.permits.rules.states import State as PermitState
from isthmus.apps.excise.returns.models import DutyReturn
from isthmus.apps.excise.returns.rules.entries import CHART, TREASURY
from isthmus.apps.excise.returns.rules.states import State
from isthmus.apps.excise.stamps.models import StampAct, StampSeen
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.apps.excise.tariff.queries import tariff_of
from isthmus.kit.errors import NotFound
from isthmus.trust.models import Partner

ACTS = (Act.ISSUE, Act.ACTIVATE, Act.SELL, Act.SPOIL, Act.DESTROY, Act.LOSE)
SENT, RECEIVED, CLOSED, UNMATCHED = "sent", "received", "closed", "unmatched"
DECLARED, PAID = "declared", "paid"
PASSED, STOPPED = "passed", "stopped"
GROUPS = 5


def _end(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)


def stamps(day: date) -> Flow | None:
    """Stamps by what was done with them."""
    rows = StampAct.objects.filter(at__lte=_end(day), act__in=ACTS).order_by()
    counted = (
        rows.annotate(day=TruncDate("at"))
        .values("day", "act")
        .annotate(stamps=Sum(F("last") - F("first") + 1))
    )
    noted = [(row["day"], row["act"], Decimal(row["stamps"])) for row in counted]
    source = last_of("custody of stamps, acts", StampAct.objects.filter(at__lte=_end(day)), "at")
    return monthly("stamps", noted, [act.value for act in ACTS], unit="stamps", source=source)


def movement_flows(day: date) -> Iterator[Flow]:
    """Movements by the month of dispatch: a flow each partner, and one of those within the country."""
    own = settings.ISTHMUS.node_id
    rows = Movement.objects.exclude(arc="").exclude(dispatched_at=None).filter(dispatched_at__lte=_end(day))
    open_sides = set(movements.unmatched(rows).values_list("pk", flat=True))
    noted: defaultdict[str, list[Noted]] = defaultdict(list)
    for row in rows.order_by("pk").iterator(chunk_size=1000):
        assert row.dispatched_at is not None
        month, one = row.dispatched_at.date(), Decimal(1)
        other = row.destination_node if row.dispatch_node == own else row.dispatch_node
        noted[other].append((month, SENT if row.dispatch_node == own else RECEIVED, one))
        if not row.is_open and row.state != MovementState.CANCELLED.value:
            noted[other].append((month, CLOSED, one))
        if row.pk in open_sides:
            noted[other].append((month, UNMATCHED, one))
    names = {row.node_id: row.name for row in Partner.objects.all()}
    source = last_of(
        "messages about movements", MovementMessage.objects.filter(kept_at__lte=_end(day)), "kept_at"
    )
    for node, found in sorted(noted.items()):
        at_home = node == own
        flow = monthly(
            "movements-home" if at_home else "movements",
            found,
            (SENT, CLOSED) if at_home else (SENT, RECEIVED, CLOSED, UNMATCHED),
            unit="movements",
            source=source,
            about="" if at_home else names.get(node, node),
        )
        assert flow is not None
        yield flow


def permits(day: date) -> Flow | None:
    """Import permits by the month in which they were decided."""
    rows = ImportPermit.objects.filter(decided_at__lte=_end(day)).order_by("pk")
    noted = [
        (decided.date(), state, Decimal(1))
        for decided, state in rows.values_list("decided_at", "state")
        if decided is not None
    ]
    source = last_of("import permits", ImportPermit.objects.all(), "applied_at")
    keys = (PermitState.APPROVED.value, PermitState.REFUSED.value)
    return monthly("permits", noted, keys, unit="permits", source=source)


def draws(day: date) -> Flow | None:
    """Litres of pure alcohol that were drawn from quotas, by how the goods came."""
    rows = PermitDraw.objects.filter(on__lte=day, reversal=None).order_by()
    summed = rows.values_list("on", "how").annotate(ml=Sum("amount_ml"))
    noted = [(on, how, Decimal(ml) / 1000) for on, how, ml in summed]
    source = last_of("draw-downs of permits", PermitDraw.objects.filter(on__lte=day), "at")
    keys = [how.value for how in How]
    return monthly("draws", noted, keys, unit="litres of pure alcohol", source=source, places=1)


def duty(day: date) -> Iterator[Flow]:
    """Duty declared, by the month of the period, and paid, by the day that counts; a flow a currency."""
    declared = (
        DutyReturn.objects.exclude(state__in=[State.DRAFT.value, State.REPLACED.value])
        .filter(period__lte=day)
        .order_by()
    )
    paid = LedgerPosting.objects.filter(
        entry__book__name=CHART.book,
        account__holder=TREASURY.holder,
        account__role=TREASURY.role,
        entry__value_on__lte=day,
    ).order_by()
    noted: defaultdict[str, list[tuple[date, str, int]]] = defaultdict(list)
    for period, unit, minor in declared.values_list("period", "currency").annotate(minor=Sum("duty_minor")):
        noted[unit].append((period, DECLARED, minor))
    for on, unit, minor in paid.values_list("entry__value_on", "unit").annotate(minor=Sum("amount")):
        noted[unit].append((on, PAID, int(minor)))
    source = last_of("duty book", LedgerEntry.objects.filter(book__name=CHART.book), "at")
    for unit, found in sorted(noted.items()):
        places = get_currency_precision(unit)
        rows = [(on, key, Decimal(minor).scaleb(-places)) for on, key, minor in found]
        flow = monthly("duty", rows, (DECLARED, PAID), unit=unit, source=source, places=places)
        assert flow is not None
        yield flow


def _group_titles() -> dict[str, str]:
    """Product groups of this country's tariff in words, by the codes under which duty is booked."""
    try:
        tariff = tariff_of(settings.ISTHMUS.country)
    except NotFound:
        return {}
    return {code: group.title for group in tariff.groups for code in (group.name, *group.codes)}


def duty_by_group(day: date) -> Iterator[Flow]:
    """Duty by the tariff's product groups, the smaller ones together; a flow a currency."""
    source = last_of("returns", DutyReturn.objects.all(), "drafted_at")
    rows = [row for row in duty_by_month() if row[0] <= day]
    titles = _group_titles()
    for unit in sorted({row[2] for row in rows}):
        places = get_currency_precision(unit)
        own = [
            (month, titles.get(code, code), Decimal(minor).scaleb(-places))
            for month, code, other, minor in rows
            if other == unit
        ]
        noted, keys = largest(own, GROUPS)
        flow = monthly("duty-groups", noted, keys, unit=unit, source=source, places=places)
        assert flow is not None
        yield flow


def _days(rows: "QuerySet[Any]", moment: str, day: date) -> "QuerySet[Any]":
    since = datetime.combine(day - timedelta(days=DAYS - 1), time.min, UTC)
    found: QuerySet[Any] = rows.filter(**{f"{moment}__gte": since, f"{moment}__lte": _end(day)}).order_by()
    by_day: QuerySet[Any] = found.annotate(day=TruncDate(moment))
    return by_day


def scans(day: date) -> Flow | None:
    """Passages at gates a day, and those that a gate refused."""
    rows = _days(GateScan.objects.all(), "scanned_at", day)
    counted = rows.values_list("day", "passed").annotate(count=Count("pk"))
    noted = [(on, PASSED if passed else STOPPED, Decimal(count)) for on, passed, count in counted]
    source = last_of("gates", GateScan.objects.filter(scanned_at__lte=_end(day)), "scanned_at")
    return daily("scans", noted, (PASSED, STOPPED), last=day, unit="passages", source=source)


def checks(day: date) -> Flow | None:
    """Stamps that somebody checked for the first time, a day."""
    rows = _days(StampSeen.objects.all(), "first_at", day)
    noted = [(on, "first", Decimal(count)) for on, count in rows.values_list("day").annotate(c=Count("pk"))]
    source = last_of("checks of stamps", StampSeen.objects.filter(first_at__lte=_end(day)), "first_at")
    return daily("checks", noted, ("first",), last=day, unit="stamps", source=source)


def events(day: date) -> Flow | None:
    """Events of goods by the day of their capture."""
    rows = _days(EpcisEvent.objects.all(), "captured_at", day)
    noted = [(on, "events", Decimal(count)) for on, count in rows.values_list("day").annotate(c=Count("pk"))]
    source = last_of("events of goods", EpcisEvent.objects.filter(captured_at__lte=_end(day)), "captured_at")
    return daily("events", noted, ("events",), last=day, unit="events", source=source)


def all_flows(day: date) -> tuple[Flow, ...]:
    """Every flow in which anything happened, up to a day."""
    one = (stamps(day), permits(day), draws(day), scans(day), checks(day), events(day))
    by_stamps, by_permits, drawn, scanned, checked, captured = one
    found = (
        *duty(day),
        *duty_by_group(day),
        by_permits,
        drawn,
        by_stamps,
        checked,
        *movement_flows(day),
        scanned,
        captured,
    )
    return tuple(flow for flow in found if flow is not None)
