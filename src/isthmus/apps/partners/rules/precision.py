"""How many of the introductions made were accepted, with the interval in which the true share lies.

The interval is Wilson's (1927) at 95 %: it holds where there are few, and never leaves 0 to 1.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

_Z = Decimal("1.959964")
_STEP = Decimal("0.001")
FEW = 30
"""Below so many, a share is shown with its interval first."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Accepted of made."""

    accepted: int
    made: int

    def __post_init__(self) -> None:
        if not 0 <= self.accepted <= self.made:
            raise ValueError("no more can be accepted than were made")

    @property
    def share(self) -> Decimal | None:
        """The share to the thousandth; None where none was made."""
        if not self.made:
            return None
        return (Decimal(self.accepted) / self.made).quantize(_STEP, ROUND_HALF_UP)

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """Its ends to the thousandth; None where none was made."""
        if not self.made:
            return None
        with localcontext() as context:
            context.prec = 28
            part, whole, square = Decimal(self.accepted) / self.made, Decimal(self.made), _Z * _Z
            middle = part + square / (2 * whole)
            reach = _Z * (part * (1 - part) / whole + square / (4 * whole * whole)).sqrt()
            ends = [(middle + sign * reach) / (1 + square / whole) for sign in (-1, 1)]
            low, high = (min(max(end, Decimal(0)), Decimal(1)) for end in ends)
        return low.quantize(_STEP, ROUND_HALF_UP), high.quantize(_STEP, ROUND_HALF_UP)

    @property
    def is_few(self) -> bool:
        """Whether the share alone would say more than is known."""
        return self.made < FEW
