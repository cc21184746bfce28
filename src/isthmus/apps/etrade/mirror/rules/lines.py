"""The lines of goods behind a cell, and what the cells of a corridor come to, as an officer reads them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from isthmus.apps.etrade.mirror.rules.cells import UNKNOWN, Cell, currencies

TOP = 10


def digits_of(code: str | None) -> str:
    """The digits of an HS code as declared, without dots and spaces; empty where it is no code."""
    plain = (code or "").replace(".", "").replace(" ", "")
    return plain if re.fullmatch("[0-9]+", plain) else ""


def periods_of(day: date | None) -> tuple[str, ...]:
    """The month, the quarter and the year of a day as cells name them; `unknown` for no day."""
    if day is None:
        return (UNKNOWN,)
    return f"{day:%Y-%m}", f"{day:%Y}-Q{(day.month + 2) // 3}", f"{day:%Y}"


@dataclass(frozen=True, slots=True)
class Sought:
    """Which lines of goods are looked for; what is empty is not asked."""

    hs: str = ""
    digits: int = 0
    period: str = ""
    currency: str = ""


def belongs(sought: Sought, hs: str | None, day: date | None, currency: str | None) -> bool:
    """Whether a line of goods lies in the cell that is sought.

    ``digits`` is the level of the cell whose code is `unknown`: there, what has fewer digits belongs.
    """
    code = digits_of(hs)
    if sought.hs == UNKNOWN and len(code) >= max(sought.digits, 1):
        return False
    if sought.hs not in {"", UNKNOWN} and not code.startswith(sought.hs):
        return False
    if sought.period and sought.period not in periods_of(day):
        return False
    known = (currency or "").upper()
    return not sought.currency or sought.currency == (known if known in currencies() else UNKNOWN)


@dataclass(frozen=True, slots=True)
class Weights:
    """Both sides' net weight in kg, of one month or of one HS chapter; None where no line states one."""

    name: str
    exports_kg: Decimal | None
    imports_kg: Decimal | None

    @property
    def heavier_kg(self) -> Decimal:
        """The weight of the side that states more."""
        return max(self.exports_kg or Decimal(0), self.imports_kg or Decimal(0))


def _weights(named: Iterable[tuple[str, Cell]]) -> list[Weights]:
    sums: dict[str, tuple[Decimal | None, Decimal | None]] = {}
    for name, cell in named:
        sent, received = sums.get(name, (None, None))
        sums[name] = (_more(sent, cell.exports_kg), _more(received, cell.imports_kg))
    return [Weights(name, *sums[name]) for name in sorted(sums)]


def _more(known: Decimal | None, more: Decimal | None) -> Decimal | None:
    if known is None or more is None:
        return known if more is None else more
    return known + more


def by_period(cells: Iterable[Cell]) -> list[Weights]:
    """Weight by time, in the order of time; what has no day is the last."""
    return _weights((cell.period, cell) for cell in cells)


def by_chapter(cells: Iterable[Cell]) -> list[Weights]:
    """The HS chapters of which most is moved, the heaviest first, at most ``TOP``."""
    found = _weights((cell.hs[:2] if cell.hs != UNKNOWN else UNKNOWN, cell) for cell in cells)
    return sorted(found, key=lambda one: (-one.heavier_kg, one.name))[:TOP]
