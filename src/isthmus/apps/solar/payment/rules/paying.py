"""How many days a payment buys, of a plan that is paid by the month."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

_CENT: Final = Decimal("0.01")
_MONTHS, _DAYS = 12, 365
"""A day costs what twelve instalments come to over 365 days, whatever the length of the month."""


@dataclass(frozen=True, slots=True)
class Bought:
    """Whole days, and what was paid beyond them, to the minor unit: it counts at the next payment."""

    days: int
    credit: Decimal


def bought(paid: Decimal, credit: Decimal, monthly: Decimal, most: int) -> Bought:
    """The whole days, at most ``most``, of a payment and what stood to its payer's credit before.

    What the days cost is rounded down to the minor unit: nobody loses by paying in parts. ValueError for an
    instalment of nothing, or less than nothing paid.
    """
    if monthly <= 0:
        raise ValueError("an instalment is above zero")
    if paid < 0 or credit < 0:
        raise ValueError("nobody pays less than nothing")
    whole = paid + credit
    a_year = monthly * _MONTHS
    days = min(int(whole * _DAYS // a_year), most)
    cost = (a_year * days / _DAYS).quantize(_CENT, rounding=ROUND_DOWN)
    return Bought(days, whole - cost)
