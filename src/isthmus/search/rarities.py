"""How many documents have a word: counted, and for common words remembered for a while by this process.

Counting what stands in a hundred thousand documents costs more than ranking them, and changes nothing that
anybody sees when it is a hundredth off. Rare words are always counted.
"""

import time
from collections.abc import Iterable

COMMON = 5_000
"""Documents from which a word's count is remembered."""
KEPT_SECONDS = 600.0
CHANGE = 50
"""A count is taken anew where the collections grew or shrank by more than one part in so many."""
MOST_KEPT = 10_000

Asked = tuple[tuple[int, ...], tuple[str, ...]]
"""Collections and parts."""


class Rarities:
    """Counts of common words: what was asked and the term -> count, documents then, and when."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Asked, int], tuple[int, int, float]] = {}

    def known(self, asked: Asked, terms: Iterable[int], documents: int) -> dict[int, int]:
        """The counts that still hold among so many documents."""
        now = time.monotonic()
        found = {}
        for term in terms:
            count, then, at = self._kept.get((asked, term), (0, 0, 0.0))
            if count and abs(documents - then) * CHANGE <= then and now - at < KEPT_SECONDS:
                found[term] = count
        return found

    def keep(self, asked: Asked, counts: dict[int, int], documents: int) -> None:
        """Remember those of common words."""
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        now = time.monotonic()
        for term, count in counts.items():
            if count >= COMMON:
                self._kept[asked, term] = (count, documents, now)


RARITIES = Rarities()
