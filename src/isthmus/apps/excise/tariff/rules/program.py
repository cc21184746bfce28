"""Rows of one shape, run over all the lines that fall to any of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.excise.tariff.rules.coefficients import Shape
from isthmus.apps.excise.tariff.rules.columns import Columns
from isthmus.apps.excise.tariff.rules.discounts import Discounts
from isthmus.apps.excise.tariff.rules.int64 import (
    Flags,
    Ints,
    Ratio,
    above_largest,
    divided,
    either,
    multiples,
)
from isthmus.apps.excise.tariff.rules.model import At, Choose, Direction, ValueOf

NOTHING = -1
"""Stands where there is no amount."""


@dataclass(slots=True)
class Segment:
    """Lines of one shape: their places in the columns, the numbers of their rows, and which are at fault."""

    columns: Columns
    lines: Ints
    rows: NDArray[np.int32]
    litres: Ints
    over: Flags | None = None

    def fault(self, where: Flags | None) -> None:
        """Mark lines that have no duty."""
        self.over = either(self.over, where)

    def known(self, values: Ints) -> Ints:
        """A column's figures at these lines; what is missing is marked and counts as nothing."""
        here = values.take(self.lines)
        if here.size and int(here.min()) < 0:
            missing = here < 0
            self.fault(missing)
            here[missing] = 0
        return here

    def checked(self, ratio: Ratio) -> Ratio:
        """A ratio whose values that are too large are marked, and count as nothing from here on."""
        if ratio.over is not None:
            self.fault(ratio.over)
            ratio.whole[ratio.over] = 0
            ratio.rest[ratio.over] = 0
        return ratio

    def whole(self, values: Ints) -> Ints:
        """Whole values; those that are too large are marked, and count as nothing from here on."""
        over = above_largest(values)
        self.fault(over)
        return values if over is None else np.where(over, 0, values)


@dataclass(frozen=True, slots=True)
class Made:
    """Duties of a segment in minor units; those that are ``over`` do not count."""

    duty: Ints
    over: Flags | None
    charges: dict[str, Ints]


@dataclass(frozen=True, slots=True)
class Program:
    """One shape; ``numbers`` by name and row, or one number where all rows of the shape have the same."""

    shape: Shape
    numbers: dict[str, Ints | int]
    discounts: Discounts | None

    def run(self, segment: Segment) -> Made:
        """The duty of every line of the segment."""
        amounts = [self._part(place, segment) for place in range(len(self.shape.parts))]
        if amounts:
            total = amounts[0] if len(amounts) == 1 else self._together(amounts, segment)
            duty = self._settled(total, At.DUTY, self.shape.direction(At.DUTY), segment)
        else:
            duty = np.zeros(len(segment.lines), dtype=np.int64)
        charges = {}
        for place, (name, of, direction) in enumerate(self.shape.charges):
            value = _value(of, segment.columns).take(segment.lines)
            unknown = value < 0 if value.size and int(value.min()) < 0 else None
            if unknown is not None:
                value[unknown] = 0
            top, below = self._at(f"charge top {place}", segment), self._at(f"charge below {place}", segment)
            ratio = segment.checked(divided(value, top, below))
            due = self._settled(ratio, f"charge to {place}", direction, segment)
            charges[name] = due if unknown is None else np.where(unknown, NOTHING, due)
        return Made(duty, segment.over, charges)

    def _at(self, name: str, segment: Segment) -> Ints | int:
        number = self.numbers[name]
        return number if isinstance(number, int) else number.take(segment.rows)

    def _settled(self, ratio: Ratio, name: str, direction: Direction | None, segment: Segment) -> Ints:
        assert direction is not None
        return segment.whole(multiples(ratio, self._at(name, segment), direction))

    def _base(self, place: int, segment: Segment) -> Ints:
        part = self.shape.parts[place]
        if part.of is not None:
            return segment.known(_value(part.of, segment.columns))
        litres = segment.known(segment.litres)
        direction = self.shape.direction(At.LITRES)
        if direction is None:
            return litres
        return segment.whole(
            multiples(Ratio(litres, np.zeros_like(litres), 1), self._at(At.LITRES, segment), direction)
        )

    def _times(self, place: int, segment: Segment) -> Ints | None:
        times = self.shape.parts[place].times
        if not times:
            return None
        if times == "plato":
            return segment.known(segment.columns.plato)
        degrees = segment.known(segment.columns.abv)
        return np.maximum(degrees - self._at("free", segment), 0) if self.shape.free else degrees

    def _part(self, place: int, segment: Segment) -> Ratio:
        base, times = self._base(place, segment), self._times(place, segment)
        prices: Ints | None = None
        if self.discounts is not None:
            prices = self._prices(place, self.discounts, segment)
        direction = self.shape.direction(At.MEASURE)
        if direction is not None:
            top = self._at(f"measure top {place}", segment)
            factor = top if times is None else times * top
            ratio = segment.checked(divided(base, factor, self._at(f"measure below {place}", segment)))
            base, times = segment.whole(multiples(ratio, 1, direction)), None
        factor = self._at(f"top {place}", segment)
        for more in (times, prices):
            if more is not None:
                factor = more * factor
        ratio = segment.checked(divided(base, factor, self._at(f"below {place}", segment)))
        after = self.shape.direction(At.PART)
        if after is None:
            return ratio
        return Ratio(self._settled(ratio, At.PART, after, segment), np.zeros_like(base), 1)

    def _prices(self, place: int, discounts: Discounts, segment: Segment) -> Ints:
        """The reduced rate of each line in its own units."""
        direction = self.shape.direction(At.DISCOUNT)
        assert direction is not None
        output = segment.known(segment.columns.producer)
        steps, outside = discounts.steps(segment.rows, output, direction)
        segment.fault(outside)
        left: Ints = self._at(f"price {place}", segment) - steps * self._at(f"off {place}", segment)
        return np.maximum(left, 0)

    def _together(self, amounts: list[Ratio], segment: Segment) -> Ratio:
        """Several parts over one divisor: their sum, or the greatest of them."""
        divisor = self._at("common", segment)
        whole, rest = amounts[0].whole, amounts[0].rest * (divisor // amounts[0].divisor)
        for amount in amounts[1:]:
            more = amount.rest * (divisor // amount.divisor)
            if self.shape.choose is Choose.SUM:
                whole, rest = whole + amount.whole, rest + more
                carried = rest >= divisor
                whole, rest = whole + carried, rest - divisor * carried
            else:
                greater = (amount.whole > whole) | ((amount.whole == whole) & (more > rest))
                whole, rest = np.where(greater, amount.whole, whole), np.where(greater, more, rest)
        return Ratio(whole, rest, divisor)


def _value(of: ValueOf | None, columns: Columns) -> Ints:
    return columns.retail if of is ValueOf.RETAIL else columns.cif
