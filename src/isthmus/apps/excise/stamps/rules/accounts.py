"""The book "stamps": an account for each place where a holder's stamps are, one series of stamps a batch.

What was given out to a holder stands against him below zero; the rest says where his stamps are. Those
accounts refuse to be overdrawn, so that no stamp can be used that is not there.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from isthmus.apps.excise.ledger.rules import AccountKey, Chart, Move, RoleSpec
from isthmus.apps.excise.stamps.rules.custody import Place

BOOK: Final = "stamps"
GIVEN_OUT: Final = "given-out"

CHART: Final = Chart(
    BOOK,
    {
        GIVEN_OUT: RoleSpec("Given out"),
        **{place.name.lower(): RoleSpec(place.name.capitalize(), guarded=True) for place in Place},
    },
)


def role_of(place: Place) -> str:
    """The role of the accounts that say how many stamps are in a place."""
    return place.name.lower()


def place_of(role: str) -> Place | None:
    """The place that a role stands for; None for what was given out."""
    return None if role == GIVEN_OUT else Place[role.upper()]


def unit_of(batch: int) -> str:
    """The unit in which stamps of a batch are counted: they never balance those of another."""
    return f"batch-{batch}"


def batch_of(unit: str) -> int:
    """The batch of a unit."""
    return int(unit.removeprefix("batch-"))


def giving_out(holder: str, batch: int, count: int, place: Place = Place.ISSUED) -> tuple[Move, ...]:
    """The moves by which stamps come into being with a holder (an organisation's code) or arrive."""
    unit = unit_of(batch)
    return (
        Move(AccountKey(holder, GIVEN_OUT), unit, -count),
        Move(AccountKey(holder, role_of(place)), unit, count),
    )


def passing_on(
    holder: str, moved: Mapping[Place, int], receiver: str, target: Place, batch: int
) -> tuple[Move, ...]:
    """The moves by which stamps leave the places of a holder for one of the receiver's, often the same one.

    What leaves an account and enters it again is no move.
    """
    changes: Counter[AccountKey] = Counter()
    for place, count in moved.items():
        changes[AccountKey(holder, role_of(place))] -= count
    changes[AccountKey(receiver, role_of(target))] += sum(moved.values())
    return tuple(
        Move(account, unit_of(batch), change) for account, change in sorted(changes.items()) if change
    )
