"""Whether a gate lets a load through, given every passage of its reference that is known.

Known fraud: one document, several loads. So a reference passes each direction of a country once, and plate
and seal are those of its first passage, at whichever country's gate that was. A seal that customs replaced
on the road is said on the movement, and an officer decides; a gate does not guess.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from isthmus.apps.excise.movements.rules.states import ON_THE_ROAD, State


class Alarm(StrEnum):
    """Why a load is stopped."""

    UNKNOWN = "unknown"
    """This node knows no document under the reference."""
    NOT_MOVING = "not-moving"
    """The movement is closed, rejected or interrupted: nothing may travel under it."""
    AGAIN = "again"
    """The reference has passed this direction before: single use."""
    OTHER_GATE = "other-gate"
    """It passed the same direction at another gate."""
    OTHER_PLATE = "other-plate"
    """Another vehicle passed under it."""
    OTHER_SEAL = "other-seal"
    """A load with another seal passed under it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A load at a gate: the country's node, the gate, ``way`` (in, out), plate and seal as typed."""

    node: str
    gate: str
    way: str
    plate: str
    seal: str


def plain(sign: str) -> str:
    """A plate or seal without what people write differently: case, blanks, dashes, full-width letters.

    A capital may come with a mark of its own, and what stood apart may join: done until nothing changes.
    """
    while (made := re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", sign)).upper()) != sign:
        sign = made
    return sign


def alarms(now: Passage, before: Iterable[Passage], state: State | None) -> tuple[Alarm, ...]:
    """Every reason to stop the load ``now``, the gravest last; none means go.

    ``before`` are the passages that were let through, of every country that told of them; ``state`` is
    where the movement stands here, None where it is not known.
    """
    found: set[Alarm] = set()
    if state is None or state is State.UNKNOWN:
        found.add(Alarm.UNKNOWN)
    elif state not in ON_THE_ROAD:
        found.add(Alarm.NOT_MOVING)
    for one in before:
        found |= _between(now, one)
    return tuple(alarm for alarm in Alarm if alarm in found)


def _between(now: Passage, one: Passage) -> set[Alarm]:
    found = set()
    if (one.node, one.way) == (now.node, now.way):
        found.add(Alarm.AGAIN)
        if plain(one.gate) != plain(now.gate):
            found.add(Alarm.OTHER_GATE)
    if plain(one.plate) != plain(now.plate):
        found.add(Alarm.OTHER_PLATE)
    if plain(one.seal) != plain(now.seal):
        found.add(Alarm.OTHER_SEAL)
    return found
