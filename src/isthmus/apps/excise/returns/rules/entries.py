"""What the deeds of returns post to the duty book.

The operator's debt is positive; what the state earned stands against it below zero, and money in the
treasury is positive again. A return's number is the reference of everything that concerns it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from isthmus.apps.excise.ledger.rules import AccountKey, Chart, Draft, Move, RoleSpec

CHART: Final = Chart(
    "duty",
    {
        "owed": RoleSpec("Owed by the operator"),
        "revenue": RoleSpec("Duty, by tariff code"),
        "penalties": RoleSpec("Penalties"),
        "interest": RoleSpec("Interest"),
        "payments": RoleSpec("Paid into the treasury"),
        "refunds": RoleSpec("Refunds due to the operator"),
    },
)
TREASURY: Final = AccountKey("treasury", "payments")
DUTY_KINDS: Final = ("duty", "adjustment")
"""The kinds of entries that a new version of the return undoes."""
WITHDRAWABLE: Final = ("payment", "penalty", "interest", "adjustment")
"""The kinds of entries that an approver may take back one by one."""


def owed(excise_number: str) -> AccountKey:
    """The account of what an operator owes; below zero, it has paid too much."""
    return AccountKey(excise_number, "owed")


def refunds(excise_number: str) -> AccountKey:
    """The account of what is to be paid back to an operator; below zero by that amount."""
    return AccountKey(excise_number, "refunds")


def revenue(country: str, code: str) -> AccountKey:
    """The account of duty under one code of a country's tariff."""
    return AccountKey(f"{country} {code}", "revenue")


def charge(
    key: str,
    kind: str,
    excise_number: str,
    amounts: Mapping[AccountKey, int],
    *,
    currency: str,
    reference: str,
    on: date,
    detail: Mapping[str, str | int | bool],
) -> Draft | None:
    """Raise what an operator owes by amounts (minor units) that each stand against an account.

    An amount below zero lowers it. None where every amount is zero: nothing is there to post.
    """
    moves = [Move(account, currency, -amount) for account, amount in sorted(amounts.items()) if amount]
    if not moves:
        return None
    total = sum(amounts.values())
    if total:
        moves.insert(0, Move(owed(excise_number), currency, total))
    return Draft(key, kind, tuple(moves), on, reference, detail)


def transfer(
    key: str,
    kind: str,
    giver: AccountKey,
    taker: AccountKey,
    amount: int,
    *,
    currency: str,
    reference: str,
    on: date,
    detail: Mapping[str, str | int | bool],
) -> Draft:
    """Move an amount above zero from one account to another."""
    moves = (Move(giver, currency, -amount), Move(taker, currency, amount))
    return Draft(key, kind, moves, on, reference, detail)
