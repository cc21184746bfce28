"""A small book for tests: a mint that may go below zero, purses that may not."""

from datetime import date

from isthmus.apps.excise.ledger.rules import AccountKey, Chart, Draft, Move, RoleSpec

CHART = Chart("purses", {"mint": RoleSpec("Mint"), "purse": RoleSpec("Purse", guarded=True)})
MINT = AccountKey("state", "mint")
DAY = date(2026, 11, 27)


def purse(name: str) -> AccountKey:
    return AccountKey(name, "purse")


def transfer(key: str, source: AccountKey, target: AccountKey, amount: int, unit: str = "MDL") -> Draft:
    return Draft(key, "transfer", (Move(source, unit, -amount), Move(target, unit, amount)), DAY)
