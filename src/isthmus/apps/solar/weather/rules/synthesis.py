"""Synthetic years: days drawn from a cell's monthly distributions, each like the one before to some degree.

A day's place in its month's distribution follows a first-order autoregressive normal process (phi 0.5), so
that bad weather comes in spells: Graham, Hollands and Huget, "A time series model for Kt with application to
global synthetic weather generation", Solar Energy 40 (1988). Within a day the light follows the clear sky's
shape.
"""

from itertools import accumulate
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.solar.weather.rules.cells import Cell
from isthmus.apps.solar.weather.rules.sky import Sun, above_the_air_w_m2, clear_sky_w_m2

Floats = NDArray[np.float64]
PERSISTENCE = 0.5
DAYS_OF_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_OF_DAY = np.repeat(np.arange(12), DAYS_OF_MONTHS)
DAYS = len(MONTH_OF_DAY)
RESOURCE_UNCERTAINTY = 0.08
"""One standard deviation of a long-term mean of MERRA-2 against measurements on the ground."""


def daily_means_w_m2(cell: Cell, years: int, seed: int, persistence: float = PERSISTENCE) -> Floats:
    """The mean global irradiance of every day of ``years`` years (years, 365); the same for a seed."""
    ranks = _ranks(years * DAYS, seed, persistence).reshape(years, DAYS)
    found = np.empty((years, DAYS))
    for month in range(12):
        days = month == MONTH_OF_DAY
        order = np.argsort(cell.irradiance[month])
        values, weights = cell.irradiance[month][order], cell.weights[month][order]
        share = (np.cumsum(weights) - weights / 2.0) / weights.sum()
        found[:, days] = np.interp(ranks[:, days], share, values)
    return np.maximum(found, 0.0)


def _ranks(count: int, seed: int, persistence: float) -> Floats:
    """Places between 0 and 1 of ``count`` days in a row."""
    steps = np.random.default_rng(seed).standard_normal(count)
    fresh = float(np.sqrt(1.0 - persistence**2))
    steps[1:] *= fresh
    process = accumulate(steps.tolist(), lambda before, step: persistence * before + step)
    normal = NormalDist()
    return np.fromiter((normal.cdf(value) for value in process), np.float64, count)


def clearness_by_month(cell: Cell, sun: Sun) -> Floats:
    """The share of the light above the air that a cell's months let through (12); 0 where no sun rises."""
    days = above_the_air_w_m2(sun).reshape(DAYS, 24).mean(axis=1)
    above = np.bincount(MONTH_OF_DAY, days) / DAYS_OF_MONTHS
    below = (cell.irradiance * cell.weights).sum(axis=1) / cell.weights.sum(axis=1)
    clearness: Floats = np.divide(below, above, out=np.zeros(12), where=above > 0)
    return clearness


def hourly_w_m2(daily: Floats, sun: Sun) -> Floats:
    """Global horizontal irradiance hour by hour (years x 8,760) of days (years, 365) under the year's sun.

    A day without sun gives nothing, whatever the distribution says: there is a polar night.
    """
    shape = clear_sky_w_m2(sun).reshape(DAYS, 24)
    whole = shape.sum(axis=1, keepdims=True)
    share = np.divide(shape, whole, out=np.zeros_like(shape), where=whole > 0)
    hours: Floats = (daily[:, :, np.newaxis] * 24.0 * share).reshape(-1)
    return hours
