"""Shapes of a day: which share of what a family uses falls into each hour."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EVENING = (
    *(0.02,) * 5,
    0.03,
    0.04,
    *(0.03,) * 10,
    0.04,
    0.08,
    0.11,
    0.11,
    0.10,
    0.07,
    0.02,
)
"""A home that uses most after sunset: lamps, a television, phones (hours 0 to 23)."""
SHAPES = {
    "evening": EVENING,
    "light": (*(0.02,) * 5, 0.05, *(0.0,) * 11, 0.02, 0.16, 0.22, 0.22, 0.16, 0.08, 0.02),
    "cooling": (*(0.045,) * 6, *(0.035,) * 4, *(0.045,) * 8, *(0.05,) * 6),
    "work": (*(0.01,) * 8, *(0.09,) * 9, *(0.02,) * 4, *(0.01,) * 3),
}
"""Shapes to choose from: ``evening``; ``light`` where little but lamps and phones is used; ``cooling`` with a
refrigerator that runs all day; ``work`` with a sewing machine or a pump while the sun shines."""


def is_shape(shares: Floats) -> bool:
    """Whether these are 24 shares, none below zero and not all zero."""
    fits = shares.shape == (24,) and bool(np.isfinite(shares).all())
    return fits and not (shares < 0).any() and bool(shares.sum() > 0)


def hourly_wh(wh_per_day: float, shape: Floats, hours: int) -> Floats:
    """The load of each of ``hours`` hours from midnight, Wh, for shares that are a shape."""
    day = wh_per_day * shape / shape.sum()
    return np.tile(day, -(-hours // 24))[:hours]


def nearest_shape(day: Floats) -> str:
    """The name of the shape in `SHAPES` that is nearest to a day of 24 hours: least is moved in time.

    The distance is that of Wasserstein between the shares: what must be moved, times the hours it is moved.
    """
    whole = np.cumsum(day / day.sum())

    def moved(name: str) -> float:
        shares = np.asarray(SHAPES[name])
        return float(np.abs(np.cumsum(shares / shares.sum()) - whole).sum())

    return min(SHAPES, key=moved)


def grown(load: Floats, by_year: tuple[int, ...], growth: float) -> Floats:
    """A load by hour whose use grows by the share ``growth`` from each year to the next."""
    return load * np.repeat((1.0 + growth) ** np.arange(len(by_year)), by_year)
