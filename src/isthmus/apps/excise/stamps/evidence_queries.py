"""What other parts of the house know about the bottles that stamps are for: read, compared, never written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Sum

from isthmus.apps.excise.events.models import EventItem, EventKind, ItemPart
from isthmus.apps.excise.events.queries import events, narrowed
from isthmus.apps.excise.registry.models import Product
from isthmus.apps.excise.returns.models import DutyReturnLine
from isthmus.apps.excise.returns.queries import terms_of
from isthmus.apps.excise.returns.rules.states import State
from isthmus.apps.excise.returns.rules.terms import due_on
from isthmus.apps.excise.stamps.models import StampAct, StampBatch
from isthmus.apps.excise.stamps.rules.codes import spellings
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.apps.excise.stamps.rules.production import Counted, coordinates, serial_in
from isthmus.kit import clock
from isthmus.kit.errors import NotFound

MOST_SIGHTINGS = 1_000_000
"""Of single bottles that are compared at once: the newest."""
STANDING = (State.DECLARED.value, State.ASSESSED.value, State.PAID.value)


@dataclass(frozen=True, slots=True)
class Found:
    """A sign about one serial: its kind as the rules name it, and the evidence."""

    kind: str
    gtin: str
    serial: str
    at: datetime
    facts: dict[str, Any]


def gtins() -> list[str]:
    """The products for which stamps were issued here."""
    return sorted(set(StampBatch.objects.filter(issuer="").values_list("gtin", flat=True)))


def activated(gtin: str) -> list[Counted]:
    """How many stamps of a product were activated, when."""
    rows = StampAct.objects.filter(batch__gtin=gtin, batch__issuer="", act=Act.ACTIVATE.value)
    return [Counted(at, last + 1 - first) for at, first, last in rows.values_list("at", "first", "last")]


def produced_by_events(gtin: str) -> list[Counted]:
    """How many bottles were commissioned, when, by the events that stand."""
    made = narrowed(events(), kind=EventKind.OBJECT, biz_step="commissioning", in_error=False)
    rows = EventItem.objects.filter(
        event__in=made.filter(action="ADD", error="").values("pk"),
        gtin__in=spellings(gtin),
        part=ItemPart.ITEM,
    )
    return [
        Counted(at, 1 if quantity is None else int(quantity))
        for at, quantity in rows.values_list("event__event_time", "quantity")
    ]


def declared_on_returns(gtin: str) -> list[Counted]:
    """How many bottles returns name by their GTIN, from the first day of the month of each."""
    lines = DutyReturnLine.objects.filter(gtin__in=spellings(gtin), duty_return__state__in=STANDING)
    rows = lines.order_by().values("duty_return__period").annotate(bottles=Sum("quantity"))
    return [Counted(_midnight(row["duty_return__period"]), int(row["bottles"] or 0)) for row in rows]


def closed_until(gtin: str, today: date) -> datetime | None:
    """The end of the last month whose returns are past their day for the product's operator.

    None where the registry does not know the product, or nobody stated when its duty falls due.
    """
    product = Product.objects.select_related("operator").filter(gtin__in=spellings(gtin)).first()
    if product is None:
        return None
    try:
        terms = terms_of(product.operator.country)
    except NotFound:
        return None
    end = today.replace(day=1)
    for _month in range(24):
        last_day = end - timedelta(days=1)
        points = [one for one in terms.tax_points if one.in_force(last_day)]
        if points and all(due_on(one, last_day) < today for one in points):
            return _midnight(end)
        end = last_day.replace(day=1)
    return None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Sighting:
    gtin: str
    serial: str
    at: datetime
    place: str


def _sightings(since: datetime) -> Iterator[_Sighting]:
    known = set(gtins())
    standing = narrowed(events(), since=since, in_error=False).filter(error="")
    rows = EventItem.objects.filter(event__in=standing.values("pk"), quantity=None)
    rows = rows.exclude(gtin="").order_by("-event__event_time")
    for uri, at, read_point, location in rows.values_list(
        "uri", "event__event_time", "event__read_point", "event__biz_location"
    )[:MOST_SIGHTINGS]:
        named, place = serial_in(uri), read_point or location
        if named is not None and place and named[0] in known:
            yield _Sighting(named[0], named[1], at, place)


def signs_in_events(since: datetime, clock_error: timedelta) -> Iterator[Found]:
    """What events say of single bottles that one bottle cannot have done.

    Too far in too little time is told of places with coordinates (``geo`` URIs) alone.
    """
    import numpy as np

    from isthmus.apps.excise.stamps.rules.clones import BACK, TRAVEL, Bounds, Scans, distances_km, signs_of

    seen = list(_sightings(since))
    if not seen:
        return
    bounds = Bounds(clock_error_s=int(clock_error.total_seconds()))
    serials = sorted({(one.gtin, one.serial) for one in seen})
    places = sorted({one.place for one in seen})
    spots = [coordinates(place) for place in places]
    numbers, spot_of = (
        {name: at for at, name in enumerate(serials)},
        {name: at for at, name in enumerate(places)},
    )
    first = min(one.at for one in seen)
    scans = Scans(
        serial=np.array([numbers[one.gtin, one.serial] for one in seen], dtype=np.int32),
        second=np.array([(one.at - first).total_seconds() for one in seen], dtype=np.int32),
        place=np.array([spot_of[one.place] for one in seen], dtype=np.int32),
        latitude=np.array([0.0 if one is None else one[0] for one in spots], dtype=np.float64),
        longitude=np.array([0.0 if one is None else one[1] for one in spots], dtype=np.float64),
    )
    signs = signs_of(scans, bounds)
    apart = distances_km(scans, signs.place, signs.place_before)
    for row, kinds in enumerate(signs.kinds.tolist()):
        gtin, serial = serials[signs.serial[row]]
        here, before = int(signs.place[row]), int(signs.place_before[row])
        seconds = int(signs.second[row] - signs.second_before[row])
        facts: dict[str, Any] = {
            "place_before": places[before],
            "time_before": clock.to_text(first + timedelta(seconds=int(signs.second_before[row]))),
            "place": places[here],
            "time": clock.to_text(first + timedelta(seconds=int(signs.second[row]))),
            "minutes": round(seconds / 60, 1),
            "clock_error_s": bounds.clock_error_s,
        }
        at = first + timedelta(seconds=int(signs.second[row]))
        if kinds & BACK:
            yield Found("back", gtin, serial, at, facts)
        if kinds & TRAVEL and spots[here] is not None and spots[before] is not None:
            speed = apart[row] * 3600 / (seconds + bounds.clock_error_s)
            facts = facts | {
                "distance_km": round(float(apart[row]), 1),
                "least_speed_kmh": round(float(speed)),
                "speed_kmh": bounds.speed_kmh,
                "place_error_km": bounds.place_error_km,
            }
            yield Found("travel", gtin, serial, at, facts)
