"""The discounts of small producers for many lines: bands of all rows in one sorted list, found by one
search.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.excise.tariff.rules.int64 import Flags, Ints, Ratio, rounded
from isthmus.apps.excise.tariff.rules.model import PRODUCER_SCALE, At, Direction, Row

_APART = 10**12
"""Rows lie so far apart in the list that no producer's output reaches from one into the next."""


@dataclass(frozen=True, slots=True)
class Discounts:
    """Bands of rows: ends, and the numerator ``fixed + sliding * (output - low)`` over ``common *
    output``.
    """

    ends: Ints
    low: Ints
    fixed: Ints
    sliding: Ints
    common: Ints
    known: Flags

    def steps(self, rows: NDArray[np.int32], output: Ints, direction: Direction) -> tuple[Ints, Flags | None]:
        """The discount of each line in steps of its rounding, and which lines lie outside of their table."""
        place = np.searchsorted(self.ends, rows.astype(np.int64) * _APART + np.minimum(output, _APART - 1))
        outside = ~self.known[place]
        top = self.fixed[place] + self.sliding[place] * np.where(outside, 0, output - self.low[place])
        below = self.common[place] * np.where(outside, 1, output)
        whole, rest = np.divmod(np.maximum(top, 0), below)
        # Quarters stand for nothing, less than half, half, and more than half of the divisor.
        quarter = Ratio(whole, np.sign(2 * rest - below) + 1 + (rest > 0), 4)
        return rounded(quarter, direction), outside if outside.any() else None


def discounts_of(rows: dict[int, Row]) -> Discounts:
    """The bands of rows by their numbers."""
    found: list[tuple[int, int, int, int, int, bool]] = []
    for number, row in sorted(rows.items()):
        rounding = row.rounding(At.DISCOUNT)
        assert row.discount is not None
        assert rounding is not None
        start = number * _APART
        found.append((start + int(row.discount.bands[0].above * PRODUCER_SCALE), 0, 0, 0, 1, False))
        for band in row.discount.bands:
            fixed = band.cumulative * PRODUCER_SCALE / rounding.to
            sliding: Fraction = band.marginal / rounding.to
            over = lcm(fixed.denominator, sliding.denominator)
            above, high = int(band.above * PRODUCER_SCALE), int(band.up_to * PRODUCER_SCALE)
            found.append((start + high, above, int(fixed * over), int(sliding * over), over, True))
        found.append((start + _APART - 1, 0, 0, 0, 1, False))
    table = np.array([one[:5] for one in found], dtype=np.int64)
    known = np.array([one[5] for one in found], dtype=np.bool_)
    column: list[Ints] = [np.ascontiguousarray(one) for one in table.T]
    return Discounts(column[0], column[1], column[2], column[3], column[4], known)
