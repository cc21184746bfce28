"""The worst minute of a load, against what battery and inverter can give at once.

An hour's mean hides it: a pump of 300 W that runs six minutes is 30 Wh, and asks for 900 W as it starts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from isthmus.apps.solar.engine.rules.battery import Battery


@dataclass(frozen=True, slots=True)
class Appliance:
    """So many of a kind that may run at once: ``watts`` of each, ``surge`` times that as it starts."""

    watts: float
    count: int = 1
    surge: float = 1.0
    alternating: bool = False


@dataclass(frozen=True, slots=True)
class Peaks:
    """The worst minute of all, and of what runs on AC; the surge has the largest start on top, W."""

    minute_w: float
    surge_w: float
    ac_minute_w: float
    ac_surge_w: float


class Short(Enum):
    """What cannot give the worst minute."""

    BATTERY_RATE = "battery-rate"
    INVERTER_POWER = "inverter-power"
    INVERTER_SURGE = "inverter-surge"


def peaks_of(appliances: Sequence[Appliance]) -> Peaks:
    """The peaks if everything runs in the same minute and the one with the largest start begins last."""
    whole = _worst(appliances)
    ac = _worst([appliance for appliance in appliances if appliance.alternating])
    return Peaks(*whole, *ac)


def _worst(appliances: Sequence[Appliance]) -> tuple[float, float]:
    minute = sum(appliance.watts * appliance.count for appliance in appliances)
    starts = [appliance.watts * (appliance.surge - 1.0) for appliance in appliances if appliance.count]
    return minute, minute + max(0.0, *starts, 0.0)


def too_small(
    peaks: Peaks, usable_wh: float, battery: Battery, inverter_w: float = 0.0, inverter_surge_w: float = 0.0
) -> tuple[Short, ...]:
    """What is too small for the worst minute: the battery by its rate, the inverter by its power or surge."""
    found = []
    if peaks.minute_w / battery.discharged > battery.discharge_rate * usable_wh:
        found.append(Short.BATTERY_RATE)
    if peaks.ac_minute_w > inverter_w:
        found.append(Short.INVERTER_POWER)
    if peaks.ac_surge_w > max(inverter_w, inverter_surge_w):
        found.append(Short.INVERTER_SURGE)
    return tuple(found)
