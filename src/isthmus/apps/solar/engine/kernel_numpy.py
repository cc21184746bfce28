"""The hourly balance over many designs in NumPy: what runs where the compiler of `kernel` does not."""

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.solar.engine.rules.battery import Battery

Floats = NDArray[np.float64]

MEASURES = ("unmet", "dark_hours", "spilled", "drawn", "replaced")


def full(
    supply: Floats,
    load: Floats,
    ageing: Floats,
    faded: Floats,
    wp: Floats,
    capacity: Floats,
    battery: Battery,
    hours_per_year: NDArray[np.int64],
) -> tuple[Floats, Floats]:
    """What `kernel.full` finds, in float64: sums (years, 5, n) by `MEASURES`, longest dark time (n)."""
    n = len(wp)
    sums = np.zeros((len(hours_per_year), len(MEASURES), n))
    stored, health, dark, longest = capacity.copy(), np.ones(n), np.zeros(n), np.zeros(n)
    per_cycle = np.divide(battery.fade_per_cycle, capacity, out=np.zeros(n), where=capacity > 0)
    hour = 0
    for year, hours in enumerate(hours_per_year):
        for _hour in range(hours):
            room_in_all = capacity * health
            left = np.minimum(stored, room_in_all) * battery.kept_per_hour
            net = supply[hour] * faded[year] * wp - load[hour]
            surplus, wanted = np.maximum(net, 0.0), np.maximum(-net, 0.0)
            charge = np.minimum(surplus, battery.charge_rate * room_in_all)
            charge = np.minimum(charge, (room_in_all - left) / battery.charged)
            held = np.minimum(left, battery.discharge_rate * room_in_all)
            out = np.minimum(wanted / battery.discharged, held)
            short = np.maximum(wanted - held * battery.discharged, 0.0)
            stored = left + charge * battery.charged - out
            health = health - (ageing[hour] + out * per_cycle)
            over = health < battery.replaced_at
            health = np.where(over, 1.0, health)
            is_dark = short > 0.0
            dark = (dark + 1.0) * is_dark
            longest = np.maximum(longest, dark)
            sums[year] += (short, is_dark, surplus - charge, out, over)
            hour += 1
    return sums, longest
