"""Whether a guarantee covers an amount on a day: consent, days, what is free, one deed at a time."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Reason(StrEnum):
    """Why nothing is reserved."""

    AMOUNT = "amount"
    CONSENT = "consent"
    EARLY = "early"
    LATE = "late"
    ENDED = "ended"
    TAKEN = "taken"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts of a guarantee. Both days are included; ``ended_on`` no longer is."""

    consented: bool
    valid_from: date
    valid_until: date
    ended_on: date | None = None
    one_at_a_time: bool = False


def out_of_force(terms: Terms, on: date) -> Reason | None:
    """Why a guarantee does not count on a day; None where it does."""
    if not terms.consented:
        return Reason.CONSENT
    if on < terms.valid_from:
        return Reason.EARLY
    if terms.ended_on is not None and on >= terms.ended_on:
        return Reason.ENDED
    return Reason.LATE if on > terms.valid_until else None


@dataclass(frozen=True, slots=True)
class Days:
    """Days from one to another, both included; none where the last comes before the first."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def days_to_end(terms: Terms, reserved_last: date | None) -> Days:
    """The days from which a guarantee can be ended: what was covered on a day is not uncovered later.

    ``reserved_last`` is the newest day for which an amount was reserved. The day itself can be chosen: the
    reservation came first.
    """
    return Days(max(terms.valid_from, reserved_last or terms.valid_from), terms.valid_until)


def refusal(terms: Terms, on: date, *, amount: int, free: int, open_deeds: int) -> Reason | None:
    """Why ``amount`` (minor units) cannot be reserved; None where it can.

    ``free`` is what nothing has been reserved of, ``open_deeds`` how many reservations are open. An
    individual guarantee covers one deed at a time.
    """
    if amount <= 0:
        return Reason.AMOUNT
    outside = out_of_force(terms, on)
    if outside is not None:
        return outside
    if terms.one_at_a_time and open_deeds:
        return Reason.TAKEN
    return Reason.SHORT if amount > free else None
