"""One design hour by hour, compiled: what `engine.rules.balance` keeps of each hour, a hundred times as fast.

The kernel of the engine gives sums by year for thousands of designs; a picture of a week and the tier of
access need every hour of one. `engine.rules.balance` is the reference.
"""

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@numba.njit(cache=True, error_model="numpy", nogil=True)
def trace(
    supply: Floats, load: Floats, ageing: Floats, capacity: float, figures: Floats
) -> tuple[Floats, Floats]:
    """Stored and unmet Wh at each hour's end; ``supply`` Wh, ``load`` Wh and ``ageing`` (share) by hour.

    ``capacity`` is usable Wh when new; ``figures`` are the battery's, as the engine's kernel takes them.
    """
    into, outof, kept, fast_in, fast_out, by_cycle, end = figures
    stored, unmet = np.empty(len(load)), np.empty(len(load))
    charge, health = capacity, 1.0
    for hour in range(len(load)):
        room = capacity * health
        left = min(charge, room) * kept
        net = supply[hour] - load[hour]
        surplus, wanted = max(net, 0.0), max(-net, 0.0)
        taken = min(surplus, fast_in * room, (room - left) / into)
        held = min(left, fast_out * room)
        drawn = min(wanted / outof, held)
        charge = left + taken * into - drawn
        if capacity > 0.0:
            health -= ageing[hour] + drawn / capacity * by_cycle
        if health < end:
            health = 1.0
        stored[hour] = charge
        unmet[hour] = max(wanted - held * outof, 0.0)
    return stored, unmet
