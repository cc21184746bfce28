"""What was spent by heading, with subtotal, overhead and total, and where that is not as declared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SUBTOTAL, TOTAL, OVERHEAD = "Subtotal", "Total", "Overhead"
"""The names of sums in a declaration of totals, as the fund's forms have them."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent on one line, in minor units."""

    heading: str
    line: str
    amount_minor: int
    is_overhead: bool = False


@dataclass(frozen=True, slots=True)
class Sums:
    """Headings in the order of their first line, without overhead; minor units."""

    headings: tuple[tuple[str, int], ...]
    overhead_minor: int

    @property
    def subtotal_minor(self) -> int:
        """All headings."""
        return sum(amount for _heading, amount in self.headings)

    @property
    def total_minor(self) -> int:
        """With overhead."""
        return self.subtotal_minor + self.overhead_minor

    def named(self) -> dict[str, int]:
        """Every sum by the name under which it is declared."""
        return {
            **dict(self.headings),
            SUBTOTAL: self.subtotal_minor,
            OVERHEAD: self.overhead_minor,
            TOTAL: self.total_minor,
        }


def sums(spent: Iterable[Spent]) -> Sums:
    """The sums of what was spent."""
    headings: dict[str, int] = {}
    overhead = 0
    for one in spent:
        if one.is_overhead:
            overhead += one.amount_minor
        else:
            headings[one.heading] = headings.get(one.heading, 0) + one.amount_minor
    return Sums(tuple(headings.items()), overhead)


@dataclass(frozen=True, slots=True)
class Difference:
    """A sum or line that does not agree: counted, and declared or approved; None where it is missing."""

    about: str
    counted_minor: int | None
    declared_minor: int | None

    @property
    def difference_minor(self) -> int:
        """Counted less declared; what is missing counts as nothing."""
        return (self.counted_minor or 0) - (self.declared_minor or 0)


def differences(counted: Mapping[str, int], declared: Mapping[str, int]) -> tuple[Difference, ...]:
    """Where declared sums and counted ones differ, in the order of the declaration.

    A heading that was spent on and not declared differs too; the subtotal, overhead and total need not be
    declared.
    """
    found = [
        Difference(name, counted.get(name), amount)
        for name, amount in declared.items()
        if counted.get(name) != amount
    ]
    free = {SUBTOTAL, OVERHEAD, TOTAL}
    found += [
        Difference(name, amount, None)
        for name, amount in counted.items()
        if name not in declared and name not in free
    ]
    return tuple(found)


def over_budget(spent: Iterable[Spent], budget: Iterable[Spent]) -> tuple[Difference, ...]:
    """The lines on which more was spent than approved, or which were not approved; each names its heading."""
    approved = {(one.heading, one.line): one.amount_minor for one in budget}
    found = []
    for one in spent:
        limit = approved.get((one.heading, one.line))
        if limit is None or one.amount_minor > limit:
            found.append(Difference(f"{one.heading}: {one.line}", one.amount_minor, limit))
    return tuple(found)
