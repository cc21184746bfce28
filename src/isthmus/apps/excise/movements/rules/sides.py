"""Whose country a movement leaves and reaches, and what each side may still do about it."""

import re

from isthmus.apps.excise.movements.rules.states import TABLE, Kind, Party, State

_COUNTRY = re.compile(r"[A-Z]{2}")
DISPATCH_PARTIES = frozenset({Party.CONSIGNOR, Party.DISPATCH_OFFICE, Party.CUSTOMS})
DESTINATION_PARTIES = frozenset({Party.CONSIGNEE, Party.DESTINATION_OFFICE, Party.CUSTOMS})
BY_HAND = (
    Kind.RECEIVE,
    Kind.REFUSE,
    Kind.REFUSE_PART,
    Kind.EXIT,
    Kind.ALERT,
    Kind.REJECT,
    Kind.CANCEL,
    Kind.CHANGE,
    Kind.SPLIT,
    Kind.DELAY,
    Kind.SHORTAGE,
    Kind.EVENT,
    Kind.CUSTOMS_REFUSE,
    Kind.INTERRUPT,
)
"""What people say about a movement here; the rest is said by the system itself."""


def country_of(*numbers: str) -> str:
    """The country in the first of several excise numbers that begins with one; empty where none does."""
    return next((number[:2] for number in numbers if _COUNTRY.match(number)), "")


def parties_of(*, dispatch: bool, destination: bool) -> frozenset[Party]:
    """Who is on this node's side of a movement."""
    found: frozenset[Party] = frozenset()
    if dispatch:
        found |= DISPATCH_PARTIES
    if destination:
        found |= DESTINATION_PARTIES
    return found


def possible(state: State, parties: frozenset[Party], *, destination: bool) -> tuple[tuple[Kind, Party], ...]:
    """What these parties may say of a movement in a state, each with who says it.

    ``destination`` says whether the node is that of destination: only there can customs end a movement.
    """
    rows = {row.kind: row for row in TABLE}
    found: list[tuple[Kind, Party]] = []
    for kind in BY_HAND:
        row = rows[kind]
        if state not in row.before or (kind in {Kind.RECEIVE, Kind.EXIT} and not destination):
            continue
        found.extend((kind, party) for party in Party if party in row.by and party in parties)
    return tuple(found)
