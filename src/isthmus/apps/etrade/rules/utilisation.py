"""How much of a certificate of origin was used, and whether more was claimed than was certified."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from isthmus.apps.etrade.rules.units import convert


@dataclass(frozen=True, slots=True)
class Certified:
    """One line of a certificate: its number and what it certifies; None where it states no quantity."""

    number: int
    quantity: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """What one use took of one line; a use in full takes what the line certifies."""

    number: int
    quantity: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Use:
    """One statement of an importing country; ``outcome`` is used, partly-used, rejected or reversed."""

    reference: str
    outcome: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """A line with what was used of it, in its own unit; ``unknown`` counts uses that cannot be compared."""

    line: Certified
    used: Decimal
    full_uses: int
    unknown: int

    @property
    def left(self) -> Decimal | None:
        """What is left, negative where more was used; None where the line states no quantity."""
        return None if self.line.quantity is None else Decimal(self.line.quantity) - self.used

    @property
    def over(self) -> bool:
        """Whether more was used than certified; without quantities, whether it was used in full twice."""
        if self.left is None:
            return self.full_uses > 1
        return self.left < 0

    @property
    def used_up(self) -> bool:
        """Whether nothing is left."""
        return self.full_uses > 0 or (self.left is not None and self.left <= 0)


def standing(uses: Iterable[Use]) -> tuple[Use, ...]:
    """The uses that count, in the order of their references: each once, without those that were undone."""
    uses = tuple(uses)
    undone = {use.reference for use in uses if use.outcome == "reversed"}
    found = {
        use.reference: use
        for use in uses
        if use.reference not in undone and use.outcome in {"used", "partly-used"}
    }
    return tuple(found[reference] for reference in sorted(found))


def _taken(line: Certified, part: Part) -> Decimal | None:
    if part.quantity is None:
        return None
    if line.unit is None or part.unit is None or part.unit == line.unit:
        return Decimal(part.quantity)
    converted = convert(part.quantity, part.unit, line.unit)
    return None if converted is None else Decimal(converted)


def balances(lines: Sequence[Certified], uses: Iterable[Use]) -> tuple[Balance, ...]:
    """What was used of each line by the uses that count, whatever the order in which they came."""
    counted = standing(uses)
    found = []
    for line in lines:
        used, full, unknown = Decimal(0), 0, 0
        for use in counted:
            if use.outcome == "used" and not use.parts:
                full += 1
                used += Decimal(line.quantity or 0)
                continue
            for part in use.parts:
                if part.number == line.number:
                    taken = _taken(line, part)
                    unknown += taken is None
                    used += taken or 0
        found.append(Balance(line, used, full, unknown))
    return tuple(found)
