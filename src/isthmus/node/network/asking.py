"""One question over all kinds: who asks sees what the applications let him see, and why each is there."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

from isthmus.accounts.policy import Actor
from isthmus.exchange.application import Searchable, Sighting
from isthmus.exchange.registry import resolve
from isthmus.node.network import kinds
from isthmus.search import queries
from isthmus.search.queries import EVERYONE, Hit, Item, Question
from isthmus.search.rules.excerpts import Piece
from isthmus.ui.text import Text

PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class Result:
    """One document that was found: how it looks, and every item of its score, which is their sum."""

    kind: str
    kind_title: Text
    sighting: Sighting
    hit: Hit

    @property
    def score(self) -> int:
        """In millionths of a point."""
        return self.hit.score

    @property
    def items(self) -> tuple[Item, ...]:
        """What each word adds, the most first."""
        return self.hit.items

    @property
    def title(self) -> tuple[Piece, ...]:
        """The title as it was indexed, with what was asked for marked; its own where none was indexed."""
        return self.hit.title or (Piece(self.sighting.title, marked=False),)


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of results, the best first; ``first`` is the place of the first of them."""

    results: tuple[Result, ...]
    page: int
    first: int
    more: bool


def clean(text: str) -> str:
    """The question in one line: what has no picture parts words, as a space does."""
    seen = (" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text)
    return " ".join("".join(seen).split())


def languages() -> list[str]:
    """The languages in which a question is put: that of the page, that of the node, and English."""
    return list(dict.fromkeys([get_language() or settings.LANGUAGE_CODE, settings.LANGUAGE_CODE, "en"]))


def ask(
    actor: Actor,
    text: str,
    *,
    kind: str = "",
    page: int = 1,
    size: int = PER_PAGE,
    spoken: Sequence[str] = (),
) -> Answer:
    """What answers best of all that the actor may see.

    ``kind`` leaves one kind, ``spoken`` are the languages of the question. BadInput for a question without a
    word or with too many, for an unknown kind, and for a page beyond what is listed.
    """
    known = kinds.open_to(actor)
    kinds.require_known([kind] if kind else [], known)
    chosen = {kind: known[kind]} if kind else known
    found = queries.find(
        Question(
            clean(text),
            languages=spoken or languages(),
            collections=frozenset(chosen),
            audiences=_audiences(actor),
            allowed=kinds.keys_of(chosen, actor),
            page=page,
            size=size,
        )
    )
    return Answer(tuple(_seen(actor, chosen, found.hits)), page, (page - 1) * size + 1, found.more)


def _audiences(actor: Actor) -> Collection[str]:
    return EVERYONE | {str(pk) for pk in actor.organisation_ids}


def _seen(actor: Actor, chosen: dict[str, Searchable], hits: Iterable[Hit]) -> Iterable[Result]:
    """The hits that their application shows to the actor: it has the last word."""
    of_kind: defaultdict[str, list[str]] = defaultdict(list)
    for hit in hits:
        of_kind[hit.collection].append(hit.key)
    shown: dict[str, dict[str, Sighting]] = {
        kind: resolve(chosen[kind].sightings)(actor, keys) for kind, keys in of_kind.items()
    }
    for hit in hits:
        sighting = shown[hit.collection].get(hit.key)
        if sighting is not None:
            yield Result(hit.collection, chosen[hit.collection].title, sighting, hit)
