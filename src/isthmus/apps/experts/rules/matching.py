"""How an expert answers a need: what is demanded, and what adds points; all in whole millionths.

Languages and time are demanded: who lacks them is not listed, whatever else speaks for him. Words, codes,
verification and freshness add points, and the sum of the points is the score.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from isthmus.apps.experts.rules.skills import shared_digits

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
"""Levels of the Common European Framework of Reference for Languages (Council of Europe, 2001)."""
DIGIT_POINTS = 500_000
"""For each digit of ISCO-08 that a skill shares with the one that is needed."""
VERIFIED_POINTS: Mapping[str, int] = {
    "self": 0,
    "email": 250_000,
    "institution": 500_000,
    "node": 1_000_000,
}
"""For the highest level of verification that stands."""
FRESH_POINTS, FRESH_DAYS = 1_000_000, 730
"""For a profile stated today, falling to nothing at that age in days."""


@dataclass(frozen=True, slots=True)
class Need:
    """What is looked for. ``languages`` are all demanded at ``level``; without a period, any time will do."""

    languages: tuple[str, ...] = ()
    level: str = "B1"
    weeks: int = 0
    since: date | None = None
    until: date | None = None
    isco: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """What a profile says of the same; ``weeks`` 0 and days None where it says nothing."""

    languages: Mapping[str, str]
    weeks: int
    since: date | None
    until: date | None
    iscos: tuple[str, ...]
    verified: str
    stated: date


@dataclass(frozen=True, slots=True)
class Point:
    """What one reason adds, in millionths: ``what`` names the reason, ``value`` is what it saw."""

    what: str
    value: str
    points: int


def speaks(offered: Mapping[str, str], languages: Iterable[str], level: str) -> bool:
    """Whether each language is spoken at the level or above it; unknown levels do not count."""
    needed = LEVELS.index(level)
    return all(offered.get(one, "") in LEVELS and LEVELS.index(offered[one]) >= needed for one in languages)


def free_days(offered: Offered, need: Need) -> int | None:
    """Days of the needed period on which the expert is available, both ends counted; None without an end.

    Whoever says nothing of a beginning or an end is taken to have none.
    """
    since = max((day for day in (offered.since, need.since) if day is not None), default=None)
    until = min((day for day in (offered.until, need.until) if day is not None), default=None)
    if since is None or until is None:
        return None
    return max((until - since).days + 1, 0)


def is_free(offered: Offered, need: Need) -> bool:
    """Whether the weeks that are needed fit into the time that the expert offers."""
    if offered.weeks and need.weeks > offered.weeks:
        return False
    days = free_days(offered, need)
    return days is None or days >= max(need.weeks * 7, 1)


def answers(offered: Offered, need: Need) -> bool:
    """Whether everything that is demanded is there."""
    return speaks(offered.languages, need.languages, need.level) and is_free(offered, need)


def points(offered: Offered, need: Need, today: date) -> tuple[Point, ...]:
    """What adds to the score beside the words, the most first; nothing that adds nothing."""
    nearest = max((shared_digits(one, need.isco) for one in offered.iscos), default=0)
    age = max((today - offered.stated).days, 0)
    found = (
        Point("isco", str(nearest), nearest * DIGIT_POINTS),
        Point("verified", offered.verified, VERIFIED_POINTS.get(offered.verified, 0)),
        Point("fresh", str(age), FRESH_POINTS * max(FRESH_DAYS - age, 0) // FRESH_DAYS),
    )
    return tuple(sorted((one for one in found if one.points), key=lambda one: (-one.points, one.what)))


def next_review(today: date) -> date:
    """Until when a profile that is stated today may be listed: a year."""
    return today + timedelta(days=365)
