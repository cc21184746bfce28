"""What a design costs over its life: bought once, its battery as often as it wears out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.solar.engine.rules.battery import Battery

Floats = NDArray[np.float64]
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Owned:
    """What a family has already: a panel in Wp and a battery of the same kind in Wh on its label."""

    wp: int = 0
    battery_wh: int = 0


NOTHING = Owned()


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in ``currency``: for a watt-peak of panel and of controller, a watt-hour on a battery's label by
    chemistry, and what every system costs whatever its size. ``years`` is the life that is counted."""

    currency: str
    panel_per_wp: Decimal
    controller_per_wp: Decimal
    fixed: Decimal
    battery_per_wh: Mapping[str, Decimal]
    years: int
    checked_on: date
    confirmed: bool


def label_wh(usable_wh: float, battery: Battery) -> float:
    """What stands on the label of a battery of which so much may be used."""
    return usable_wh / battery.usable


def life_costs(prices: Prices, battery: Battery, wp: Floats, usable_wh: Floats, batteries: Floats) -> Floats:
    """What designs cost over the years counted, for comparing; ``batteries`` is how many each takes."""
    per_wp = float(prices.panel_per_wp + prices.controller_per_wp)
    per_wh = float(prices.battery_per_wh[battery.name]) / battery.usable
    costs: Floats = float(prices.fixed) + wp * per_wp + usable_wh * per_wh * batteries
    return costs


def price_of(prices: Prices, battery: Battery, wp: int, label: int, owned: Owned = NOTHING) -> Decimal:
    """The price of a design of so many Wp and Wh on the label, new, to the minor unit.

    Of what is owned nothing is paid again; where it is all that is needed, nothing at all.
    """
    more_wp, more_wh = max(wp - owned.wp, 0), max(label - owned.battery_wh, 0)
    if not more_wp and not more_wh:
        return Decimal("0.00")
    per_wp = prices.panel_per_wp + prices.controller_per_wp
    price = prices.fixed + more_wp * per_wp + more_wh * prices.battery_per_wh[battery.name]
    return price.quantize(_CENT, rounding=ROUND_HALF_UP)


def over_life(prices: Prices, battery: Battery, price: Decimal, label: int, batteries: float) -> Decimal:
    """What a design costs over the years counted, with the batteries that it takes, without interest.

    ``batteries`` counts the first one, which is in ``price``.
    """
    later = Decimal(repr(round(max(batteries - 1.0, 0.0), 3))) * label * prices.battery_per_wh[battery.name]
    return price + later


def a_month(prices: Prices, battery: Battery, price: Decimal, label: int, batteries: float) -> Decimal:
    """What `over_life` comes to a month."""
    whole = over_life(prices, battery, price, label, batteries)
    return (whole / (12 * prices.years)).quantize(_CENT, rounding=ROUND_HALF_UP)
