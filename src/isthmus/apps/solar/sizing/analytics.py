"""From a place and a load to the cheapest system that is good enough, and what it is like to live with."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from isthmus.apps.solar.engine.analytics import Found, Hours, run
from isthmus.apps.solar.engine.rules.battery import Battery
from isthmus.apps.solar.engine.rules.panel import (
    Panel,
    cell_temperature_by_faiman,
    cell_temperature_by_noct,
    yield_per_wp,
)
from isthmus.apps.solar.sizing.rules.choosing import cheapest, first_spans, grid, rounded_up
from isthmus.apps.solar.sizing.rules.prices import Prices, label_wh, life_costs, price_of
from isthmus.apps.solar.weather.queries import Weather
from isthmus.kit.errors import BadInput

Floats = NDArray[np.float64]
CONTROLLER = 0.96
"""What a controller that tracks the panel's best point passes on (0.95 to 0.97)."""
PANEL_LEFT_AFTER_20_YEARS = 0.8
WP_STEP, WH_STEP = 5, 10


@dataclass(frozen=True, slots=True)
class Design:
    """A system as it is bought, and how it does over the years of the weather.

    ``battery_wh`` stands on the label. ``by_energy`` is the share of the load that is not met, ``by_hours``
    the share of hours in which something is not; ``low`` to ``high`` holds nine in ten years.
    """

    wp: int
    battery_wh: int
    battery: str
    by_energy: float
    by_hours: float
    low: float
    high: float
    longest_dark_hours: int
    batteries: float
    price: Decimal
    currency: str


def hours_of(weather: Weather, load: Floats, panel: Panel) -> Hours:
    """What the engine needs: the panel behind its controller, the load, the air, and a panel that fades."""
    if weather.wind is None:
        heat = cell_temperature_by_noct(weather.light, weather.air, panel.noct_c)
    else:
        heat = cell_temperature_by_faiman(weather.light, weather.air, weather.wind)
    given = yield_per_wp(weather.light, heat, panel)
    ages = np.cumsum([0, *weather.by_year[:-1]]) / sum(weather.by_year) * len(weather.by_year) / 20.0
    faded = 1.0 - (1.0 - PANEL_LEFT_AFTER_20_YEARS) * ages
    return Hours(given * CONTROLLER, load, weather.air, weather.by_year, tuple(faded.tolist()))


def simulate(hours: Hours, wp: int, battery_wh: int, battery: Battery, prices: Prices) -> Design:
    """How one system does."""
    return _design(run(hours, [wp], [battery_wh * battery.usable], battery), wp, battery_wh, battery, prices)


def _design(found: Found, wp: int, battery_wh: int, battery: Battery, prices: Prices) -> Design:
    low, high = found.interval()
    return Design(
        wp,
        battery_wh,
        battery.name,
        float(found.by_energy[0]),
        float(found.by_hours[0]),
        float(low[0]),
        float(high[0]),
        int(found.longest_dark[0]),
        1.0 + float(found.replaced.sum()),
        price_of(prices, battery, wp, battery_wh),
        prices.currency,
    )


def size(hours: Hours, battery: Battery, prices: Prices, target: float) -> Design:
    """The cheapest system over its life of which no more than ``target`` of the load stays unmet.

    Looked for on a grid that is drawn again around its best design, then rounded up to sizes that are sold.
    BadInput where the place has too little sun for any.
    """
    wh_per_day = float(hours.load.sum()) / sum(hours.by_year) * 24.0
    yield_per_day = float(hours.supply.sum()) / sum(hours.by_year) * 24.0
    if yield_per_day <= 0:
        raise _too_dark()
    panel, storage = first_spans(wh_per_day, yield_per_day)
    for _round in range(2):
        wp, usable = grid(panel, storage)
        found = run(hours, wp.tolist(), usable.tolist(), battery)
        years = len(hours.by_year)
        batteries = 1.0 + found.replaced.sum(axis=0) * prices.years / years
        best = cheapest(found.by_energy, life_costs(prices, battery, wp, usable, batteries), target)
        if best is None:
            raise _too_dark()
        panel, storage = panel.around(float(wp[best])), storage.around(float(usable[best]))
    return simulate(
        hours,
        rounded_up(float(wp[best]), WP_STEP),
        rounded_up(label_wh(float(usable[best]), battery), WH_STEP),
        battery,
        prices,
    )


def size_each(
    hours: Hours, battery: Battery, prices: Prices, targets: Mapping[str, float]
) -> dict[str, Design]:
    """The cheapest system for each of several targets, by its name."""
    return {name: size(hours, battery, prices, target) for name, target in targets.items()}


def _too_dark() -> BadInput:
    return BadInput(
        "solar.too-dark",
        _("No system of a family's size meets this load at this place: there is too little sun for weeks."),
        next_step=_("Accept that it runs short more often, or plan another source for the dark season."),
    )
