"""The balance of a mean year: what the panel could give, what was asked and met, and where the rest went."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.solar.sizing.rules.living import month_of_hours

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Year:
    """Means over the years, Wh: by month (12), and of the year what was not taken and what was lost.

    ``given`` is what the panel could give behind its controller, ``asked`` the use, ``missed`` what of it was
    not met. ``left_over`` was not taken, for the battery was full; ``lost`` went in charging, discharging and
    in standing. A battery that ends emptier than it began has given the difference.
    """

    given: Floats
    asked: Floats
    missed: Floats
    left_over: float
    lost: float

    @property
    def met(self) -> float:
        """What was asked and met in the year."""
        return float(self.asked.sum() - self.missed.sum())


def year_of(supply: Floats, load: Floats, unmet: Floats, spilled: float, by_year: tuple[int, ...]) -> Year:
    """The mean year of hours in Wh; ``spilled`` is what was not taken over all of them."""
    months, years = month_of_hours(by_year), len(by_year)
    given, asked, missed = (np.bincount(months, one, 12) / years for one in (supply, load, unmet))
    met = float(asked.sum() - missed.sum())
    left_over = spilled / years
    return Year(given, asked, missed, left_over, float(given.sum()) - met - left_over)
