"""One design lived with hour by hour: the months it runs short, a bad week, and the tier that it gives."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.solar.engine.analytics import Hours
from isthmus.apps.solar.engine.rules.battery import Battery, ageing_per_hours
from isthmus.apps.solar.engine.rules.peaks import Peak, peak_on
from isthmus.apps.solar.sizing.rules.living import Week, bad_week, short_by_month
from isthmus.apps.solar.sizing.rules.tiers import Achieved, achieved

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Life:
    """``by_month`` is the share of the load that is not met in each month (12), over all years and seeds.

    ``peak`` is what is on at once against what the battery gives, where it is known what that is.
    """

    by_month: Floats
    week: Week
    achieved: Achieved
    peak: Peak | None = None


def traced(hours: Hours, wp: float, capacity_wh: float, battery: Battery) -> tuple[Floats, Floats]:
    """What is stored at the end of each hour and what is not met in it, Wh, for a usable capacity."""
    supply = hours.supply * np.repeat(hours.faded, hours.by_year) * wp
    ageing = ageing_per_hours(battery, hours.air)
    try:
        from isthmus.apps.solar.sizing.kernel import trace
    except ImportError:
        from isthmus.apps.solar.engine.rules.balance import balance

        found = balance(
            supply.tolist(), hours.load.tolist(), capacity_wh, battery, ageing.tolist(), keep=True
        )
        return np.array([one.stored for one in found.trace]), np.array([one.unmet for one in found.trace])
    figures = np.array(
        [
            battery.charged,
            battery.discharged,
            battery.kept_per_hour,
            battery.charge_rate,
            battery.discharge_rate,
            battery.fade_per_cycle,
            battery.replaced_at,
        ]
    )
    stored, unmet = trace(supply, hours.load, ageing, capacity_wh, figures)
    return stored, unmet


def live(hours: Hours, wp: float, battery_wh: float, battery: Battery, peak_w: float | None = None) -> Life:
    """How a system of so many Wp and Wh on its label is lived with; ``peak_w`` as `tiers.achieved` has it."""
    capacity, each = battery_wh * battery.usable, hours.each()
    traces = [traced(one, wp, capacity, battery) for one in each]
    stored, unmet = (np.concatenate(parts) for parts in zip(*traces, strict=True))
    load = np.concatenate([one.load for one in each])
    by_year = tuple(year for one in each for year in one.by_year)
    return Life(
        short_by_month(load, unmet, by_year),
        bad_week(stored, unmet, capacity),
        achieved(load, unmet, stored, peak_w),
        None if peak_w is None else peak_on(battery_wh, battery, peak_w),
    )
