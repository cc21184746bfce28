"""Which tier of access to electricity a system gives: by what it did each hour, not by its parts.

Bhatia and Angelou, "Beyond Connections: Energy Access Redefined", ESMAP Technical Report 008/15 (World Bank,
2015), multi-tier matrix for access to household electricity: peak capacity, daily capacity, availability by
day and evening, reliability. The tier is the lowest of the attributes'; quality, affordability, legality and
safety are not seen in hours and not judged.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

EVENING = slice(18, 22)
"""The evening of the matrix: from 18 to 22 h."""
SURE = 0.9
"""A figure by day is one that so many of the days reach."""
HOURS_OF_WEEK = 168.0
NOTHING_WH = 1e-6
"""What is missing of less than this is arithmetic and no darkness."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a tier asks for: W at once, Wh a day, hours a day and in the evening, interruptions a week."""

    power_w: float
    wh_per_day: float
    hours: float
    evening_hours: float
    interruptions: float = float("inf")
    hours_out: float = float("inf")


TIERS = (
    Need(3.0, 12.0, 4.0, 1.0),
    Need(50.0, 200.0, 4.0, 2.0),
    Need(200.0, 1000.0, 8.0, 3.0),
    Need(800.0, 3400.0, 16.0, 4.0, interruptions=14.0),
    Need(2000.0, 8200.0, 23.0, 4.0, interruptions=3.0, hours_out=2.0),
)
"""Tiers 1 to 5; what is less than the first is tier 0."""


@dataclass(frozen=True, slots=True)
class Achieved:
    """What a system gave: Wh, hours and evening hours that nine days in ten reach; a mean week's breaks."""

    power_w: float
    wh_per_day: float
    hours: float
    evening_hours: float
    interruptions: float
    hours_out: float

    @property
    def tier(self) -> int:
        """0 to 5."""
        return sum(1 for at in range(len(TIERS)) if all(map(self._meets, TIERS[: at + 1])))

    def holds_back(self) -> str:
        """The attribute that the next tier fails by first; "" at the highest."""
        if self.tier == len(TIERS):
            return ""
        need = TIERS[self.tier]
        fails = (
            ("power", self.power_w < need.power_w),
            ("energy", self.wh_per_day < need.wh_per_day),
            ("hours", self.hours < need.hours),
            ("evening", self.evening_hours < need.evening_hours),
        )
        return next((name for name, failed in fails if failed), "reliability")

    def _meets(self, need: Need) -> bool:
        return (
            self.power_w >= need.power_w
            and self.wh_per_day >= need.wh_per_day
            and self.hours >= need.hours
            and self.evening_hours >= need.evening_hours
            and self.interruptions <= need.interruptions
            and self.hours_out <= need.hours_out
        )


def is_on(load: Floats, unmet: Floats, stored: Floats) -> Bools:
    """In which hours there was electricity: what was asked came, or nothing was asked and some was left."""
    on: Bools = (unmet <= NOTHING_WH) & ((load > 0.0) | (stored > NOTHING_WH))
    return on


def achieved(load: Floats, unmet: Floats, stored: Floats, peak_w: float | None = None) -> Achieved:
    """What hours from midnight came to, in Wh each; whole days.

    ``peak_w`` is what is on at once where that is known; otherwise the largest hour that was met counts.
    """
    on = is_on(load, unmet, stored)
    days = on.reshape(-1, 24)
    served = load - unmet
    met = load[unmet <= NOTHING_WH]
    most = float(met.max()) if len(met) else 0.0
    begins = ~on & np.concatenate(([True], on[:-1]))
    weeks = len(on) / HOURS_OF_WEEK
    return Achieved(
        power_w=most if peak_w is None or most <= 0.0 else peak_w,
        wh_per_day=_surely(served.reshape(-1, 24).sum(axis=1)),
        hours=_surely(days.sum(axis=1).astype(np.float64)),
        evening_hours=_surely(days[:, EVENING].sum(axis=1).astype(np.float64)),
        interruptions=float(begins.sum()) / weeks,
        hours_out=float((~on).sum()) / weeks,
    )


def _surely(by_day: Floats) -> float:
    """What at least `SURE` of the days reach: an order statistic, so a figure that some day really had."""
    return float(np.quantile(by_day, 1.0 - SURE, method="inverted_cdf"))
