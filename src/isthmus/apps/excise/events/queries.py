"""Events by item, step, place and time; which of them were declared wrong since."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from isthmus.apps.excise.events.models import EpcisEvent, EventItem
from isthmus.apps.excise.events.rules.facts import settled

GTIN_LENGTHS = frozenset({8, 12, 13, 14})


def events() -> "QuerySet[EpcisEvent]":
    """All events; ``in_error`` of each says whether another event declares it wrong."""
    declared = EpcisEvent.objects.filter(
        organisation=OuterRef("organisation"), name=OuterRef("name"), error__gt=""
    )
    return EpcisEvent.objects.select_related("organisation").annotate(
        in_error=Q(error="") & Q(Exists(declared))
    )


def of_item(rows: "QuerySet[EpcisEvent]", given: str) -> "QuerySet[EpcisEvent]":
    """The events in which an EPC or a Digital Link takes part, or, for a GTIN in digits, any of its items."""
    text = given.strip()
    if text.isascii() and text.isdigit() and len(text) in GTIN_LENGTHS:
        found = EventItem.objects.filter(event=OuterRef("pk"), gtin=text.zfill(14))
    else:
        found = EventItem.objects.filter(event=OuterRef("pk"), uri=settled(text))
    return rows.filter(Exists(found))


def narrowed(
    rows: "QuerySet[EpcisEvent]",
    *,
    item: str | None = None,
    kind: str | None = None,
    biz_step: str | None = None,
    place: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    in_error: bool | None = None,
) -> "QuerySet[EpcisEvent]":
    """The events that fit every condition given; ``place`` is a read point or a business location.

    ``since`` is included and ``until`` is not; both are times at which something happened.
    """
    if item:
        rows = of_item(rows, item)
    if place:
        where = settled(place.strip())
        rows = rows.filter(Q(read_point=where) | Q(biz_location=where))
    wanted = {
        "kind": kind,
        "biz_step": biz_step,
        "event_time__gte": since,
        "event_time__lt": until,
        "in_error": in_error,
    }
    return rows.filter(**{name: value for name, value in wanted.items() if value not in (None, "")})
