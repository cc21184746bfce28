"""Experts by need: what is demanded leaves the others out, and every point of a score is an item of it."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

from isthmus.accounts.policy import Actor
from isthmus.apps.experts import queries
from isthmus.apps.experts.models import Expert
from isthmus.apps.experts.rules import matching
from isthmus.apps.experts.rules.matching import Need, Point
from isthmus.apps.experts.services.indexing import KIND
from isthmus.kit import clock
from isthmus.search import queries as search
from isthmus.search.queries import Hit, Item, Question

MOST = 200
"""Experts that are listed for a need."""


@dataclass(frozen=True, slots=True)
class Match:
    """An expert for a need; ``score``, in millionths, sums the points of ``items`` and ``points``."""

    expert: Expert
    hit: Hit | None
    points: tuple[Point, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """What the words of the need add."""
        return self.hit.items if self.hit is not None else ()

    @property
    def score(self) -> int:
        """The sum of all items."""
        return sum(one.points for one in self.items) + sum(one.points for one in self.points)


def languages() -> list[str]:
    """The languages in which the words of a need are put."""
    return list(dict.fromkeys([get_language() or settings.LANGUAGE_CODE, settings.LANGUAGE_CODE, "en"]))


def find(actor: Actor | None, text: str, need: Need) -> list[Match]:
    """Who answers a need, the best first; of equal ones by name.

    ``actor`` is None for the node's own shell, which sees everybody who is listed. With words, one of them
    must be found; without any, everybody is listed who has what is demanded. BadInput as
    ``search.queries.find`` for too many words.
    """
    today = clock.now().date()
    rows = queries.listed(today)
    if actor is not None:
        rows = rows.filter(key__in=queries.found_keys(actor))
    able = {row.key: row for row in rows if matching.answers(queries.offered(row), need)}
    hits: dict[str, Hit] = {}
    if text.strip():
        asked = Question(text, languages=languages(), collections={KIND}, allowed=frozenset(able), size=MOST)
        hits = {hit.key: hit for hit in search.find(asked).hits} if able else {}
        able = {key: able[key] for key in hits}
    found = [
        Match(row, hits.get(key), matching.points(queries.offered(row), need, today))
        for key, row in able.items()
    ]
    return sorted(found, key=lambda one: (-one.score, one.expert.name, one.expert.key))[:MOST]
