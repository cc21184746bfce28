"""A row as whole numbers: what a rate comes to for one whole unit of a line's figures, and how large it
gets.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from isthmus.apps.excise.tariff.rules.model import (
    ABV_SCALE,
    LITRE_SCALE,
    PLATO_SCALE,
    VALUE_SCALE,
    At,
    Base,
    Choose,
    Direction,
    Part,
    Row,
    ValueOf,
)

MEASURE = {
    Base.LITRE: Fraction(1, LITRE_SCALE),
    Base.HECTOLITRE: Fraction(1, LITRE_SCALE * 100),
    Base.LITRE_OF_ALCOHOL: Fraction(1, LITRE_SCALE * ABV_SCALE * 100),
    Base.CENTILITRE_OF_ALCOHOL: Fraction(1, LITRE_SCALE * ABV_SCALE),
    Base.HECTOLITRE_DEGREE_PLATO: Fraction(1, LITRE_SCALE * 100 * PLATO_SCALE),
    Base.VALUE: Fraction(1, VALUE_SCALE),
}
"""What one whole unit of the figures, multiplied together, is of the base's own unit."""

LARGEST_DIVISOR = 10**15
"""The faster way needs divisors up to here only, so that remainders fit into int64."""
LARGEST_FACTOR = 10**18 // (100 * ABV_SCALE)
"""A factor that fits even when it is multiplied with the greatest strength."""

_TIMES = {
    Base.LITRE_OF_ALCOHOL: "abv",
    Base.CENTILITRE_OF_ALCOHOL: "abv",
    Base.HECTOLITRE_DEGREE_PLATO: "plato",
}


@dataclass(frozen=True, slots=True)
class PartShape:
    """What a part multiplies: a value or the litres, and strength, degrees Plato or nothing."""

    of: ValueOf | None
    times: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What rows must have in common to be worked out together; all else of them is numbers."""

    parts: tuple[PartShape, ...]
    roundings: tuple[tuple[At, Direction], ...]
    choose: Choose
    free: bool
    discount: bool
    charges: tuple[tuple[str, ValueOf | None, Direction], ...]

    def direction(self, at: At) -> Direction | None:
        """The direction of the rounding at one point, if there is one."""
        return next((way for place, way in self.roundings if place is at), None)


def shape_of(row: Row) -> Shape:
    """The shape of a row."""
    return Shape(
        tuple(PartShape(part.of, _TIMES.get(part.base, "")) for part in row.parts),
        tuple((one.at, one.direction) for one in row.roundings),
        row.choose,
        row.free_abv > 0,
        row.discount is not None,
        tuple((one.name, one.part.of, one.rounding.direction) for one in row.charges),
    )


def unit_rate(part: Part, minor: int) -> Fraction:
    """Minor units for one unit of the base."""
    return part.rate * minor / (100 if part.base is Base.VALUE else 1)


def _to(row: Row, at: At) -> Fraction | None:
    rounding = row.rounding(at)
    return None if rounding is None else rounding.to


def numbers_of(row: Row, minor: int) -> dict[str, int]:
    """Every number of a row by name; ``top`` and ``below`` are numerators and denominators of a part's
    factors.

    ``price`` is the full rate in units of the reduced one, ``off`` one step of the discount in these units.
    """
    found = {"free": int(row.free_abv * ABV_SCALE)}
    for at, scale in ((At.LITRES, LITRE_SCALE), (At.PART, minor), (At.DUTY, minor)):
        to = _to(row, at)
        if to is not None:
            found[at] = int(to * scale)
    measure, discount = _to(row, At.MEASURE), _to(row, At.DISCOUNT)
    common = 1
    for place, part in enumerate(row.parts):
        rate = unit_rate(part, minor)
        if row.discount is not None and discount is not None:
            unit = Fraction(minor, lcm(part.rate.denominator, discount.denominator))
            found[f"price {place}"], found[f"off {place}"] = int(rate / unit), int(discount * minor / unit)
            rate = unit
        figure = MEASURE[part.base] * rate
        if measure is not None:
            first = MEASURE[part.base] / measure
            found[f"measure top {place}"] = first.numerator
            found[f"measure below {place}"] = first.denominator
            figure = measure * rate
        found[f"top {place}"], found[f"below {place}"] = figure.numerator, figure.denominator
        common = lcm(common, 1 if _to(row, At.PART) is not None else figure.denominator)
    found["common"] = common
    for place, charge in enumerate(row.charges):
        figure = MEASURE[charge.part.base] * unit_rate(charge.part, minor)
        found[f"charge top {place}"], found[f"charge below {place}"] = figure.numerator, figure.denominator
        found[f"charge to {place}"] = int(charge.rounding.to * minor)
    return found


def bounds(row: Row, minor: int) -> tuple[int, int]:
    """The largest divisor and the largest factor that the arithmetic of a row meets."""
    numbers = numbers_of(row, minor)
    divisors = [value for name, value in numbers.items() if "below" in name]
    factors = [
        value * numbers.get(f"price {name[-1]}", 1) for name, value in numbers.items() if "top" in name
    ]
    return max(numbers["common"] * numbers.get(At.DUTY, 1), *divisors, 1), max(*factors, 0, 0)
