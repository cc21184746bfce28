"""Who must secure the duty of a movement, how much duty is at stake, and what of it stays at stake.

The guarantor codes are those of EMCS: each digit names a party that answers for the duty; 0 and 5 name none.
EMCS lets 5 stand for energy products by sea or by pipeline only (Council Directive (EU) 2020/262, article
17(5)(b)); 0 is a country's own rule for goods that do not leave it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from isthmus.apps.excise.tariff.rules.model import ABV_SCALE, LITRE_SCALE, PLATO_SCALE, Line


class Guarantor(StrEnum):
    """Who answers for the duty; the digit of the EMCS code."""

    CONSIGNOR = "1"
    TRANSPORTER = "2"
    OWNER = "3"
    CONSIGNEE = "4"


NATIONAL, ENERGY_BY_SEA_OR_PIPELINE = "0", "5"
_SEA_OR_PIPELINE = frozenset({"1", "7"})
_IN_LITRES = ("B", "I", "S", "W")
"""Products whose quantity is in litres at 20 °C; the tariffs know no others."""


class Misuse(StrEnum):
    """Why a draft may not go without a guarantee."""

    ACROSS = "across"
    NOT_ENERGY = "not-energy"
    MODE = "mode"


def guarantors(code: str) -> tuple[Guarantor, ...]:
    """The parties that a guarantor code names, each answering for the whole; none for 0 and 5."""
    return () if code in {NATIONAL, ENERGY_BY_SEA_OR_PIPELINE} else tuple(Guarantor(sign) for sign in code)


def misuse(code: str, *, across: bool, mode: str, products: Sequence[str]) -> Misuse | None:
    """Why a code that names no guarantor does not hold for these goods; None where it does or names one."""
    if code == NATIONAL and across:
        return Misuse.ACROSS
    if code == ENERGY_BY_SEA_OR_PIPELINE:
        if not all(product.startswith("E") for product in products):
            return Misuse.NOT_ENERGY
        if mode not in _SEA_OR_PIPELINE:
            return Misuse.MODE
    return None


@dataclass(frozen=True, slots=True)
class Load:
    """One line of goods: quantity in the unit of the product code, strengths in per cent and degrees."""

    number: int
    product: str
    cn: str
    quantity: Decimal
    abv: Decimal | None = None
    plato: Decimal | None = None

    def line(self, on: date) -> Line | None:
        """The goods as the tariffs know them, by the rates of a day; None where they are not in litres."""
        if not self.product.startswith(_IN_LITRES):
            return None
        return Line(
            product=self.product,
            hs=self.cn,
            abv=None if self.abv is None else int(self.abv * ABV_SCALE),
            plato=None if self.plato is None else int(self.plato * PLATO_SCALE),
            volume=int(self.quantity * LITRE_SCALE),
            quantity=1,
            day=on,
        )


@dataclass(frozen=True, slots=True)
class LineStake:
    """The duty of one line in minor units by the rates of ``rates_on``; None, and ``why``, where the tariff
    has no rate for it.
    """

    number: int
    duty_minor: int | None
    rates_on: date | None = None
    rule: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Stake:
    """What is at stake in all: ``known_minor`` is the duty of the lines that have a rate."""

    currency: str
    on: date
    lines: tuple[LineStake, ...]

    @property
    def known_minor(self) -> int:
        """The duty of the lines that the tariff has a rate for, in minor units."""
        return sum(line.duty_minor or 0 for line in self.lines)

    @property
    def without_rate(self) -> tuple[LineStake, ...]:
        """The lines for which somebody must state the duty."""
        return tuple(line for line in self.lines if line.duty_minor is None)

    @property
    def last_known(self) -> date | None:
        """The earliest day whose rates stand in for those of the dispatch; None where none do."""
        return min(
            (line.rates_on for line in self.lines if line.rates_on and line.rates_on < self.on), default=None
        )


def liable(
    amount_minor: int, duties: Mapping[int, tuple[Decimal, int | None]], charged: Mapping[int, Decimal]
) -> int:
    """What of a reserved amount stays at stake for quantities that are missing, in minor units, rounded up.

    ``duties`` gives quantity and duty of each line, ``charged`` the quantity that is missing beyond what the
    law lets pass. The whole amount stays where a missing line has no duty of its own, or all duties are zero.
    """
    short = {number: quantity for number, quantity in charged.items() if quantity > 0}
    if not short:
        return 0
    total, at_stake = sum(duty or 0 for _quantity, duty in duties.values()), Fraction(0)
    for number, quantity in short.items():
        sent, duty = duties.get(number, (Decimal(0), None))
        if duty is None or not sent or not total:
            return amount_minor
        at_stake += min(Fraction(quantity) / Fraction(sent), Fraction(1)) * duty
    return min(ceil(amount_minor * at_stake / total), amount_minor)
