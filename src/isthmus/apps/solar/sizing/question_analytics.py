"""What somebody asks of the engine, from the shell or by a program, and what it needs to answer."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from isthmus.apps.solar.engine.analytics import Hours
from isthmus.apps.solar.engine.rules.controller import Pwm
from isthmus.apps.solar.engine.rules.panel import Panel
from isthmus.apps.solar.loads.appliance_queries import day_asked
from isthmus.apps.solar.loads.queries import load_of
from isthmus.apps.solar.loads.rules.shapes import EVENING, grown
from isthmus.apps.solar.sizing.analytics import hours_of
from isthmus.apps.solar.sizing.rules.prices import NOTHING, Owned
from isthmus.apps.solar.sizing.rules.usual import usual_tilt
from isthmus.apps.solar.weather.place_queries import standpoint
from isthmus.apps.solar.weather.queries import Weather, weather_at, weather_in
from isthmus.kit.errors import BadInput

MOST_SEEDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A place by name or coordinates, a use by ``wh_per_day`` or ``appliances``, and what is known of both.

    ``seeds`` synthetic weathers are taken, from ``seed`` on; a file of ``weather`` takes their place.
    ``pwm_cells`` asks for a PWM controller, ``tilt`` and ``air_c`` are estimated where they are not given.
    """

    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    wh_per_day: float | None = None
    appliances: str | None = None
    country: str = ""
    measured_wh: float | None = None
    growth: float = 0.0
    owned: Owned = NOTHING
    shape: tuple[float, ...] = EVENING
    tilt: float | None = None
    weather: Path | None = None
    pwm_cells: int | None = None
    volts: float = 12.0
    air_c: float | None = None
    seed: int = 1
    seeds: int = 1
    battery: str = "lfp"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the engine needs; ``peak_w`` is on at once where appliances say so; ``says`` belongs beside it."""

    hours: Hours
    peak_w: float | None
    says: tuple[str, ...]

    @property
    def years(self) -> int:
        """The years of all seeds, over which figures and intervals are."""
        return sum(len(one.by_year) for one in self.hours.each())

    @property
    def seeds(self) -> int:
        """How many weathers there are."""
        return len(self.hours.each())


def _weathers(asked: Question, lat: float, lon: float) -> list[Weather]:
    tilt = usual_tilt(lat) if asked.tilt is None else asked.tilt
    if asked.weather is not None:
        if asked.seeds > 1:
            raise BadInput(
                "solar.seeds",
                _("A weather file is one weather: it goes with no seeds."),
                next_step=_("Leave the file or the seeds out."),
            )
        return [weather_in(asked.weather, lat, lon, tilt)]
    if not 1 <= asked.seeds <= MOST_SEEDS:
        raise BadInput(
            "solar.seeds", _("There may be 1 to %(most)d seeds of weather.") % {"most": MOST_SEEDS}
        )
    seeds = range(asked.seed, asked.seed + asked.seeds)
    return [weather_at(lat, lon, tilt, air_c=asked.air_c, seed=seed) for seed in seeds]


def _load(asked: Question, by_year: tuple[int, ...]) -> tuple[NDArray[np.float64], float | None, str]:
    """The load by hour, what is on at once where appliances say so, and what is to be said of it."""
    if (asked.wh_per_day is None) == (asked.appliances is None):
        raise BadInput(
            "solar.use",
            _("The use is given in watt-hours a day, or by appliances."),
            next_step=_("Give one of the two."),
        )
    if asked.appliances is not None:
        day, says = day_asked(asked.appliances, asked.country, asked.measured_wh)
        wh_per_day, shape, peak = day.wh_per_day, day.wh, day.peak_w
        load = load_of(wh_per_day, sum(by_year), shape)
        return grown(load, by_year, asked.growth), peak, says
    assert asked.wh_per_day is not None
    if asked.measured_wh is not None or asked.country:
        raise BadInput(
            "solar.use-beside",
            _("A country and a measured use are of appliances, and none are given."),
            next_step=_("Give the appliances, or the measured watt-hours alone."),
        )
    load = load_of(asked.wh_per_day, sum(by_year), asked.shape)
    return grown(load, by_year, asked.growth), None, ""


def prepared(asked: Question) -> Prepared:
    """What the engine needs to answer. BadInput where something is missing, contradicts or cannot be."""
    lat, lon, says = standpoint(asked.place, asked.lat, asked.lon)
    first, *others = _weathers(asked, lat, lon)
    load, peak, said = _load(asked, first.by_year)
    pwm = Pwm(asked.pwm_cells, asked.volts) if asked.pwm_cells else None
    panel = Panel()
    more = tuple(hours_of(weather, load, panel, pwm) for weather in others)
    hours = replace(hours_of(first, load, panel, pwm), more=more)
    return Prepared(hours, peak, (*says, *first.says, *([said] if said else [])))
