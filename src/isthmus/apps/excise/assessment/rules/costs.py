"""The cost sheet: exact amounts from quantities and prices, each line with what it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from isthmus.apps.excise.assessment.rules.figures import Figure, Figures


@dataclass(frozen=True, slots=True)
class CostLine:
    """A line as the file states it. ``quantity`` is fixed, or that of ``counter`` where a node has it.

    ``per`` divides a counter: a thousand stamps have one price. ``yearly`` tells running costs from those
    that come once.
    """

    id: str
    words: str
    words_ro: str
    quantity: Decimal
    unit: str
    price: Decimal
    yearly: bool
    basis: str
    counter: str = ""
    per: int = 1
    unit_ro: str = ""
    basis_ro: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """A line worked out; ``figure`` is the counter that gave its quantity, None where it was assumed."""

    line: CostLine
    quantity: Decimal
    amount: Decimal
    figure: Figure | None


def worked_out(lines: Iterable[CostLine], figures: Figures) -> list[Cost]:
    """Every line with its quantity and amount. A counter of 0 says nothing yet: the assumption stands."""
    found = []
    for line in lines:
        figure = figures.of(line.counter) if line.counter else None
        if figure is None or figure.value == 0:
            found.append(Cost(line, line.quantity, line.quantity * line.price, None))
            continue
        quantity = Decimal(-(-figure.value // line.per))
        found.append(Cost(line, quantity, quantity * line.price, figure))
    return found


def total(costs: Iterable[Cost], *, yearly: bool) -> Decimal:
    """The sum of what comes once, or of what comes each year."""
    return sum((cost.amount for cost in costs if cost.line.yearly is yearly), Decimal(0))
