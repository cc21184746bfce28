"""The life of a declaration, from lodging to release in the country of destination.

Events come from two countries over links that come and go, so they arrive late, twice and out of order.
Each state therefore has a place in one order, an event names the state it proves, and a declaration
stands at the furthest state proved so far: any order of the same events ends in the same state.

Held comes before released, because goods held are released later and goods released are not held again;
unmatched comes before matched, because the import declaration may follow. Cancelled is final: an export
declaration may be invalidated even after release, where the law provides for it (Union Customs Code,
Regulation (EU) No 952/2013, Article 174; Delegated Regulation (EU) 2015/2446, Article 148), and nothing
that arrives afterwards revives it.
"""

from collections.abc import Iterable
from enum import StrEnum


class DeclarationState(StrEnum):
    """Where a declaration stands, in the order in which it can proceed."""

    LODGED = "lodged"
    ACCEPTED = "accepted"
    AMENDED = "amended"
    EXITED = "exited"
    PRE_ARRIVAL_RECEIVED = "pre-arrival-received"
    UNMATCHED = "unmatched"
    MATCHED = "matched"
    ARRIVED = "arrived"
    HELD = "held"
    RELEASED = "released"
    CANCELLED = "cancelled"


class DeclarationEvent(StrEnum):
    """What a country says happened; ``amend`` may happen any number of times."""

    LODGE = "lodge"
    ACCEPT = "accept"
    AMEND = "amend"
    EXIT = "exit"
    RECEIVE_PRE_ARRIVAL = "receive-pre-arrival"
    FAIL_TO_MATCH = "fail-to-match"
    MATCH = "match"
    ARRIVE = "arrive"
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"


# The two lists run in step: each event proves the state at its own position.
_PLACE = {state: place for place, state in enumerate(DeclarationState)}
PROVES = dict(zip(DeclarationEvent, DeclarationState, strict=True))


def advance(state: DeclarationState | None, event: DeclarationEvent) -> DeclarationState:
    """The state after ``event``; None is a declaration of which nothing is known yet.

    A late or repeated event leaves the state as it is.
    """
    proved = PROVES[event]
    if state is None or _PLACE[proved] > _PLACE[state]:
        return proved
    return state


def is_late(state: DeclarationState | None, event: DeclarationEvent) -> bool:
    """Whether ``event`` tells of something the declaration has already passed (or has just reached)."""
    return state is not None and advance(state, event) is state


def first_state(*, expected: bool, accepted: bool) -> DeclarationState:
    """Where a declaration stands by being known at all.

    ``expected`` is an export declaration of a partner: that it is here proves its pre-arrival receipt.
    ``accepted`` says that it names the day on which customs accepted it.
    """
    if expected:
        return DeclarationState.PRE_ARRIVAL_RECEIVED
    return DeclarationState.ACCEPTED if accepted else DeclarationState.LODGED


def stands_at(first: DeclarationState, events: Iterable[DeclarationEvent]) -> DeclarationState:
    """The furthest state that a declaration's presence and these events prove, in any order."""
    state = first
    for event in events:
        state = advance(state, event)
    return state


_OUTCOMES = {
    "received": DeclarationEvent.RECEIVE_PRE_ARRIVAL,
    "unmatched": DeclarationEvent.FAIL_TO_MATCH,
    "matched": DeclarationEvent.MATCH,
    "arrived": DeclarationEvent.ARRIVE,
    "held": DeclarationEvent.HOLD,
    "released": DeclarationEvent.RELEASE,
}


def event_of(outcome: str) -> DeclarationEvent:
    """The event that an import response proves; KeyError for an outcome that no response has."""
    return _OUTCOMES[outcome]
