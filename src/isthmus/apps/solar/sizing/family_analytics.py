"""From a family's answers to three systems and what each is like to live with."""

from collections.abc import Mapping
from dataclasses import dataclass

from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES
from isthmus.apps.solar.engine.rules.panel import Panel
from isthmus.apps.solar.loads.queries import load_of
from isthmus.apps.solar.loads.rules.appliances import Day
from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing.analytics import Design, hours_of, size_each
from isthmus.apps.solar.sizing.living_analytics import Life, live
from isthmus.apps.solar.sizing.rules.prices import Owned
from isthmus.apps.solar.sizing.rules.usual import TARGETS, usual_tilt
from isthmus.apps.solar.weather.place_queries import standpoint
from isthmus.apps.solar.weather.queries import weather_at


@dataclass(frozen=True, slots=True)
class Answer:
    """The designs by name with their lives, and sentences that belong beside them."""

    designs: Mapping[str, Design]
    lives: Mapping[str, Life]
    says: tuple[str, ...]


def answer(
    place: str,
    lat: float | None,
    lon: float | None,
    day: Day,
    battery: str,
    owned: Owned,
    air_c: float | None = None,
) -> Answer:
    """Three systems for a day at a town, or at coordinates, which win. BadInput where there are none.

    ``air_c`` is the mean air of the place where it is known.
    """
    named = place if lat is None and lon is None else None
    lat, lon, says = standpoint(named or None, lat, lon)
    kind = CHEMISTRIES[battery]
    weather = weather_at(lat, lon, usual_tilt(lat), air_c=air_c)
    hours = hours_of(weather, load_of(day.wh_per_day, len(weather.light), day.wh), Panel())
    designs = size_each(hours, kind, queries.prices(), TARGETS, owned)
    lives = {name: live(hours, one.wp, one.battery_wh, kind, day.peak_w) for name, one in designs.items()}
    return Answer(designs, lives, (*says, *weather.says))
