"""A tariff and a line of goods as values. Quantities of lines are whole numbers of fixed small units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

LARGEST = 10**18
"""No number of a line, of a step or of an amount is larger: int64 holds it with room for one addition."""

ABV_SCALE = 1_000
"""Thousandths of a per cent by volume."""
PLATO_SCALE = 1_000
"""Thousandths of a degree Plato."""
MOST_PLATO = 100 * PLATO_SCALE
LITRE_SCALE = 1_000_000
"""Microlitres."""
VALUE_SCALE = 10_000
"""Ten-thousandths of the currency's unit."""
PRODUCER_SCALE = 1_000
"""Thousandths of a hectolitre."""


class Base(StrEnum):
    """What a rate is charged on."""

    LITRE = "litre"
    HECTOLITRE = "hectolitre"
    LITRE_OF_ALCOHOL = "litre of alcohol"
    CENTILITRE_OF_ALCOHOL = "centilitre of alcohol"
    HECTOLITRE_DEGREE_PLATO = "hectolitre per degree Plato"
    VALUE = "value"


class ValueOf(StrEnum):
    """The named base of a rate ad valorem."""

    CIF = "cif"
    RETAIL = "retail"


class At(StrEnum):
    """Where in the calculation a rounding happens; the order of the members is the order of the steps."""

    LITRES = "litres"
    MEASURE = "measure"
    DISCOUNT = "discount"
    PART = "part"
    DUTY = "duty"


ORDER = tuple(At)


class Direction(StrEnum):
    """Which way a rounding goes."""

    DOWN = "down"
    UP = "up"
    HALF_UP = "half up"
    HALF_EVEN = "half even"


class Choose(StrEnum):
    """What becomes of several parts of one rate."""

    SUM = "sum"
    GREATER = "greater"


@dataclass(frozen=True, slots=True)
class Rounding:
    """One rounding: where, to multiples of what, which way, and whether the law is known to say so."""

    at: At
    to: Fraction
    direction: Direction
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Band:
    """From ``low`` to ``high``; an open end excludes its figure; None is no end."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    def holds(self, value: Fraction) -> bool:
        """Whether a value lies in the band."""
        if self.low is not None and (value < self.low or (self.low_open and value == self.low)):
            return False
        return not (self.high is not None and (value > self.high or (self.high_open and value == self.high)))

    def whole(self, scale: int) -> tuple[int, int]:
        """The smallest and the largest whole number of ``1/scale`` in the band; -1 and LARGEST for no end."""
        low, high = -1, LARGEST
        if self.low is not None:
            scaled = self.low * scale
            low = -((-scaled.numerator) // scaled.denominator)
            low += self.low_open and low == scaled
        if self.high is not None:
            scaled = self.high * scale
            high = scaled.numerator // scaled.denominator
            high -= self.high_open and high == scaled
        return low, high

    def meets(self, other: "Band") -> bool:
        """Whether some value may lie in both."""
        return not (self.ends_before(other) or other.ends_before(self))

    def ends_before(self, other: "Band") -> bool:
        """Whether every value of this band is smaller than any of the other."""
        if self.high is None or other.low is None:
            return False
        return self.high < other.low or (self.high == other.low and (self.high_open or other.low_open))


EVERYTHING = Band()


@dataclass(frozen=True, slots=True)
class Part:
    """A rate on one base: in units of the currency for each unit of the base, or in per cent of a value."""

    base: Base
    rate: Fraction
    of: ValueOf | None = None


@dataclass(frozen=True, slots=True)
class DiscountBand:
    """Above ``above`` up to ``up_to`` hectolitres of alcohol a year, by (C + M(A - S)) / A."""

    above: Fraction
    up_to: Fraction
    marginal: Fraction
    cumulative: Fraction


@dataclass(frozen=True, slots=True)
class Discount:
    """What a small producer pays less for each unit of the base, by the producer's yearly output."""

    name: str
    bands: tuple[DiscountBand, ...]
    act: str
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge that is shown as a line of its own beside the duty."""

    name: str
    title: str
    part: Part
    rounding: Rounding
    act: str
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One dated row. ``missing`` says why its rate is not known: such a row is an error, never nothing."""

    rule: str
    group: str
    first_day: date
    last_day: date | None
    parts: tuple[Part, ...]
    roundings: tuple[Rounding, ...]
    act: str
    source: str
    code: str = ""
    choose: Choose = Choose.SUM
    abv: Band = EVERYTHING
    plato: Band = EVERYTHING
    size_l: Band = EVERYTHING
    producer_hl: Band = EVERYTHING
    free_abv: Fraction = Fraction(0)
    relief: str = ""
    discount: Discount | None = None
    charges: tuple[Charge, ...] = ()
    exempt: bool = False
    confirmed: bool = True
    note: str = ""
    missing: str = ""

    def in_force(self, day: date) -> bool:
        """Whether the row counts on a day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    def rounding(self, at: At) -> Rounding | None:
        """The rounding at one point of the calculation, if there is one."""
        return next((one for one in self.roundings if one.at == at), None)

    @property
    def arithmetic(self) -> tuple[object, ...]:
        """All that decides the amount: two rows that agree in it give the same duty."""
        return (
            self.parts,
            self.choose,
            self.roundings,
            self.free_abv,
            self.discount,
            self.charges,
            self.missing,
        )

    @property
    def settled(self) -> bool:
        """Whether everything that the row says is confirmed."""
        return (
            self.confirmed
            and all(one.confirmed for one in self.roundings)
            and all(one.confirmed and one.rounding.confirmed for one in self.charges)
            and (self.discount is None or self.discount.confirmed)
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Products that a tariff names together, with the codes that may stand for them."""

    name: str
    title: str
    hs: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    alcohol: bool = True

    def covers(self, hs: str) -> bool:
        """Whether an HS or CN code belongs here: one code begins with the other."""
        return any(hs.startswith(own) or own.startswith(hs) for own in self.hs)


@dataclass(frozen=True, slots=True)
class StampExemption:
    """Goods that bear no stamp; every condition that is given must hold."""

    words: str
    act: str
    groups: tuple[str, ...] = ()
    abv: Band | None = None
    size_l: Band | None = None
    sizes_l: tuple[Fraction, ...] = ()
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of goods, in the whole units of the scales above; None is what was not given."""

    product: str
    hs: str = ""
    abv: int | None = None
    volume: int | None = None
    quantity: int | None = None
    cif: int | None = None
    day: date | None = None
    producer: int | None = None
    plato: int | None = None
    retail: int | None = None
    relief: str = ""

    def value(self, of: ValueOf | None) -> int | None:
        """The value of the whole line on a named base."""
        return self.retail if of is ValueOf.RETAIL else self.cif


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example of a tariff file: a line and what it comes to, or the code of its fault."""

    title: str
    line: Line
    duty_minor: int | None
    fault: str = ""
    charges: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tariff:
    """A country's tariff. ``checked_on`` is the last day that its author looked at; later days say so."""

    country: str
    title: str
    currency: str
    minor_digits: int
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    examples: tuple[Example, ...]
    checked_on: date
    is_example: bool = False
    stamp_exemptions: tuple[StampExemption, ...] = ()
    stamp_act: str = ""

    @property
    def minor(self) -> int:
        """Minor units in a unit of the currency."""
        return int(10**self.minor_digits)

    def group(self, name: str) -> Group:
        """The group of this name; StopIteration where the tariff has none."""
        return next(group for group in self.groups if group.name == name)


class LineFault(Exception):
    """Why a line has no duty: a code, and the figures that its sentence names."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
