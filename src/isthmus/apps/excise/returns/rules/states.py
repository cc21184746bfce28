"""Where a return stands, and what may be done with it there."""

from enum import StrEnum


class State(StrEnum):
    """How far a return is."""

    DRAFT = "draft"
    DECLARED = "declared"
    ASSESSED = "assessed"
    PAID = "paid"
    REPLACED = "replaced"


class Deed(StrEnum):
    """What is done with a return."""

    CHANGE = "change"
    DISCARD = "discard"
    DECLARE = "declare"
    ADJUST = "adjust"
    ASSESS = "assess"
    AMEND = "amend"
    PENALISE = "penalise"
    CHARGE_INTEREST = "interest"
    PAY = "pay"
    REFUND = "refund"
    PAY_REFUND = "pay-refund"
    WITHDRAW = "withdraw"


_STANDING = frozenset({State.DECLARED, State.ASSESSED, State.PAID})
_DRAFT = frozenset({State.DRAFT})
ALLOWED = {
    Deed.CHANGE: _DRAFT,
    Deed.DISCARD: _DRAFT,
    Deed.DECLARE: _DRAFT,
    Deed.ADJUST: frozenset({State.DECLARED}),
    Deed.ASSESS: frozenset({State.DECLARED}),
    Deed.AMEND: _STANDING,
    Deed.PENALISE: _STANDING,
    Deed.CHARGE_INTEREST: _STANDING,
    Deed.PAY: _STANDING,
    Deed.REFUND: frozenset({State.ASSESSED, State.PAID}),
    Deed.PAY_REFUND: frozenset({State.ASSESSED, State.PAID}),
    Deed.WITHDRAW: _STANDING,
}
"""The states in which each deed may be done. What is declared is never changed: a new version replaces it."""


def may(deed: Deed, state: State) -> bool:
    """Whether a deed may be done in a state."""
    return state in ALLOWED[deed]


def settled(state: State, owed_minor: int) -> State:
    """The state once something was posted: an assessed return is paid exactly while nothing is owed on it."""
    if state not in (State.ASSESSED, State.PAID):
        return state
    return State.PAID if owed_minor <= 0 else State.ASSESSED
