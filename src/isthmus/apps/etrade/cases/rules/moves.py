"""What an officer may do with a case, and where it stands afterwards."""

from collections.abc import Mapping
from types import MappingProxyType

_UNDECIDED = ("open", "asked", "answered", "escalated")
MOVES: Mapping[str, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        "ask": (_UNDECIDED, "asked"),
        "accept": (_UNDECIDED, "accepted"),
        "escalate": (("open", "asked", "answered"), "escalated"),
        "dismiss": (_UNDECIDED, "dismissed"),
        "reopen": (("accepted", "dismissed"), "open"),
    }
)
"""By move: the states from which it is made, and the state that it leads to."""


def moves_from(state: str) -> tuple[str, ...]:
    """The moves that a case in this state allows, in the order in which they are offered."""
    return tuple(name for name, (states, _after) in MOVES.items() if state in states)


def after(state: str, move: str) -> str | None:
    """Where a move leads from a state; None where it is not allowed. KeyError for an unknown move."""
    states, leads_to = MOVES[move]
    return leads_to if state in states else None


def answered(state: str) -> str:
    """Where a case stands once the partner has answered: what officers decided meanwhile stays."""
    return "answered" if state == "asked" else state
