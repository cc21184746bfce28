"""What signed heads of one log, and proofs between them, say about it.

Two heads of one size with different roots are a split view: the log has two histories, and both notes
together prove it to anybody. Heads of different sizes contradict each other as well if the larger does not
continue the smaller, but only the log's owner can show that it does: such a head stays unproved until a
consistency proof (RFC 9162, section 2.1.4) comes. A small head that arrives late is no fault; one that is
not the beginning of the larger ones is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from isthmus.wire import merkle


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """A log of ``size`` leaves with this ``root`` (32 bytes), as its owner signed it."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Growth:
    """An owner's claim: the log of ``old`` is the beginning of the log of its newest head, by ``path``."""

    old: Head
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known after looking.

    ``tip``: the newest head that continues all that was cosigned before, and may be cosigned now; None where
    there is none yet. ``proved``: heads that turned out to belong to its history. ``wrong``: heads of which
    the owner claimed what does not hold. ``splits``: pairs that contradict each other.
    """

    tip: Head | None
    proved: frozenset[Head]
    wrong: frozenset[Head]
    splits: tuple[tuple[Head, Head], ...]


def contradictions(heads: Iterable[Head]) -> tuple[tuple[Head, Head], ...]:
    """Pairs of one size and different roots, each pair and the whole in order."""
    by_size: dict[int, Head] = {}
    pairs = []
    for head in sorted(set(heads)):
        first = by_size.setdefault(head.size, head)
        if first != head:
            pairs.append((first, head))
    return tuple(pairs)


def continues(new: Head, old: Head, path: Sequence[bytes]) -> bool:
    """Whether ``path`` shows that the log of ``new`` begins with that of ``old``."""
    return merkle.verify_consistency(old.size, old.root, new.size, new.root, path)


def judge(
    tip: Head | None,
    held: Iterable[Head],
    unproved: Iterable[Head],
    newest: Head | None = None,
    growths: Iterable[Growth] = (),
) -> Judgement:
    """Hold the heads of one log against each other.

    ``tip`` is the newest head cosigned so far, ``held`` others that are known to belong to its history,
    ``unproved`` those of which nothing is known yet. ``newest`` is the head that the owner hands over now,
    with its claims ``growths`` about earlier ones. A head that contradicts another is never proved, and no
    newer one may be cosigned while there is one.

    ``newest`` must continue the tip. Before there is one, it must continue a head that came otherwise, if any
    did: a first look takes the owner at its word, but at one word only. An empty log is no tip.
    """
    known = {*held, *([tip] if tip else [])}
    waiting = set(unproved) - known
    everything = known | waiting | ({newest} if newest else set())
    splits = contradictions(everything)
    doubtful = {head for pair in splits for head in pair}
    if newest is None:
        return Judgement(tip, frozenset(set(unproved) & known - doubtful), frozenset(), splits)
    claims = {growth.old.size: growth for growth in growths if growth.old.size <= newest.size}
    holding = {
        claim.old
        for claim in claims.values()
        if claim.old in everything and continues(newest, claim.old, claim.path)
    }
    settled = {head.size for head in holding}
    wrong = {head for head in everything if head.size in claims and head.size not in settled}
    shown = holding - {newest}
    earlier = {head for head in waiting if head.size <= newest.size and head != newest}
    in_history = newest in known or (tip in shown if tip else bool(earlier & shown) or not earlier)
    proved = (set(unproved) | {newest}) & known
    if in_history and newest not in doubtful:
        proved |= {newest} | (waiting & shown)
    grown = in_history and not splits and newest.size > 0 and (tip is None or newest.size >= tip.size)
    return Judgement(newest if grown else tip, frozenset(proved - doubtful), frozenset(wrong), splits)
