"""What moves do to balances, and which guarded accounts would fall below zero."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from isthmus.apps.excise.ledger.rules.entries import LARGEST, AccountKey, Move

Place = tuple[AccountKey, str]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A balance that the moves would take out of bounds: what is there, and what they would leave."""

    account: AccountKey
    unit: str
    held: int
    left: int


def net(moves: Iterable[Move]) -> dict[Place, int]:
    """What the moves of an entry change in each account and unit, in the order of accounts."""
    changes: Counter[Place] = Counter()
    for move in moves:
        changes[move.account, move.unit] += move.amount
    return dict(sorted(changes.items()))


def shortfalls(
    held: Mapping[Place, int], changes: Mapping[Place, int], guarded: Collection[AccountKey]
) -> tuple[Shortfall, ...]:
    """The accounts an entry may not touch so: guarded ones that would fall below zero, any beyond 10^15.

    A guarded account that is below zero already may be raised, though not lowered.
    """
    found = []
    for (account, unit), change in changes.items():
        before = held.get((account, unit), 0)
        after = before + change
        overdrawn = account in guarded and change < 0 and after < 0
        if overdrawn or abs(after) > LARGEST:
            found.append(Shortfall(account, unit, before, after))
    return tuple(found)
