"""Why an offer fits a need: what rules it out, and otherwise a sum of points of which each has its reason.

All points are whole millionths, so that the items sum to the score exactly and alike on every node. Points
of words are those of BM25 from the node's own index (docs/adr/0042); another node's score is never used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from isthmus.apps.partners.rules.goods import Covers, Nearness, Volume, covers, nearness
from isthmus.apps.partners.rules.lasting import LASTS

MILLION = 1_000_000
NEARNESS_POINTS = {
    Nearness.SUBHEADING: 6 * MILLION,
    Nearness.HEADING: 4 * MILLION,
    Nearness.CHAPTER: MILLION,
}
NAMED_COUNTRY = 2 * MILLION
ANY_COUNTRY = MILLION
MOST_RECENCY = MILLION


class Bar(StrEnum):
    """Why an offer cannot be for a need."""

    EXPIRED = "expired"
    GOODS = "goods"
    LEVEL = "level"
    UNIT = "unit"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True)
class Listed:
    """What is compared of a need or an offer; ``countries`` empty: any; ``country`` empty: not told."""

    key: str
    country: str
    hs_code: str
    levels: frozenset[str]
    volume: Volume
    countries: frozenset[str]
    confirmed_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One reason with its points: its name in ``NAMES``, and of words the word, the part and how often."""

    name: str
    points: int
    detail: str = ""
    count: int = 0


NAMES = ("title", "text", "goods", "country", "serves", "recency")
"""Every name of an item: words in the title and in the text, goods, both countries, and how fresh it is."""


@dataclass(frozen=True, slots=True)
class Match:
    """A pair that fits, and why; ``sure`` says whether the capacity is known to be enough."""

    key: str
    items: tuple[Item, ...]
    sure: bool

    @property
    def score(self) -> int:
        """The sum of the items, in millionths."""
        return sum(item.points for item in self.items)


def bars(need: Listed, offer: Listed, now: datetime) -> tuple[Bar, ...]:
    """All that rules an offer out; empty where nothing does."""
    found = []
    if now >= min(need.expires_at, offer.expires_at):
        found.append(Bar.EXPIRED)
    if nearness(need.hs_code, offer.hs_code) is Nearness.APART:
        found.append(Bar.GOODS)
    if not need.levels & offer.levels:
        found.append(Bar.LEVEL)
    if need.volume.unit != offer.volume.unit:
        found.append(Bar.UNIT)
    elif covers(need.volume, offer.volume) is Covers.NO:
        found.append(Bar.CAPACITY)
    return tuple(found)


def _welcome(country: str, countries: frozenset[str]) -> int:
    if not countries:
        return ANY_COUNTRY
    return NAMED_COUNTRY if country in countries else 0


def recency(confirmed_at: datetime, now: datetime) -> int:
    """What a statement is worth for being fresh: the most on its day, nothing after 180 days."""
    age = min(max(now - confirmed_at, timedelta(0)), LASTS)
    return MOST_RECENCY * int((LASTS - age).total_seconds()) // int(LASTS.total_seconds())


def match(need: Listed, offer: Listed, found: Listed, words: Iterable[Item], now: datetime) -> Match | None:
    """The pair with its points, or None where something rules it out.

    ``found`` is the one of the two that was looked for; ``words`` are the points of its index.
    """
    if bars(need, offer, now):
        return None
    near = nearness(need.hs_code, offer.hs_code)
    items = [
        *words,
        Item("goods", NEARNESS_POINTS[near], near.value),
        Item("country", _welcome(offer.country, need.countries), offer.country),
        Item("serves", _welcome(need.country, offer.countries), need.country),
        Item("recency", recency(found.confirmed_at, now), found.confirmed_at.date().isoformat()),
    ]
    kept = tuple(item for item in items if item.points)
    return Match(found.key, kept, sure=covers(need.volume, offer.volume) is Covers.YES)


def ranked(matches: Iterable[Match]) -> list[Match]:
    """The best first; of equal ones, by key, so that every run gives the same list."""
    return sorted(matches, key=lambda one: (-one.score, one.key))
