"""Lists of who was there, from several desks and papers: merged in any order, twice gives the same."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """That a person (by the code on the badge) was there on a day; ``session`` is its place, or 0."""

    code: str
    on: date
    session: int = 0


def merged(*lists: Iterable[Seen]) -> tuple[Seen, ...]:
    """Everything that any list holds, once and in order.

    It is a union of sets, so neither order nor repetition of the lists matters.
    """
    return tuple(sorted({one for found in lists for one in found}))


@dataclass(frozen=True, slots=True)
class Held:
    """A session that took place: its key, and its day at the place (None where no time was set)."""

    key: int
    on: date | None


def attended(
    sessions: Iterable[Held], days: Collection[date], marks: Collection[int], counted: Collection[int]
) -> tuple[int, ...]:
    """The keys of the sessions at which a person was.

    Where people were noted at a session (``counted``), those alone were there (``marks``). Where nobody was,
    all who were there on its day count; a session without a time counts for whoever was there on any day.
    """
    return tuple(
        one.key
        for one in sessions
        if (one.key in marks if one.key in counted else (bool(days) if one.on is None else one.on in days))
    )
