"""Which designs are looked at, and which of them is the cheapest that is good enough."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = 48
"""Sizes of panel and of battery that are looked at in a round."""


@dataclass(frozen=True, slots=True)
class Span:
    """From which size to which designs are looked at, both above zero."""

    least: float
    most: float

    def sizes(self) -> Floats:
        """`STEPS` sizes, each the same factor above the one before."""
        return np.geomspace(self.least, self.most, STEPS)

    def around(self, size: float) -> "Span":
        """The span between the neighbours of one of its sizes."""
        step = (self.most / self.least) ** (1.0 / (STEPS - 1))
        return Span(size / step, size * step)


def first_spans(wh_per_day: float, yield_per_day: float) -> tuple[Span, Span]:
    """Where to look first: panels for 0.7 to 8 times the load of a mean day, batteries for 0.1 to 8 days.

    ``yield_per_day`` is what a watt-peak gives on a mean day, Wh.
    """
    enough = wh_per_day / yield_per_day
    return Span(0.7 * enough, 8.0 * enough), Span(0.1 * wh_per_day, 8.0 * wh_per_day)


def grid(panel: Span, storage: Span) -> tuple[Floats, Floats]:
    """Every pair of the sizes of both, as two arrays of `STEPS` squared."""
    wp, wh = np.meshgrid(panel.sizes(), storage.sizes(), indexing="ij")
    return wp.ravel(), wh.ravel()


def sold(wp: Sequence[int], battery_wh: Sequence[int]) -> tuple[Floats, Floats]:
    """Every pair of sizes that are sold, as two arrays."""
    panels, batteries = np.meshgrid(np.array(wp, float), np.array(battery_wh, float), indexing="ij")
    return panels.ravel(), batteries.ravel()


def steps_from(size: float, owned: int, step: int, count: int) -> tuple[int, ...]:
    """The next ``count`` sizes that are sold from one on; the one that is owned alone where it is enough."""
    if size <= owned + 1e-6:
        return (owned,)
    first = rounded_up(size, step)
    return tuple(range(first, first + count * step, step))


def cheapest(short: Floats, costs: Floats, target: float) -> int | None:
    """The cheapest design that runs short no more than ``target``; None where none is good enough.

    Of several that cost the same, the one that runs short least, then the first.
    """
    good = np.flatnonzero(short <= target)
    if not len(good):
        return None
    order = np.lexsort((good, short[good], costs[good]))
    return int(good[order[0]])


def rounded_up(size: float, step: int) -> int:
    """A size as it is sold: the next whole number of ``step``."""
    return int(-(-size // step)) * step
