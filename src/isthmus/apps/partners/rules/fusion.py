"""Rank lists put together by reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009), k = 60.

A list from elsewhere, such as an embedding model's, has scores of another kind; only its ranks are used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

K = 60
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Described:
    """A need or an offer as a ranker reads it."""

    key: str
    title: str
    text: str
    language: str
    hs_code: str


class Ranker(Protocol):
    """What the setting ISTHMUS_RANKER names: it puts candidates in order, the best first, by their keys.

    It may leave candidates out. It is called in the request of a page: answer within a second, and from this
    machine, because the texts are partners' too.
    """

    def __call__(self, asked: Described, candidates: Sequence[Described]) -> Sequence[str]:
        """The keys of those candidates that fit, the best first."""
        ...


@dataclass(frozen=True, slots=True)
class Fused:
    """A key with what each list gives it: (list, rank from 1, points in millionths)."""

    key: str
    parts: tuple[tuple[str, int, int], ...]

    @property
    def score(self) -> int:
        """The sum of the parts."""
        return sum(points for _name, _rank, points in self.parts)


def points(rank: int) -> int:
    """What a rank is worth, in millionths, rounded down."""
    return MILLION // (K + rank)


def fuse(lists: Mapping[str, Sequence[str]]) -> list[Fused]:
    """All keys of all lists, the best first; equal ones in the order in which the lists name them.

    A key that a list names twice counts at its first place there.
    """
    parts: dict[str, list[tuple[str, int, int]]] = {}
    for name, keys in lists.items():
        for rank, key in enumerate(dict.fromkeys(keys), start=1):
            parts.setdefault(key, []).append((name, rank, points(rank)))
    return sorted((Fused(key, tuple(found)) for key, found in parts.items()), key=lambda one: -one.score)
