"""The cost frontier: the cheapest system for each reliability."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.solar.sizing.rules.choosing import Span
from isthmus.apps.solar.surface.rules.usual import LADDER

Floats = NDArray[np.float64]


def frontier(short: Floats, costs: Floats) -> tuple[int, ...]:
    """The designs that none beats, from cheap to dear: each runs short less than all that cost no more.

    ``short`` is the share unmet of each design and ``costs`` what it costs over its life (n each).
    """
    order = np.lexsort((np.arange(len(short)), short, costs))
    before = np.minimum.accumulate(np.concatenate([[np.inf], short[order][:-1]]))
    return tuple(int(at) for at in order[short[order] < before])


def rungs(least: float, asked: float, ladder: Iterable[float] = LADDER) -> tuple[float, ...]:
    """The shares unmet that are in reach of some design, and the one that was asked, from plain to good.

    ``least`` is the smallest share unmet of all designs.
    """
    return tuple(sorted({asked, *(share for share in ladder if share >= least)}, reverse=True))


def shown_spans(wh_per_day: float, yield_per_day: float, wp: float, usable_wh: float) -> tuple[Span, Span]:
    """What a surface shows: panels for 0.6 to 4 times the load of a mean day, batteries for 0.2 to 4 days.

    Further where a design of so many Wp and usable Wh needs it. ``yield_per_day`` is what a watt-peak
    gives on a mean day, Wh.
    """
    enough = wh_per_day / yield_per_day
    panel = Span(0.6 * enough, max(4.0 * enough, 2.0 * wp))
    return panel, Span(0.2 * wh_per_day, max(4.0 * wh_per_day, 2.0 * usable_wh))
