"""What a battery can take, hold and give back, by chemistry.

Typical figures of small off-grid batteries: IRENA, "Electricity storage and renewables: costs and markets to
2030" (2017), tables for LFP and flooded or sealed lead-acid; IEC TS 62257-8-1 for the depth of discharge of
lead-acid. A maker's own data sheet takes their place where there is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOURS_PER_YEAR = 8760


@dataclass(frozen=True, slots=True)
class Battery:
    """A kind of battery; figures are shares of its usable capacity unless said otherwise.

    ``charged`` and ``discharged`` are the efficiencies of either way. ``kept_per_hour`` is what
    self-discharge leaves of the charge after an hour. At most ``charge_rate`` and ``discharge_rate`` of the
    capacity go in or out in an hour. A full cycle costs ``fade_per_cycle`` of the capacity and a year at
    25 °C ``fade_per_year``, twice as much for every 10 K above (Arrhenius); where ``replaced_at`` is left the
    battery is replaced. ``usable`` is how much of the capacity on its label may be used.
    """

    name: str
    charged: float
    discharged: float
    usable: float
    kept_per_hour: float = 1.0
    charge_rate: float = 1.0
    discharge_rate: float = 1.0
    fade_per_cycle: float = 0.0
    fade_per_year: float = 0.0
    replaced_at: float = 0.8

    def __post_init__(self) -> None:
        for name in ("charged", "discharged", "usable", "kept_per_hour", "replaced_at"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must be above 0 and at most 1, not {getattr(self, name)}")
        if self.charge_rate <= 0 or self.discharge_rate <= 0:
            raise ValueError("a battery that nothing goes into or comes out of is none")
        if self.fade_per_cycle < 0 or self.fade_per_year < 0:
            raise ValueError("a battery does not grow with use")


LFP = Battery(
    "lfp",
    charged=0.97,
    discharged=0.98,
    usable=0.85,
    kept_per_hour=1.0 - 0.03 / 720,
    charge_rate=0.5,
    discharge_rate=1.0,
    fade_per_cycle=0.2 / 3000,
    fade_per_year=0.2 / 12,
)
"""Lithium iron phosphate: 0.95 there and back, 3 % a month, 3,000 cycles or 12 years at 25 °C to 80 %."""
LEAD_ACID = Battery(
    "lead-acid",
    charged=0.88,
    discharged=0.94,
    usable=0.5,
    kept_per_hour=1.0 - 0.05 / 720,
    charge_rate=0.2,
    discharge_rate=0.4,
    fade_per_cycle=0.2 / 1000,
    fade_per_year=0.2 / 5,
)
"""Lead-acid: 0.83 there and back, 5 % a month, 1,000 cycles of half its label or 5 years at 25 °C to 80 %."""
CHEMISTRIES = {battery.name: battery for battery in (LFP, LEAD_ACID)}


def ageing_per_hours(battery: Battery, air_c: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of the capacity that each hour costs at its temperature, whether the battery works or not."""
    hours: NDArray[np.float64] = battery.fade_per_year / HOURS_PER_YEAR * 2.0 ** ((air_c - 25.0) / 10.0)
    return hours


@dataclass(frozen=True, slots=True)
class ZeroLoss:
    """The usable capacity in Wh that never runs short.

    ``closes`` is false where the panel gives less than the load and the losses take in the long run: then the
    next year's capacity would be larger still.
    """

    capacity_wh: float
    closes: bool


def zero_loss(supply_wh: Sequence[float], load_wh: Sequence[float], battery: Battery) -> ZeroLoss:
    """The smallest usable capacity that, full at the start, is never empty while something is asked.

    One pass over the running deficit, exact for a battery without self-discharge, limits of rate or ageing:
    what is missing from full is ``gap = max(0, gap + drawn - stored)``, whose largest value is the capacity.
    """
    gap = most = 0.0
    for supply, load in zip(supply_wh, load_wh, strict=True):
        gap = _gap_after(gap, supply - load, battery)
        most = max(most, gap)
    after = gap
    for supply, load in zip(supply_wh, load_wh, strict=True):
        after = _gap_after(after, supply - load, battery)
    return ZeroLoss(most, after <= gap + 1e-9)


def _gap_after(gap: float, net: float, battery: Battery) -> float:
    return max(0.0, gap - net / battery.discharged if net < 0 else gap - net * battery.charged)
