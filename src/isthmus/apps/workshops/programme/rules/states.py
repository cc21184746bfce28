"""How far a workshop is, from what happened to it, and what may be done with it next."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class WorkshopState(StrEnum):
    """The states of a workshop, in their order."""

    PLANNED = "planned"
    INVITED = "invited"
    HELD = "held"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened: whether a country was called, its last day, who took part, what was written about it."""

    called: bool
    ends: date
    participants: int
    account: str
    held: bool = False
    reported: bool = False


def state_of(facts: Facts) -> WorkshopState:
    """The furthest state that the facts bear out."""
    if facts.reported:
        return WorkshopState.REPORTED
    if facts.held:
        return WorkshopState.HELD
    return WorkshopState.INVITED if facts.called else WorkshopState.PLANNED


class Lack(StrEnum):
    """What a workshop lacks before its next state."""

    NOT_OVER = "not-over"
    NOBODY = "nobody"
    NO_ACCOUNT = "no-account"
    NOT_HELD = "not-held"
    ALREADY = "already"


def lacks_to_be_held(facts: Facts, today: date) -> tuple[Lack, ...]:
    """Why it cannot be called held: its last day is still to come, or nobody took part."""
    if facts.held:
        return (Lack.ALREADY,)
    over = () if facts.ends <= today else (Lack.NOT_OVER,)
    return over if facts.participants else (*over, Lack.NOBODY)


def lacks_to_be_reported(facts: Facts) -> tuple[Lack, ...]:
    """Why it cannot be called reported: it was not held, or nothing is written about it."""
    if facts.reported:
        return (Lack.ALREADY,)
    held = () if facts.held else (Lack.NOT_HELD,)
    return held if facts.account.strip() else (*held, Lack.NO_ACCOUNT)
