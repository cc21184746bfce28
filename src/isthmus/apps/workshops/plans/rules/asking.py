"""When a plan is asked about: six and twelve months after the last day of its workshop.

Nobody sends the question. Both nodes know the last day, so each works out the same from it.
"""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

MONTHS: Final = (6, 12)
"""After how many months of the calendar a plan is asked about."""


class Standing(StrEnum):
    """How a question stands. One that nobody answered before the next has passed."""

    LATER = "later"
    ASKED = "asked"
    ANSWERED = "answered"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Asking:
    """A question about a plan: after how many months, from which day, and how it stands."""

    months: int
    since: date
    standing: Standing

    @property
    def takes_answer(self) -> bool:
        """Whether it may be answered, or its answer corrected."""
        return self.standing in {Standing.ASKED, Standing.ANSWERED}


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last day of a shorter month; never past the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def askings(ends: date, today: date, answered: Collection[int]) -> tuple[Asking, ...]:
    """Every question about a plan whose workshop ended on ``ends``; ``answered`` names those by months."""
    since = {months: months_after(ends, months) for months in MONTHS}
    due = [months for months in MONTHS if today >= since[months]]

    def standing(months: int) -> Standing:
        if months in answered:
            return Standing.ANSWERED
        if months not in due:
            return Standing.LATER
        return Standing.ASKED if months == due[-1] else Standing.PASSED

    return tuple(Asking(months, since[months], standing(months)) for months in MONTHS)


def asked_now(every: Collection[Asking]) -> Asking | None:
    """The question that waits for an answer; None where none does."""
    return next((one for one in every if one.standing is Standing.ASKED), None)
