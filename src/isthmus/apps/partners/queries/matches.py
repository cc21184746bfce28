"""Offers for a need, and needs for an offer, scored on this node whatever node they came from."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from isthmus.apps.partners.models import Listing
from isthmus.apps.partners.queries.listings import COLLECTIONS, candidates
from isthmus.apps.partners.rules.fusion import Described, Fused, Ranker, fuse
from isthmus.apps.partners.rules.matching import Bar, Item, Match, bars, match, ranked
from isthmus.exchange.registry import resolve
from isthmus.kit import clock
from isthmus.search.queries import MOST_RESULTS, MOST_WORDS, Question, reasons
from isthmus.search.rules import words

OWN, RANKER = "points", "ranker"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Matched:
    """One that fits, why, and its place; ``fused`` only where a ranker took part."""

    row: Listing
    match: Match
    place: int
    fused: Fused | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """All that fit, the best first, and how many were left out for which reason; each counts once a reason.

    ``ranker_failed``: a ranker is named in the settings and gave no list.
    """

    found: tuple[Matched, ...]
    left_out: Mapping[Bar, int]
    ranker_failed: bool = False


def question_of(row: Listing) -> str:
    """The words that are looked for: those of title, goods and text, each once, up to the most asked."""
    written = " ".join((row.title, row.product, row.hs_code, row.text))
    found = dict.fromkeys(one.word for one in words.asked(written, [row.language]))
    return " ".join(list(found)[:MOST_WORDS])


def _points_of_words(row: Listing, others: Sequence[Listing]) -> dict[str, tuple[Item, ...]]:
    """What the words of a need or an offer add to each of the others, by key.

    All documents of the collection are counted, not only those that fit: how rare a word is must not depend
    on what else was left out.
    """
    text = question_of(row)
    if not text or not others:
        return {}
    languages = tuple(dict.fromkeys([row.language, *sorted({one.language for one in others})]))
    asked = Question(text, languages, [COLLECTIONS[others[0].kind]], audiences=None, size=MOST_RESULTS)
    while len(words.asked(asked.text, languages)) > MOST_WORDS:
        # A word may be cut otherwise in another language.
        asked = Question(
            asked.text.rpartition(" ")[0], languages, asked.collections, audiences=None, size=MOST_RESULTS
        )
    return {
        key: tuple(Item(one.part, one.points, one.word, one.count) for one in items)
        for key, items in reasons(asked).items()
    }


def _described(row: Listing) -> Described:
    return Described(row.key, row.title, f"{row.product} {row.text}".strip(), row.language, row.hs_code)


def ranker() -> Ranker | None:
    """The ranker that the settings name."""
    path: str = settings.ISTHMUS.ranker
    found: Ranker | None = resolve(path) if path else None
    return found


def _by_ranker(row: Listing, fitting: Sequence[Listing]) -> tuple[list[str], bool]:
    """The ranker's list, only of what fits, and whether it failed."""
    known = {one.key for one in fitting}
    try:
        rank = ranker()
        if rank is None or not fitting:
            return [], False
        found = rank(_described(row), [_described(one) for one in fitting])
        return [key for key in found if key in known], False
    except Exception:  # noqa: BLE001  code of others: whatever it raises, the node's own list is still right
        _LOG.exception("the ranker of ISTHMUS_RANKER failed")
        return [], True


def matches_of(row: Listing, now: datetime | None = None) -> Matches:
    """What fits a need or an offer, the best first, with every point and what was left out why."""
    moment = now or clock.now()
    others = list(candidates(row).select_related("organisation"))
    by_words = _points_of_words(row, others)
    asked, left_out = row.listed, Counter[Bar]()
    fitting: dict[str, Match] = {}
    rows = {}
    for one in others:
        other = one.listed
        need, offer = (asked, other) if row.kind == Listing.Kind.NEED else (other, asked)
        found = match(need, offer, other, by_words.get(one.key, ()), moment)
        if found is None:
            left_out.update(bars(need, offer, moment))
        else:
            fitting[one.key], rows[one.key] = found, one
    order = [one.key for one in ranked(fitting.values())]
    other_order, failed = _by_ranker(row, [rows[key] for key in order])
    fused: dict[str, Fused] = {}
    if other_order:
        fused = {one.key: one for one in fuse({OWN: order, RANKER: other_order})}
        order = list(fused)
    listed = tuple(
        Matched(rows[key], fitting[key], place, fused.get(key)) for place, key in enumerate(order, start=1)
    )
    return Matches(listed, dict(left_out), ranker_failed=failed)
