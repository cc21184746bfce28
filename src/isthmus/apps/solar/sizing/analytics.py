"""From a place and a load to the cheapest system that is good enough, and what it is like to live with."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from isthmus.apps.solar.engine.analytics import Hours, run
from isthmus.apps.solar.engine.rules.battery import Battery
from isthmus.apps.solar.engine.rules.controller import Pwm, fits_pwm, pwm_per_wp
from isthmus.apps.solar.engine.rules.panel import (
    Panel,
    cell_temperature_by_faiman,
    cell_temperature_by_noct,
    yield_per_wp,
)
from isthmus.apps.solar.engine.spread_analytics import monte_carlo
from isthmus.apps.solar.sizing.rules.choosing import Span, cheapest, first_spans, grid, sold, steps_from
from isthmus.apps.solar.sizing.rules.prices import (
    NOTHING,
    Owned,
    Prices,
    a_month,
    label_wh,
    life_costs,
    price_of,
)
from isthmus.apps.solar.weather.queries import Weather
from isthmus.kit.errors import BadInput

Floats = NDArray[np.float64]
CONTROLLER = 0.96
"""What a controller that tracks the panel's best point passes on (0.95 to 0.97)."""
PANEL_LEFT_AFTER_20_YEARS = 0.8
WP_STEP, WH_STEP = 5, 10
_PANELS_SOLD, _BATTERIES_SOLD = 4, 16
"""How many of the sizes that are sold are looked at in the end: 64 are one block of the kernel."""


