"""Instalments, and what those who stop paying cost those who lend.

An instalment is that of an annuity paid at the end of each month. Of those who pay, the same share stops each
month; their system is then taken back at a share of its price that falls evenly to nothing by the last month.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Terms:
    """A loan for a system: shares are between 0 and 1, months at least 1.

    ``rate`` is the interest of a month, ``stops`` the share of payers who stop each month, ``resale`` the
    share of the price that a system taken back in the first month is worth.
    """

    price: Decimal
    deposit: Decimal
    months: int
    rate: Decimal
    stops: Decimal
    resale: Decimal


def instalment(terms: Terms) -> Decimal:
    """What is paid a month by those who pay to the end, to the minor unit."""
    owed = terms.price - terms.deposit
    if terms.rate == 0:
        return (owed / terms.months).quantize(_CENT, rounding=ROUND_HALF_UP)
    factor = terms.rate / (1 - (1 + terms.rate) ** -terms.months)
    return (owed * factor).quantize(_CENT, rounding=ROUND_HALF_UP)


def still_owed(terms: Terms, monthly: Decimal) -> tuple[Decimal, ...]:
    """What is owed at the beginning and after each month, to the minor unit, never below zero."""
    owed = terms.price - terms.deposit
    found = [owed]
    for _month in range(terms.months):
        owed = max(owed * (1 + terms.rate) - monthly, Decimal(0))
        found.append(owed.quantize(_CENT, rounding=ROUND_HALF_UP))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a lender can expect of one loan, at its beginning: ``received`` is worth so much then."""

    paid_to_the_end: Decimal
    received: Decimal
    loss: Decimal


def expected(terms: Terms, monthly: Decimal) -> Expected:
    """The share that pays to the end, and what deposit, instalments and systems taken back are worth today.

    ``loss`` is what is missing to the price; below zero the loan earns.
    """
    paying, received = Decimal(1), terms.deposit
    for month in range(1, terms.months + 1):
        today = (1 + terms.rate) ** -month
        stopping = paying * terms.stops
        paying -= stopping
        worth = terms.price * terms.resale * (terms.months - month) / terms.months
        received += (paying * monthly + stopping * worth) * today
    received = received.quantize(_CENT, rounding=ROUND_HALF_UP)
    return Expected(paying, received, terms.price - received)


def covering(terms: Terms) -> Decimal:
    """The instalment at which those who pay cover those who stop: the lender then loses nothing."""
    once = expected(terms, Decimal(0)).received
    with_one = Decimal(0)
    paying = Decimal(1)
    for month in range(1, terms.months + 1):
        paying *= 1 - terms.stops
        with_one += paying * (1 + terms.rate) ** -month
    return ((terms.price - once) / with_one).quantize(_CENT, rounding=ROUND_HALF_UP)
