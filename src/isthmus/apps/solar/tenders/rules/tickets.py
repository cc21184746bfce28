"""Where a warranty ticket is, from what both sides said: the same whatever the order it arrived in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TicketState(StrEnum):
    """How far a ticket is."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


ANSWERS = frozenset({"repair", "replace", "reject"})
"""What a maker can answer."""
ASKER_SAYS = frozenset({"opened", "closed"})


@dataclass(frozen=True, slots=True)
class Saying:
    """What was said, when, and the leaf of the record, which settles two of one moment."""

    says: str
    at: datetime
    leaf: str


def state_of(sayings: Iterable[Saying]) -> TicketState:
    """The state of a ticket: closed for good once the asker said so."""
    said = {one.says for one in sayings}
    if "closed" in said:
        return TicketState.CLOSED
    return TicketState.ANSWERED if said & ANSWERS else TicketState.OPEN


def answer_of(sayings: Iterable[Saying]) -> Saying | None:
    """The maker's last answer, if there is one."""
    answers = [one for one in sayings if one.says in ANSWERS]
    return max(answers, key=lambda one: (one.at, one.leaf), default=None)