@dataclass(frozen=True, slots=True)
class Design:
    """A system as it is bought, and how it does over the years of the weather.

    ``battery_wh`` stands on the label. ``by_energy`` is the share of the load that is not met, ``by_hours``
    the share of hours in which something is not; ``low`` to ``high`` holds nine in ten years of all seeds as
    far as sun and battery are known. ``price`` is
    what is paid new, beside what is owned; ``a_month`` spreads it and later batteries over the years counted.
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
    a_month: Decimal
    currency: str


def hours_of(weather: Weather, load: Floats, panel: Panel, pwm: Pwm | None = None) -> Hours:
    """What the engine needs: the panel behind its controller, the load, the air, and a panel that fades.

    BadInput for a PWM controller whose panel and battery do not go together.
    """
    if pwm is not None and not fits_pwm(pwm.cells, pwm.volts):
        raise BadInput(
            "solar.controller",
            _("A panel of %(cells)d cells does not go with a battery of %(volts)g V by a PWM controller.")
            % {"cells": pwm.cells, "volts": pwm.volts},
            next_step=_("Take 36 cells for 12 V or 72 for 24 V, or a controller with MPPT."),
        )
    if weather.wind is None:
        heat = cell_temperature_by_noct(weather.light, weather.air, panel.noct_c)
    else:
        heat = cell_temperature_by_faiman(weather.light, weather.air, weather.wind)
    if pwm is None:
        given = yield_per_wp(weather.light, heat, panel) * CONTROLLER
    else:
        given = pwm_per_wp(weather.light, heat, pwm.cells, pwm.volts, panel.losses)
    ages = np.cumsum([0, *weather.by_year[:-1]]) / sum(weather.by_year) * len(weather.by_year) / 20.0
    faded = 1.0 - (1.0 - PANEL_LEFT_AFTER_20_YEARS) * ages
    left = tuple(faded.tolist())
    return Hours(given, load, weather.air, weather.by_year, left, weather.deviation)


def simulate(
    hours: Hours, wp: int, battery_wh: int, battery: Battery, prices: Prices, owned: Owned = NOTHING
) -> Design:
    """How one system does."""
    usable = battery_wh * battery.usable
    found = run(hours, [wp], [usable], battery)
    spread = monte_carlo(hours, wp, usable, battery, sun=hours.deviation)
    price = price_of(prices, battery, wp, battery_wh, owned)
    batteries = 1.0 + float(found.replaced.sum()) * prices.years / len(found.hours)
    return Design(
        wp,
        battery_wh,
        battery.name,
        float(found.by_energy[0]),
        float(found.by_hours[0]),
        spread.low,
        spread.high,
        int(found.longest_dark[0]),
        batteries,
        price,
        a_month(prices, battery, price, battery_wh, batteries),
        prices.currency,
    )


@dataclass(frozen=True, slots=True)
class Look:
    """Designs that were looked at: their sizes, their shares unmet, and their costs over their life."""

    wp: Floats
    usable: Floats
    short: Floats
    short_hours: Floats
    costs: Floats

    def best(self, target: float) -> tuple[float, float] | None:
        """The panel in Wp and the usable Wh of the cheapest that is good enough; None where none is."""
        at = cheapest(self.short, self.costs, target)
        return None if at is None else (float(self.wp[at]), float(self.usable[at]))


def look_at(hours: Hours, battery: Battery, prices: Prices, wp: Floats, usable: Floats) -> Look:
    """What is known of designs of so many Wp and usable Wh, by the kernel."""
    found = run(hours, wp.tolist(), usable.tolist(), battery)
    batteries = 1.0 + found.replaced.sum(axis=0) * prices.years / len(found.hours)
    costs = life_costs(prices, battery, wp, usable, batteries)
    return Look(wp, usable, found.by_energy, found.by_hours, costs)


def _look(hours: Hours, battery: Battery, prices: Prices, spans: tuple[Span, Span], owned: Owned) -> Look:
    wp, usable = grid(*spans)
    return look_at(
        hours,
        battery,
        prices,
        np.maximum(wp, owned.wp),
        np.maximum(usable, owned.battery_wh * battery.usable),
    )


def sold_near(wp: float, usable: float, battery: Battery, owned: Owned = NOTHING) -> tuple[Floats, Floats]:
    """Sizes that are sold from the ones given on, some steps up: Wp, and usable Wh."""
    panels, labels = sold(
        steps_from(wp, owned.wp, WP_STEP, _PANELS_SOLD),
        steps_from(label_wh(usable, battery), owned.battery_wh, WH_STEP, _BATTERIES_SOLD),
    )
    return panels, labels * battery.usable


def size_each(
    hours: Hours, battery: Battery, prices: Prices, targets: Mapping[str, float], owned: Owned = NOTHING
) -> dict[str, Design]:
    """The cheapest system over its life for each target, of which no more of the load stays unmet.

    Looked for on a grid that is drawn again around its best design, then among the next sizes that are sold.
    What is owned is used and not paid again: it shifts every price by the same. BadInput where the place has
    too little sun for any.
    """
    wh_per_day = float(hours.load.sum()) / sum(hours.by_year) * 24.0
    yield_per_day = float(hours.supply.sum()) / sum(hours.by_year) * 24.0
    if yield_per_day <= 0:
        raise _too_dark()
    spans = first_spans(wh_per_day, yield_per_day)
    first = _look(hours, battery, prices, spans, owned)
    designs = {}
    for name, target in targets.items():
        best = first.best(target)
        if best is None:
            raise _too_dark()
        closer = _look(hours, battery, prices, (spans[0].around(best[0]), spans[1].around(best[1])), owned)
        best = closer.best(target) or best
        # One more battery may fall into the years for a few Wh less: the next sizes up are looked at too.
        near = look_at(hours, battery, prices, *sold_near(*best, battery, owned))
        wp, usable = near.best(target) or (near.wp[-1], near.usable[-1])
        label = round(label_wh(float(usable), battery))
        designs[name] = simulate(hours, round(wp), label, battery, prices, owned)
    return designs


def size(hours: Hours, battery: Battery, prices: Prices, target: float, owned: Owned = NOTHING) -> Design:
    """The cheapest system of which no more than ``target`` stays unmet, as `size_each` finds it."""
    return size_each(hours, battery, prices, {"asked": target}, owned)["asked"]


def _too_dark() -> BadInput:
    return BadInput(
        "solar.too-dark",
        _("No system of a family's size meets this load at this place: there is too little sun for weeks."),
        next_step=_("Accept that it runs short more often, or plan another source for the dark season."),
    )
