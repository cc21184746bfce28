"""What declarations take from a licence, and what is left of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from isthmus.apps.etrade.rules.units import convert


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a licence: what it allows, in its unit and the licence's currency; None is no limit."""

    number: int
    hs_prefix: str | None
    quantity: Decimal | None
    unit: str | None
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Goods:
    """One declared item: its HS code, quantity with unit, net weight in kg, value with currency."""

    hs_code: str | None
    quantity: str | None
    unit: str | None
    net_kg: str | None
    value: str | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What is drawn from a line: in the line's unit, and in the licence's currency where it limits values."""

    line: int
    quantity: Decimal
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Balance:
    """What a line allows, what was drawn, and what is left; None where it sets no limit."""

    line: Line
    drawn_quantity: Decimal
    drawn_value: Decimal

    @property
    def quantity_left(self) -> Decimal | None:
        """In the line's unit; never below zero unless more was drawn than allowed."""
        return None if self.line.quantity is None else self.line.quantity - self.drawn_quantity

    @property
    def value_left(self) -> Decimal | None:
        """In the licence's currency."""
        return None if self.line.value is None else self.line.value - self.drawn_value

    @property
    def overdrawn(self) -> bool:
        """Whether more was drawn than the line allows."""
        return any(left is not None and left < 0 for left in (self.quantity_left, self.value_left))


def line_for(lines: Sequence[Line], hs_code: str | None) -> Line | None:
    """The line that allows a code: the longest prefix of it; a line without a code allows everything."""
    fitting = [line for line in lines if line.hs_prefix is None or (hs_code or "").startswith(line.hs_prefix)]
    return max(fitting, key=lambda line: len(line.hs_prefix or ""), default=None)


def _quantity_in(goods: Goods, unit: str | None) -> Decimal | None:
    """The goods' quantity in the line's unit; by net weight where only that can be compared."""
    if unit is None:
        return Decimal(goods.quantity) if goods.quantity is not None else None
    for figure, own in ((goods.quantity, goods.unit), (goods.net_kg, "KGM")):
        if figure is not None and own is not None:
            converted = figure if own == unit else convert(figure, own, unit)
            if converted is not None:
                return Decimal(converted)
    return None


def takings(
    lines: Sequence[Line], goods: Iterable[Goods], currency: str | None
) -> tuple[tuple[Taken, ...], tuple[str, ...]]:
    """What these goods take from each line, and in plain words what of them cannot be set against it."""
    taken: dict[int, Taken] = {}
    obstacles: list[str] = []
    for place, item in enumerate(goods, start=1):
        line = line_for(lines, item.hs_code)
        if line is None:
            obstacles.append(f"Item {place}: HS code {item.hs_code or 'not stated'} is not on the licence.")
            continue
        quantity, value = Decimal(0), None
        if line.quantity is not None:
            found = _quantity_in(item, line.unit)
            if found is None:
                obstacles.append(
                    f"Item {place}: its quantity cannot be compared with {line.unit or 'the licence'}."
                )
                continue
            quantity = found
        if line.value is not None:
            if item.value is None or item.currency != currency:
                obstacles.append(
                    f"Item {place}: its value cannot be compared with {currency or 'the licence'}."
                )
                continue
            value = Decimal(item.value)
        before = taken.get(line.number)
        if before is not None:
            quantity += before.quantity
            value = None if value is None else value + (before.value or 0)
        taken[line.number] = Taken(line.number, quantity, value)
    return tuple(taken.values()), tuple(obstacles)


def balances(lines: Sequence[Line], drawn: Iterable[Taken]) -> tuple[Balance, ...]:
    """Each line with the sum of what was drawn on it."""
    sums: dict[int, tuple[Decimal, Decimal]] = {}
    for one in drawn:
        quantity, value = sums.get(one.line, (Decimal(0), Decimal(0)))
        sums[one.line] = (quantity + one.quantity, value + (one.value or 0))
    return tuple(Balance(line, *sums.get(line.number, (Decimal(0), Decimal(0)))) for line in lines)
