"""Two accounts of one stream: the one that this node holds, and what a partner says it received."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """What a partner's position in an outgoing stream says about this node's own."""

    SAME = "same"
    """The partner holds nothing that this node does not hold; it may hold less."""

    BEHIND = "behind"
    """The partner holds records that this node signed and does not know: it came back from an older state."""

    DIVERGED = "diverged"
    """The partner holds another record under the last number than this node does."""


def compare(position: int, leaf: str, *, last_seq: int, own_leaf: str | None) -> Account:
    """Compare a partner's last number and leaf (hex; empty for none) with this node's.

    ``own_leaf`` is the leaf that this node holds under the partner's number, None where it holds none. An
    empty ``leaf`` says nothing about the content.
    """
    if position > last_seq:
        return Account.BEHIND
    if position and leaf and leaf != own_leaf:
        return Account.DIVERGED
    return Account.SAME


@dataclass(frozen=True, slots=True)
class Place:
    """A record's number, leaf and the leaf that it follows, both in hex."""

    seq: int
    leaf: str
    prev: str


@dataclass(frozen=True, slots=True)
class Returned:
    """What of the returned records this node lacks: how many it knows already, and where two histories part.

    ``known``: the first so many are held here with the same leaf. ``diverged``: the first number that is held
    here with another leaf, None where there is none. ``broken``: the first number that does not follow.
    """

    known: int
    diverged: int | None
    broken: int | None


def judge_returned(places: Iterable[Place], held: Mapping[int, str], *, after: int, leaf: str) -> Returned:
    """Hold returned records against what is here.

    They must follow one another behind number ``after``, whose leaf is ``leaf`` (empty at 0). ``held`` maps
    numbers to leaves. What stands behind a fork or a break is not looked at.
    """
    known, expected = 0, after + 1
    for place in places:
        if place.seq != expected or place.prev != leaf:
            return Returned(known, None, place.seq)
        here = held.get(place.seq)
        if here is not None and here != place.leaf:
            return Returned(known, place.seq, None)
        known += here is not None
        expected, leaf = place.seq + 1, place.leaf
    return Returned(known, None, None)
