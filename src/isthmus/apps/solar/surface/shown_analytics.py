"""From a planner's question to everything that its page shows, in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES
from isthmus.apps.solar.engine.rules.panel import Panel
from isthmus.apps.solar.loads.queries import load_of
from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing.analytics import Floats, hours_of
from isthmus.apps.solar.sizing.rules.living import short_by_month
from isthmus.apps.solar.sizing.rules.usual import usual_tilt
from isthmus.apps.solar.surface.analytics import Answer, answer, year
from isthmus.apps.solar.surface.rules.year import Year
from isthmus.apps.solar.weather.place_queries import standpoint
from isthmus.apps.solar.weather.queries import weather_at

SIDE = 96
"""Sizes of each on a page: lines as smooth as of 128, in half the time."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The surface and its systems; of the asked one its mean year and the share unmet by month (12)."""

    found: Answer
    year: Year
    by_month: Floats
    says: tuple[str, ...]


def shown(
    place: str,
    lat: float | None,
    lon: float | None,
    use: tuple[float, Sequence[float]],
    battery: str,
    target: float,
    air_c: float | None = None,
) -> Shown:
    """For a town, or coordinates, which win; ``use`` is Wh a day and 24 shares. BadInput where none is."""
    named = place if lat is None and lon is None else None
    lat, lon, says = standpoint(named or None, lat, lon)
    weather, kind = weather_at(lat, lon, usual_tilt(lat), air_c=air_c), CHEMISTRIES[battery]
    hours = hours_of(weather, load_of(use[0], len(weather.light), use[1]), Panel())
    found = answer(hours, kind, queries.prices(), target, SIDE)
    mean, unmet = year(hours, found.asked.design, kind)
    by_month = short_by_month(hours.load, unmet, hours.by_year)
    return Shown(found, mean, by_month, (*says, *weather.says))
