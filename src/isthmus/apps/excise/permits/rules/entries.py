"""What quotas, permits and bonded stores post to the quota book.

An account that is guarded never goes below zero, whoever comes first: what is left of a quota, what is left
of a permit, what lies in bond. Their counterparts (what was granted, what arrived, what a count found) go
below zero freely, so that the book sums to zero.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from isthmus.apps.excise.ledger.rules import AccountKey, Chart, Draft, Move, RoleSpec
from isthmus.apps.excise.permits.rules.states import How

UNIT: Final = "ml of pure alcohol"
CHART: Final = Chart(
    "quota",
    {
        "granted": RoleSpec("Granted for the year, below zero"),
        "left": RoleSpec("Left of the quota", guarded=True),
        "used": RoleSpec("Drawn from the quota", guarded=True),
        "issued": RoleSpec("Permitted by permits, below zero"),
        "permitted": RoleSpec("Left of the permit", guarded=True),
        "imported": RoleSpec("Drawn under the permit", guarded=True),
        "bond": RoleSpec("In the bonded store", guarded=True),
        "arrived": RoleSpec("Brought into the bonded store, below zero"),
        "released": RoleSpec("Released from the bonded store", guarded=True),
        "difference": RoleSpec("Found missing by counts; below zero, found too much"),
    },
)


def of_year(excise_number: str, year: int) -> str:
    """The holder of a quota's accounts: a resort and a year."""
    return f"{excise_number} {year}"


def _moved(giver: AccountKey, taker: AccountKey, amount: int) -> tuple[Move, Move]:
    return Move(giver, UNIT, -amount), Move(taker, UNIT, amount)


def grant(
    key: str, holder: str, amount: int, *, on: date, reference: str, detail: Mapping[str, str | int | bool]
) -> Draft:
    """Raise a quota by an amount above zero, or lower it by one below zero."""
    moves = _moved(AccountKey(holder, "granted"), AccountKey(holder, "left"), amount)
    return Draft(key, "grant", moves, on, reference, detail)


def permit(key: str, number: str, amount: int, *, on: date) -> Draft:
    """Let a permit have so much; the quota itself is drawn when the goods come."""
    moves = _moved(AccountKey(number, "issued"), AccountKey(number, "permitted"), amount)
    return Draft(key, "permit", moves, on, number)


def draw(
    key: str,
    how: How,
    number: str,
    excise_number: str,
    amount: int,
    *,
    on: date,
    detail: Mapping[str, str | int | bool],
) -> Draft:
    """Draw on the quota and the permit at once; released from bond, the stock falls in the same entry."""
    quota = of_year(excise_number, on.year)
    moves: tuple[Move, ...] = (
        *_moved(AccountKey(quota, "left"), AccountKey(quota, "used"), amount),
        *_moved(AccountKey(number, "permitted"), AccountKey(number, "imported"), amount),
    )
    if how is How.EX_BOND:
        moves += _moved(AccountKey(excise_number, "bond"), AccountKey(excise_number, "released"), amount)
    return Draft(key, how.value, moves, on, number, detail)


def transfer(
    reference: str, giver: str, taker: str, amount: int, *, on: date, detail: Mapping[str, str | int | bool]
) -> Draft:
    """Move what is left of a quota to another; the reference is used once."""
    moves = _moved(AccountKey(giver, "left"), AccountKey(taker, "left"), amount)
    return Draft(f"transfer {reference}", "transfer", moves, on, reference, detail)


def arrival(key: str, excise_number: str, amount: int, *, on: date, reference: str) -> Draft:
    """Bring goods into a bonded store; neither duty nor quota is touched by it."""
    moves = _moved(AccountKey(excise_number, "arrived"), AccountKey(excise_number, "bond"), amount)
    return Draft(key, "arrival", moves, on, reference)


def counted(
    key: str, excise_number: str, difference: int, *, on: date, detail: Mapping[str, str | int | bool]
) -> Draft | None:
    """Bring the book to what was counted: ``difference`` is counted less booked. None where both agree."""
    if difference == 0:
        return None
    moves = _moved(AccountKey(excise_number, "difference"), AccountKey(excise_number, "bond"), difference)
    return Draft(key, "count", moves, on, excise_number, detail)
