"""A logarithmic axis: equal factors stand equally far apart, ticks at round numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from isthmus.ui.formats import grouped

_FACTORS = (("1", "2", "5"), ("1", "1.5", "2", "3", "5", "7"))
_FEW = 4


@dataclass(frozen=True, slots=True)
class LogScale:
    """From ``low`` to ``high``, both above zero and apart, to the pixels ``start`` to ``end``."""

    low: float
    high: float
    start: float = 0.0
    end: float = 1.0

    def at(self, value: float) -> float:
        """The pixel of a value; one outside stands at the end that is nearer."""
        within = min(max(value, self.low), self.high)
        share = math.log(within / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def over(self, start: float, end: float) -> "LogScale":
        """The same scale on other pixels."""
        return LogScale(self.low, self.high, start, end)

    def ticks(self) -> tuple[float, ...]:
        """1, 2 and 5 times powers of ten between the ends, more where those are few; else the ends."""
        powers = range(math.floor(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
        inside: tuple[float, ...] = ()
        for factors in _FACTORS:
            marks = (float(Decimal(factor).scaleb(power)) for power in powers for factor in factors)
            inside = tuple(mark for mark in marks if self.low <= mark <= self.high)
            if len(inside) >= _FEW:
                break
        return inside if len(inside) > 1 else (self.low, self.high)


def written(value: float) -> str:
    """A number of such an axis, to three digits."""
    exact = Decimal(repr(float(f"{value:.3g}")))
    return grouped(Decimal(format(exact.normalize(), "f")))


def nearest(steps: Sequence[float], value: float) -> int:
    """The place of the step that is nearest to a value in factors."""
    return min(range(len(steps)), key=lambda at: abs(math.log(steps[at] / value)))
