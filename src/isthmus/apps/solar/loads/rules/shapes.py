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


def is_shape(shares: Floats) -> bool:
    """Whether these are 24 shares, none below zero and not all zero."""
    fits = shares.shape == (24,) and bool(np.isfinite(shares).all())
    return fits and not (shares < 0).any() and bool(shares.sum() > 0)


def hourly_wh(wh_per_day: float, shape: Floats, hours: int) -> Floats:
    """The load of each of ``hours`` hours from midnight, Wh, for shares that are a shape."""
    day = wh_per_day * shape / shape.sum()
    return np.tile(day, -(-hours // 24))[:hours]
