"""A whole surface by the kernel, its frontier, and the cheapest system for each reliability."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from isthmus.apps.solar.engine.analytics import Hours, run
from isthmus.apps.solar.engine.rules.battery import Battery
from isthmus.apps.solar.sizing.analytics import Design, look_at, simulate, size_each, sold_near
from isthmus.apps.solar.sizing.living_analytics import traced
from isthmus.apps.solar.sizing.rules.choosing import cheapest
from isthmus.apps.solar.sizing.rules.prices import Prices, label_wh, over_life
from isthmus.apps.solar.surface.rules.frontier import frontier, rungs, shown_spans
from isthmus.apps.solar.surface.rules.year import Year, year_of
from isthmus.kit.errors import BadInput

Floats = NDArray[np.float64]
SIDE = 128
"""Sizes of panel and of battery on a surface."""
FEWEST, MOST = 8, 256


@dataclass(frozen=True, slots=True)
class Surface:
    """Designs of every panel with every battery: ``wp`` (n) and ``battery_wh`` (m) on labels, rising.

    ``by_energy`` and ``by_hours`` are the shares unmet and ``costs`` what each costs over its life, (n, m).
    ``best`` are the designs that none beats, as places in the flattened arrays, from cheap to dear.
    """

    wp: Floats
    battery_wh: Floats
    by_energy: Floats
    by_hours: Floats
    costs: Floats
    best: tuple[int, ...]

    def sizes(self, place: int) -> tuple[float, float]:
        """The panel in Wp and the battery in Wh on its label of a place in the flattened arrays."""
        at, beside = divmod(place, len(self.battery_wh))
        return float(self.wp[at]), float(self.battery_wh[beside])


@dataclass(frozen=True, slots=True)
class System:
    """The cheapest system of which no more than ``target`` stays unmet, and what it costs over its life."""

    target: float
    design: Design
    over_life: Decimal


@dataclass(frozen=True, slots=True)
class Answer:
    """A surface, the system that was asked for, and the cheapest for each reliability with it among them."""

    surface: Surface
    asked: System
    systems: tuple[System, ...]


def surface(
    hours: Hours, battery: Battery, prices: Prices, side: int = SIDE, around: tuple[int, int] = (0, 0)
) -> Surface:
    """The surface around what a mean day needs, ``side`` sizes of each; BadInput for too few, or no sun.

    It reaches at least twice as far as the design of so many Wp and Wh on the label that it is ``around``.
    """
    if not FEWEST <= side <= MOST:
        raise BadInput(
            "solar.side",
            _("A surface has between %(least)d and %(most)d sizes of each, not %(given)d.")
            % {"least": FEWEST, "most": MOST, "given": side},
        )
    by_day = 24.0 / sum(hours.by_year)
    given = float(hours.supply.sum()) * by_day
    if given <= 0.0:
        raise BadInput("solar.too-dark", _("The sun gives nothing here: there is no surface."))
    spans = shown_spans(float(hours.load.sum()) * by_day, given, around[0], around[1] * battery.usable)
    wp, usable = (np.geomspace(span.least, span.most, side) for span in spans)
    all_wp, all_usable = (one.ravel() for one in np.meshgrid(wp, usable, indexing="ij"))
    seen, table = look_at(hours, battery, prices, all_wp, all_usable), (side, side)
    return Surface(
        wp,
        usable / battery.usable,
        seen.short.reshape(table),
        seen.short_hours.reshape(table),
        seen.costs.reshape(table),
        frontier(seen.short, seen.costs),
    )


def answer(hours: Hours, battery: Battery, prices: Prices, target: float, side: int = SIDE) -> Answer:
    """The system that `size_each` finds for ``target``, the surface around it, and the cheapest for others.

    All are of sizes that are sold. BadInput where no family's system reaches the target.
    """
    found = size_each(hours, battery, prices, {"asked": target})["asked"]
    asked = _system(prices, battery, target, found)
    whole = surface(hours, battery, prices, side, (found.wp, found.battery_wh))
    short, costs = whole.by_energy.ravel(), whole.costs.ravel()
    shares = rungs(float(short.min()), target)
    near = [(np.array([float(found.wp)]), np.array([found.battery_wh * battery.usable]))]
    for share in shares:
        place = cheapest(short, costs, share)
        if place is not None:
            wp, label = whole.sizes(place)
            near.append(sold_near(wp, label * battery.usable, battery))
    # Together, so that none is dearer than one that runs short less.
    seen = look_at(hours, battery, prices, *(np.concatenate(sizes) for sizes in zip(*near, strict=True)))
    systems = []
    for share in shares:
        best = seen.best(share)
        if share == target or best is None:
            systems += [asked] if share == target else []
            continue
        sizes = round(best[0]), round(label_wh(best[1], battery))
        systems.append(_system(prices, battery, share, simulate(hours, *sizes, battery, prices)))
    return Answer(whole, asked, tuple(systems))


def _system(prices: Prices, battery: Battery, target: float, design: Design) -> System:
    whole = over_life(prices, battery, design.price, design.battery_wh, design.batteries)
    return System(target, design, whole.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def year(hours: Hours, design: Design, battery: Battery) -> tuple[Year, Floats]:
    """The balance of a design's mean year, and what was not met in each hour, Wh; of the first seed alone."""
    hours = hours.each()[0]
    capacity = design.battery_wh * battery.usable
    _stored, unmet = traced(hours, design.wp, capacity, battery)
    supply = hours.supply * np.repeat(hours.faded, hours.by_year) * design.wp
    spilled = float(run(hours, [design.wp], [capacity], battery).spilled.sum())
    return year_of(supply, hours.load, unmet, spilled, hours.by_year), unmet
