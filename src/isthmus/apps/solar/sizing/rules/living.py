"""What it is like to live with a system: the months in which it runs short, and its worst week."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_COMMON = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAP = (31, 29, *_COMMON[2:])
_LEAP_HOURS = 8784
WEEK_HOURS = 168
NOTICED = 0.01
"""A month runs short where more than this share of what it asks for is missing."""


def month_of_hours(by_year: tuple[int, ...]) -> NDArray[np.int64]:
    """The month (0 to 11) of every hour of whole years from January on."""
    months = np.arange(12)
    return np.concatenate(
        [np.repeat(months, np.array(_LEAP if hours == _LEAP_HOURS else _COMMON) * 24) for hours in by_year]
    )


def short_by_month(load: Floats, unmet: Floats, by_year: tuple[int, ...]) -> Floats:
    """The share of the load of each month (12) that is not met, over all years; 0 where none is asked."""
    months = month_of_hours(by_year)
    asked, missing = (np.bincount(months, values, 12) for values in (load, unmet))
    return np.divide(missing, asked, out=np.zeros(12), where=asked > 0)


def months_short(shares: Floats, noticed: float = NOTICED) -> tuple[int, ...]:
    """The months (0 to 11) that run short, the worst first."""
    return tuple(int(month) for month in np.argsort(-shares, kind="stable") if shares[month] > noticed)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from midnight: the first hour among all, the share that was stored, what was missing."""

    first: int
    stored: Floats
    unmet: Floats


def bad_week(stored: Floats, unmet: Floats, capacity_wh: float) -> Week:
    """A week as bad as comes about once a year: of weeks by what is missing, then by what is left, Wh.

    Weeks begin at every midnight; over n years it is the n-th worst of those that do not overlap a worse one.
    ``stored`` and ``unmet`` by hour, whole days, at least seven.
    """
    missing = np.convolve(unmet.reshape(-1, 24).sum(axis=1), np.ones(7), "valid")
    left = np.convolve(stored.reshape(-1, 24).min(axis=1), np.ones(7), "valid")
    years = max(round(len(stored) / 8760), 1)
    worst: list[int] = []
    days = iter(np.lexsort((left, -missing)).tolist())
    while len(worst) < years:
        day = next(days)
        if all(abs(day - other) >= 7 for other in worst):
            worst.append(day)
    first = worst[-1] * 24
    hours = slice(first, first + WEEK_HOURS)
    share = stored[hours] / capacity_wh if capacity_wh > 0 else np.zeros(WEEK_HOURS)
    return Week(first, share, unmet[hours])
