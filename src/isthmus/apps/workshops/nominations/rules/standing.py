"""How a nomination stands by quota and deadline, from when each arrived: the same whatever the order.

Nothing is lost: what is late or over the quota is shown as such, and the secretariat decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Arrived:
    """One nomination of a country: when it reached the secretariat, and whether it was withdrawn."""

    reference: str
    at: datetime
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """``place`` is its place among those that count, 1 for the first; 0 where it was withdrawn."""

    place: int
    late: bool
    over_quota: bool


def standings(quota: int, until: datetime, nominations: Iterable[Arrived]) -> dict[str, Standing]:
    """How each nomination of one country stands, by reference. Those in time come before late ones."""
    every = list(nominations)
    counted = sorted(
        (one for one in every if not one.withdrawn), key=lambda one: (one.at >= until, one.at, one.reference)
    )
    found = {
        one.reference: Standing(place, one.at >= until, place > quota)
        for place, one in enumerate(counted, start=1)
    }
    gone = {one.reference: Standing(0, one.at >= until, over_quota=False) for one in every if one.withdrawn}
    return found | gone


def may_accept(quota: int, accepted: int) -> bool:
    """Whether one more person of a country may be accepted."""
    return accepted < quota
