"""Split and merged shipments: which parts make up a whole by their weights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

NEAREST = 8
"""Parts that are tried for a whole: the nearest in time. Bounds the work where a firm ships every day."""
MOST_PARTS = 5
TOLERANCE = 5
"""How far the sum may be from the whole, in thousandths of it."""
MOST_ROUNDING = 20
"""How much further, in thousandths of the whole, where the parts are round to a kilogram or to ten."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A declaration on one side: its number, what breaks ties, its day as an ordinal, its weight in grams.

    ``lacking`` is what a whole still lacks: its weight, less that of a part that is linked to it already.
    """

    number: int
    tie: int
    day: int
    grams: int
    lacking: int


def settle(
    wholes: Iterable[Piece], parts: Iterable[Piece], *, earliest: int, latest: int
) -> list[tuple[int, int]]:
    """Pairs (whole, part) of all wholes that parts make up; every part is used once.

    A part lies ``earliest`` to ``latest`` days after its whole. Wholes are served by day, then by tie; for
    each the fewest parts win, then those nearest in time. The order of the pieces does not matter.
    """
    free = {part.number: part for part in parts}
    found = []
    for whole in sorted(wholes, key=lambda piece: (piece.day, piece.tie)):
        fitting = [
            part
            for part in free.values()
            if earliest <= part.day - whole.day <= latest
            and 0 < part.grams <= whole.lacking + _slack(whole, (part,))
        ]
        fitting.sort(key=lambda part: (abs(part.day - whole.day), part.tie))
        chosen = _making_up(whole, fitting[:NEAREST])
        for part in chosen:
            found.append((whole.number, part.number))
            del free[part.number]
    return found


def _slack(whole: Piece, parts: Iterable[Piece]) -> int:
    linked_already = whole.grams - whole.lacking
    weights = [part.grams for part in parts] + [linked_already] * (linked_already > 0)
    rounding = min(sum(map(_half_step, weights)), whole.grams * MOST_ROUNDING // 1000)
    return whole.grams * TOLERANCE // 1000 + rounding


def _half_step(grams: int) -> int:
    """How far a weight may be from what was weighed, if it was rounded to the step on which it lies."""
    return 5_000 if grams % 10_000 == 0 else 500 if grams % 1_000 == 0 else 0


def _making_up(whole: Piece, near: Sequence[Piece]) -> tuple[Piece, ...]:
    least = 1 if whole.lacking < whole.grams else 2
    for count in range(least, min(MOST_PARTS, len(near)) + 1):
        for chosen in combinations(near, count):
            if abs(sum(part.grams for part in chosen) - whole.lacking) <= _slack(whole, chosen):
                return chosen
    return ()
