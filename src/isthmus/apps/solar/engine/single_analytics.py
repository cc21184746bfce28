"""One system hour by hour by the reference: what the kernels leave out, and all there is to tell of it."""

from dataclasses import asdict, dataclass

from isthmus.apps.solar.engine.analytics import Hours
from isthmus.apps.solar.engine.rules.balance import Outcome, balance
from isthmus.apps.solar.engine.rules.battery import HOURS_PER_YEAR, Battery, ageing_per_hours
from isthmus.apps.solar.engine.rules.kibam import Kibam
from isthmus.apps.solar.engine.rules.life import (
    OffGrid,
    charge_histogram,
    off_grid,
    replaced_in,
)
from isthmus.apps.solar.engine.rules.panel import fading
from isthmus.apps.solar.engine.spread_analytics import sensitivity

LEFT_AFTER_YEARS, YEARS_OF_FADING = 0.8, 20


@dataclass(frozen=True, slots=True)
class Single:
    """One system: its outcome, PVGIS's fields, its charge (% of hours in each tenth), and the years after
    which its batteries are worn out (to 80 %)."""

    outcome: Outcome
    off_grid: OffGrid
    charge: tuple[float, ...]
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
        tuple(after / HOURS_PER_YEAR for after in replaced_in(trace)),
    )


def details(
    hours: Hours, wp: float, usable_wh: float, battery: Battery, wells: Kibam | None = None
) -> dict[str, object]:
    """What there is to tell of one system beside its design, in figures that JSON can hold."""
    told = live(hours, wp, usable_wh, battery, wells)
    return {
        "off_grid": asdict(told.off_grid),
        "charge_histogram": [round(share, 3) for share in told.charge],
        "replaced_after_years": [round(years, 2) for years in told.replaced_after_years],
        "by_energy": round(told.outcome.by_energy, 6),
        "by_hours": round(told.outcome.by_hours, 6),
        "longest_dark_hours": told.outcome.longest_dark,
        "wells": wells is not None,
        "sensitivity": {
            name: [round(less, 6), round(more, 6)]
            for name, (less, more) in sensitivity(hours, wp, usable_wh, battery).items()
        },
    }
