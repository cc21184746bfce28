"""Normalised tables: what a home needs for each watt-hour that it uses on a day.

The balance of a panel, a battery and a load is linear but for what is sold: twice the load asks for twice of
both at the same share unmet. So one table for a place and a shape of the day serves every home there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_LEAST = 1e-7


@dataclass(frozen=True, slots=True)
class Relative:
    """The least-cost system for a share unmet (``level``), for each Wh a day: Wp, and Wh on the label."""

    level: float
    wp: float
    battery_wh: float


def relative(level: float, wp: Floats, label: Floats, short: Floats, cost: Floats) -> Relative | None:
    """The cheapest system at a level; None where no panel of the grid reaches it.

    ``wp`` (n) and ``label`` (m, rising) for each Wh a day; ``short`` (n, m) is the share unmet, which falls
    with the battery; ``cost`` (n, m) that of a design over its life. Between two batteries the share is taken
    to fall evenly on logarithmic scales, and the cost to rise evenly.
    """
    best: Relative | None = None
    least = float("inf")
    for row, panel in enumerate(wp.tolist()):
        good = np.flatnonzero(short[row] <= level)
        if not len(good):
            continue
        at = int(good[0])
        share = 0.0
        if at:
            above, below = (float(np.log(max(short[row, i], _LEAST))) for i in (at - 1, at))
            share = (below - float(np.log(max(level, _LEAST)))) / (below - above)
        size = float(label[at]) * float(label[at - 1] / label[at]) ** share
        price = float(cost[row, at] + (cost[row, at - 1] - cost[row, at]) * share)
        if price < least:
            best, least = Relative(level, panel, size), price
    return best
