"""The book "guarantees": four accounts a guarantee, whose sum is zero in each currency.

What a guarantor granted stands against it, below zero. The rest says where the grant is: available, reserved
for a deed, or called, which means claimed from the guarantor. The three refuse to be overdrawn.
"""

from collections.abc import Mapping
from typing import Final

from isthmus.apps.excise.ledger.rules import AccountKey, Chart, Move, RoleSpec

BOOK: Final = "guarantees"
GRANTED: Final = "granted"
AVAILABLE: Final = "available"
RESERVED: Final = "reserved"
CALLED: Final = "called"

CHART: Final = Chart(
    BOOK,
    {
        GRANTED: RoleSpec("Granted by the guarantor"),
        AVAILABLE: RoleSpec("Available", guarded=True),
        RESERVED: RoleSpec("Reserved", guarded=True),
        CALLED: RoleSpec("Claimed from the guarantor", guarded=True),
    },
)


def moves(number: str, currency: str, changes: Mapping[str, int]) -> tuple[Move, ...]:
    """The moves of an entry for one guarantee, by role in minor units; zeros are left out."""
    return tuple(
        Move(AccountKey(number, role), currency, change) for role, change in changes.items() if change
    )
