"""One system hour by hour by the reference: what the kernels leave out, and all there is to tell of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.solar.engine.analytics import Hours
from isthmus.apps.solar.engine.rules.balance import Outcome, balance
from isthmus.apps.solar.engine.rules.battery import HOURS_PER_YEAR, Battery, ageing_per_hours
from isthmus.apps.solar.engine.rules.kibam import Kibam
from isthmus.apps.solar.engine.rules.life import (
    OffGrid,
    charge_histogram,
    off_grid,
    replaced_in,
    short_by_month,
)
from isthmus.apps.solar.engine.rules.panel import fading

LEFT_AFTER_YEARS, YEARS_OF_FADING = 0.8, 20
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Single:
    """One system: its outcome, PVGIS's fields, its charge (% of hours in each tenth), the share unmet by
    calendar month, and the years after which its batteries are worn out (to 80 %)."""

    outcome: Outcome
    off_grid: OffGrid
    charge: tuple[float, ...]
    by_month: tuple[float, ...]
    replaced_after_years: tuple[float, ...]


def live(hours: Hours, wp: float, usable_wh: float, battery: Battery, wells: Kibam | None = None) -> Single:
    """How one system of so many Wp and usable Wh lives through the hours; its panel fades hour by hour."""
    count = len(hours.supply)
    end = 1.0 - (1.0 - LEFT_AFTER_YEARS) * count / HOURS_PER_YEAR / YEARS_OF_FADING
    outcome = balance(
        (hours.supply * fading(count, max(end, 0.0)) * wp).tolist(),
        hours.load.tolist(),
        usable_wh,
        battery,
        ageing_per_hours(battery, hours.air).tolist(),
        wells=wells,
        keep=True,
    )
    trace = outcome.trace
    return Single(
        outcome,
        off_grid(trace, usable_wh),
        charge_histogram(trace, usable_wh),
        short_by_month(trace, months_of(hours.by_year).tolist()),
        tuple(after / HOURS_PER_YEAR for after in replaced_in(trace)),
    )


def months_of(by_year: tuple[int, ...]) -> NDArray[np.int64]:
    """The calendar month (0 to 11) of each hour of years that begin in January, leap years or not."""
    found = []
    for size in by_year:
        days = np.array(_MONTHS)
        days[1] += (size - HOURS_PER_YEAR) // 24
        found.append(np.repeat(np.arange(12), days * 24))
    return np.concatenate(found)
