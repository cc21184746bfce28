"""What a home is given: the system for what was asked, or the most reliable one that its budget reaches.

This is the specification; `analytics.looking_up` says the same to the analytics engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from isthmus.apps.solar.planning.rules.sizes import sold
from isthmus.apps.solar.planning.rules.tables import Relative

LESS = (0.05, 0.1, 0.2)
"""What a home is given where its budget does not reach what was asked: shares unmet."""
ASKED, LESSER, BEYOND = "asked", "less", "beyond"
"""The system for what was asked; one that runs short more often; none within the budget."""
_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class Rates:
    """Planning prices in ten-thousandths of the currency, so that arithmetic is exact in whole numbers."""

    fixed: int
    per_wp: int
    per_wh: int

    def cents(self, wp: int, battery_wh: int) -> int:
        """The price of a system in hundredths, half rounded up."""
        return (self.fixed + wp * self.per_wp + battery_wh * self.per_wh + 50) // 100


def rates(fixed: Decimal, per_wp: Decimal, per_wh: Decimal) -> Rates:
    """Prices as whole numbers. ValueError for one with more than four decimals."""
    parts = [price * _PARTS for price in (fixed, per_wp, per_wh)]
    if any(part != int(part) for part in parts):
        raise ValueError("a planning price has at most four decimals")
    return Rates(*(int(part) for part in parts))


def levels_for(target: float) -> tuple[float, ...]:
    """The shares unmet of which tables are made: what is asked, then what is given instead."""
    return (target, *(level for level in LESS if level > target))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a home is given; ``state`` is `ASKED`, `LESSER` or `BEYOND`, with the cheapest for the last."""

    level: float
    wp: int
    battery_wh: int
    cents: int
    state: str


def choose(
    wh_per_day: float, table: Sequence[Relative], target: float, prices: Rates, budget_cents: int | None
) -> Chosen:
    """The system of a home of whose use ``target`` may stay unmet; ``table``: the most reliable first."""
    chosen = None
    for row in table:
        wp, battery_wh = sold(wh_per_day * row.wp), sold(wh_per_day * row.battery_wh)
        cents = prices.cents(wp, battery_wh)
        within = budget_cents is None or cents <= budget_cents
        state = BEYOND if not within else ASKED if row.level <= target else LESSER
        chosen = Chosen(row.level, wp, battery_wh, cents, state)
        if within:
            break
    if chosen is None:
        raise ValueError("a table without a row")
    return chosen
