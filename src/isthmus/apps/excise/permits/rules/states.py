"""Where an application for a permit stands, and what may be done with it there."""

from datetime import date
from enum import StrEnum


class State(StrEnum):
    """How far an application is."""

    APPLIED = "applied"
    APPROVED = "approved"
    REFUSED = "refused"


class How(StrEnum):
    """Where goods leave the control of customs; tax points of the Maldives by their names in the terms."""

    CLEARANCE = "clearance"
    EX_BOND = "ex-bond"


def may_decide(state: State) -> bool:
    """Whether it still waits for a decision."""
    return state is State.APPLIED


def may_draw(state: State) -> bool:
    """Whether goods may be imported under it."""
    return state is State.APPROVED


def day_fault(day: date, year: int, today: date) -> str:
    """What keeps a deed from counting on a day in a quota's year: ``ahead``, ``year``, or nothing."""
    if day > today:
        return "ahead"
    return "" if day.year == year else "year"
