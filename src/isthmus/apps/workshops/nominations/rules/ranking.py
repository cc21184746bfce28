"""A proposal of whom to accept: weighted criteria, then balance of gender and region, place by place.

The rule proposes and explains; people decide. A person whom the assessor may not judge, by a conflict of
interest, is left to somebody else: no points, no place. Each place goes to the person with the most points at
that moment: points of the criteria, and points of balance for a gender or region that is below its share
among those who have a place already. So the order can be told point by point, and the same input gives the
same order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

MOST_MARK = 5
"""The best mark of a criterion; the least is 0."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a criterion counts, by its key; what a place for balance of gender and of region adds."""

    criteria: Mapping[str, int]
    gender: int
    region: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A nominee: country and its region, gender, marks from 0 to 5 by criterion, and whether it came late.

    ``quota`` is how many of its country may be accepted. ``conflict`` says why the assessor may not judge.
    """

    reference: str
    country: str
    region: str
    gender: str
    marks: Mapping[str, int]
    quota: int
    late: bool = False
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One part of a sum: what for, and how many; a whole number of hundredths."""

    about: str
    hundredths: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A person in the proposal: ``place`` from 1; 0 where nobody may judge. ``accept`` while there is room.

    ``over_quota`` says that the country's places are gone, so that the person waits whatever the points.
    """

    reference: str
    place: int
    accept: bool
    over_quota: bool
    points: tuple[Point, ...]

    @property
    def hundredths(self) -> int:
        """All points together."""
        return sum(one.hundredths for one in self.points)


def _marks(one: Candidate, weights: Weights) -> tuple[Point, ...]:
    total = sum(weights.criteria.values()) or 1
    found = []
    for name, weight in weights.criteria.items():
        mark = one.marks.get(name, 0)
        if not 0 <= mark <= MOST_MARK:
            raise ValueError(f"a mark is from 0 to {MOST_MARK}")
        found.append(Point(name, int(Decimal(10_000 * weight * mark) / (total * MOST_MARK))))
    return tuple(found)


def _balance(
    one: Candidate, weights: Weights, chosen: Iterable[Candidate], kinds: Counter[str]
) -> list[Point]:
    """Points for a gender or region that has less than its even share of the places given so far."""
    have = list(chosen)
    found = []
    genders = Counter(other.gender for other in have if other.gender != "not-stated")
    known = sum(genders.values())
    if one.gender != "not-stated" and genders[one.gender] * 2 < max(known, 1):
        found.append(Point("gender", weights.gender * 100))
    regions = Counter(other.region for other in have)
    if regions[one.region] * len(kinds) < max(len(have), 1):
        found.append(Point("region", weights.region * 100))
    return found


def propose(candidates: Iterable[Candidate], weights: Weights, room: int) -> tuple[Placed, ...]:
    """Everybody in the order of the proposal; the first ``room`` within their quotas are to be accepted.

    Those in time come before late ones at equal points, then by reference, so that no order of arrival in a
    list decides. ValueError for a mark that is none.
    """
    every = list(candidates)
    judged = {one.reference: _marks(one, weights) for one in every if not one.conflict}
    kinds = Counter(one.region for one in every)
    left = [one for one in every if not one.conflict]
    chosen: list[Candidate] = []
    placed: list[Placed] = []
    taken: Counter[str] = Counter()
    while left:
        scored = []
        for one in left:
            points = (*judged[one.reference], *_balance(one, weights, chosen, kinds))
            is_over = taken[one.country] >= one.quota
            sum_of = sum(point.hundredths for point in points)
            scored.append(((is_over, -sum_of, one.late, one.reference), one, points, is_over))
        _key, best, points, is_over = min(scored, key=lambda each: each[0])
        accept = not is_over and len(chosen) < room
        placed.append(Placed(best.reference, len(placed) + 1, accept, is_over, points))
        if accept:
            chosen.append(best)
            taken[best.country] += 1
        left.remove(best)
    aside = sorted(one.reference for one in every if one.conflict)
    return (
        *placed,
        *(Placed(reference, 0, accept=False, over_quota=False, points=()) for reference in aside),
    )
