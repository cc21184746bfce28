"""Exact division and rounding of products in int64 arrays: a result is right, or it is marked as too
large.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.excise.tariff.rules.model import LARGEST, Direction

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_HOLDS = 2**63 - 1
_NEAR = 2**51
"""Up to here a quotient in double precision is off by less than one."""


@dataclass(slots=True)
class Ratio:
    """``whole + rest / divisor`` with ``0 <= rest < divisor``; what is ``over`` has no value."""

    whole: Ints
    rest: Ints
    divisor: Ints | int
    over: Flags | None = None


def peak(values: Ints | int) -> int:
    """The largest of the values, which are not negative; 0 for none."""
    if isinstance(values, int):
        return values
    return int(values.max()) if values.size else 0


def either(one: Flags | None, other: Flags | None) -> Flags | None:
    """What is marked in one or in the other."""
    if one is None or other is None:
        return other if one is None else one
    return one | other


def above_largest(whole: Ints, rest: Ints | None = None) -> Flags | None:
    """Which values are larger than LARGEST; None for none."""
    if peak(whole) < LARGEST:
        return None
    over: Flags = whole > LARGEST
    if rest is not None:
        over |= (whole == LARGEST) & (rest > 0)
    return over if over.any() else None


def cleared(values: Ints, where: Flags) -> Ints:
    """The values, with nothing where marked."""
    kept = values.copy()
    kept[where] = 0
    return kept


def product(one: Ints, other: Ints | int) -> tuple[Ints, Flags | None]:
    """The products of values that are not negative, and which of them are larger than LARGEST."""
    if peak(one) * peak(other) <= LARGEST:
        return one * other, None
    over = one.astype(np.float64) * other > 1.001 * LARGEST
    made = cleared(one, over) * other
    over |= made > LARGEST
    return made, over


def divided(one: Ints, other: Ints | int, divisor: Ints | int) -> Ratio:
    """``one * other / divisor`` exactly, though the product may need 128 bits.

    ``one`` and ``other`` are not negative and at most LARGEST, ``divisor`` is from 1 to 10**15. A quotient
    in double
    precision is corrected by its exact remainder, which is several times faster than to divide whole numbers.
    """
    least = divisor if isinstance(divisor, int) else int(divisor.min()) if divisor.size else 1
    most = peak(one) * peak(other)
    if most > _HOLDS or most > _NEAR * least:
        return _divided_widely(one, other, divisor)
    made = one * other
    whole = (made / divisor).astype(np.int64)
    return _mended(whole, made - whole * divisor, divisor)


def _mended(whole: Ints, rest: Ints, divisor: Ints | int) -> Ratio:
    """A quotient that is off by at most one, with its exact remainder, made right."""
    low, high = rest < 0, rest >= divisor
    if low.any():
        whole -= low
        rest += low * divisor
    if high.any():
        whole += high
        rest -= high * divisor
    return Ratio(whole, rest, divisor)


def _divided_widely(one: Ints, other: Ints | int, divisor: Ints | int) -> Ratio:
    """As ``divided`` for products beyond int64: the estimate is off by less than 700, and its remainder, by
    arithmetic that wraps, is exact because it fits.
    """
    estimate = one.astype(np.float64) * other / divisor
    far = estimate > 2.0 * LARGEST
    one = cleared(one, far)
    whole = np.where(far, 0.0, estimate).astype(np.int64)
    rest = one * other - whole * divisor
    step = (rest / divisor).astype(np.int64)
    whole += step
    rest -= step * divisor
    ratio = _mended(whole, rest, divisor)
    ratio.over = either(far if far.any() else None, above_largest(ratio.whole, ratio.rest))
    return ratio


def rounded(ratio: Ratio, direction: Direction) -> Ints:
    """The ratios as whole numbers."""
    if direction is Direction.DOWN:
        return ratio.whole
    twice = 2 * ratio.rest
    if direction is Direction.UP:
        more = ratio.rest > 0
    elif direction is Direction.HALF_UP:
        more = twice >= ratio.divisor
    else:
        odd = ratio.whole % 2 == 1
        more = (twice > ratio.divisor) | ((twice == ratio.divisor) & odd)
    found: Ints = ratio.whole + more
    return found


def multiples(ratio: Ratio, of: Ints | int, direction: Direction) -> Ints:
    """The ratios as whole multiples of ``of``; ``of * divisor`` is at most 10**15."""
    if isinstance(of, int) and of == 1:
        return rounded(ratio, direction)
    whole: Ints = np.floor_divide(ratio.whole, of)
    left: Ints = ratio.whole - np.multiply(whole, of)
    rest: Ints = np.multiply(left, ratio.divisor) + ratio.rest
    counted = rounded(Ratio(whole, rest, of * ratio.divisor), direction)
    return counted * of
