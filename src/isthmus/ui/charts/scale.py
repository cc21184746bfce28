"""Axes: nice ticks (1, 2 or 5 times a power of ten), linear scales, and how their numbers are written."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal

from django.utils.translation import gettext as _

from isthmus.kit.errors import Fault
from isthmus.ui.formats import NBSP, grouped
from isthmus.ui.text import Text

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_EXACT = Context(prec=40)
_MOST = 1e300
_LARGE = 1e7
_SMALL = 1e-3


def finite(values: Iterable[float | None]) -> tuple[float, ...]:
    """The values that are there, as floats. Fault for NaN, and for what no axis can hold."""
    found = tuple(float(value) for value in values if value is not None)
    if not all(abs(value) <= _MOST for value in found):
        raise Fault("ui.chart.not-finite", "A chart was given a value that is not a number.")
    return found


def brief(value: float) -> str:
    """The number as it stands in a picture: whole, or with six digits, or with a power of ten."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact:
        return grouped(0)
    power = exact.adjusted()
    if -6 <= power < 15:
        # Whole numbers are whole: a count is never rounded.
        rounded = exact.quantize(Decimal(1).scaleb(-max(5 - power, 0)), context=_EXACT)
        return grouped(Decimal(format(rounded.normalize(_EXACT), "f")))
    lead = Context(prec=3).plus(exact.scaleb(-power)).normalize()
    return f"{grouped(lead)}{NBSP}×{NBSP}10{str(power).translate(_SUPERSCRIPT)}"


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale from ``low``..``high`` to the pixels ``start``..``end``, with its ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]
    places: int
    start: float = 0.0
    end: float = 1.0

    def at(self, value: float) -> float:
        """The pixel of a value."""
        # Halves first: the span of two huge values of opposite sign would overflow.
        share = (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return self.start + share * (self.end - self.start)

    def over(self, start: float, end: float) -> "Scale":
        """The same scale on other pixels."""
        return Scale(self.low, self.high, self.ticks, self.places, start, end)

    @property
    def power(self) -> int:
        """The power of ten, a multiple of three, by which labels are divided to stay short; mostly 0."""
        largest = max(abs(self.low), abs(self.high))
        if largest >= _LARGE or largest < _SMALL:
            return 3 * math.floor(math.log10(largest) / 3)
        return 0

    def label(self, tick: float) -> str:
        """The tick's number as the active language writes it."""
        power = self.power
        exact = Decimal(repr(tick)).scaleb(-power)
        return grouped(exact, max(self.places + power, 0)) if exact else grouped(0)

    def exact(self, value: float) -> str:
        """Any value in the axis's power of ten, with all its digits up to six."""
        shifted = Decimal(repr(value)).scaleb(-self.power)
        return brief(float(shifted))

    def unit(self, unit: Text) -> str:
        """What the axis measures, with the power that its labels leave out."""
        words = {3: _("thousand"), 6: _("million"), 9: _("billion")}
        power = self.power
        if not power:
            return str(unit)
        scale = words.get(power) or f"×{NBSP}10{str(power).translate(_SUPERSCRIPT)}"
        return f"{scale} {unit}".strip()


_NOTHING = 1e-300
"""No measure is as small, and a part of it is no number any more."""


def nice(values: Iterable[float], *, count: int = 5, zero: bool = False) -> Scale:
    """A scale that holds all values, ends on ticks, and has about ``count`` of them.

    ``zero`` asks for the zero line, as bars need it. No value gives 0..1; a single one gets room around it.
    """
    found = tuple(value if abs(value) > _NOTHING else 0.0 for value in values) or (0.0, 1.0)
    low, high = min(found), max(found)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= abs(high) * 1e-12:
        room = abs(high) / 2 or 1.0
        low, high = (0.0, high * 2) if zero and high > 0 else (low - room, high + room)
    raw = (high / count) - (low / count)
    power = math.floor(math.log10(raw))
    step = Decimal(10).scaleb(power)
    for factor in (1, 2, 5, 10):
        step = Decimal(factor).scaleb(power)
        if step * count >= Decimal(repr(high)) - Decimal(repr(low)):
            break
    first = math.floor(Decimal(repr(low)) / step)
    last = math.ceil(Decimal(repr(high)) / step)
    ticks = tuple(float(step * i) for i in range(first, last + 1))
    exponent = step.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return Scale(ticks[0], ticks[-1], ticks, -exponent)


def thin(count: int, room: float, width: float) -> int:
    """Show every how-maniest of ``count`` labels of ``width`` pixels, so that none meets another."""
    if count < 2:
        return 1
    return max(1, math.ceil(width * (count - 1) / max(room, 1.0)))


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, ``gap`` apart and, if they fit, inside the bounds."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    placed = [0.0] * len(wanted)
    floor = low
    for i in order:
        placed[i] = max(wanted[i], floor)
        floor = placed[i] + gap
    ceiling = high
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - gap
    return placed
