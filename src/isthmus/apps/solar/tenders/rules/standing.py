"""How a quote stands, from what arrived of it and when: the same whatever the order it arrived in.

Times are those at which a record reached the asker's node: what the maker writes on it proves nothing, for a
seal could be dated back once others are open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """Whether a quote counts, and if not, why."""

    SEALED = "sealed"
    OPENED = "opened"
    LATE = "late"
    UNSEALED = "unsealed"
    CONTRADICTED = "contradicted"
    EARLY = "early"
    ALTERED = "altered"
    OPENED_LATE = "opened-late"
    UNOPENED = "unopened"


COUNTS = frozenset({Standing.OPENED})
"""A quote that may be compared and awarded."""
WAITS = frozenset({Standing.SEALED})
"""One that may still be opened."""


class Phase(StrEnum):
    """How far a tender is."""

    SEALING = "sealing"
    OPENING = "opening"
    DECIDING = "deciding"
    AWARDED = "awarded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seals arrive before ``closes``; quotes are opened from then on and before ``opens_until``."""

    closes: datetime
    opens_until: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal, and when it arrived."""

    seal: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """An opening: the seal that its salt and offer give, and when it arrived."""

    seal: str
    at: datetime


def standing(
    deadlines: Deadlines, seals: Iterable[Sealed], openings: Iterable[Opened], now: datetime
) -> Standing:
    """How one quote stands now, of which these seals and openings arrived; at least one of either."""
    every, opened = list(seals), list(openings)
    in_time = {one.seal for one in every if one.at < deadlines.closes}
    if not every:
        return Standing.UNSEALED
    if not in_time:
        return Standing.LATE
    if len(in_time) > 1:
        return Standing.CONTRADICTED
    if any(one.at < deadlines.closes for one in opened):
        return Standing.EARLY
    if not opened:
        return Standing.SEALED if now < deadlines.opens_until else Standing.UNOPENED
    true = [one.at for one in opened if one.seal in in_time]
    if not true:
        return Standing.ALTERED
    return Standing.OPENED if min(true) < deadlines.opens_until else Standing.OPENED_LATE


def phase(
    deadlines: Deadlines, standings: Iterable[Standing], now: datetime, *, awarded: bool, withdrawn: bool
) -> Phase:
    """How far a tender is now whose quotes stand so; it is decided once no quote can be opened any more."""
    if withdrawn:
        return Phase.WITHDRAWN
    if awarded:
        return Phase.AWARDED
    if now < deadlines.closes:
        return Phase.SEALING
    waits = any(one in WAITS for one in standings)
    return Phase.OPENING if waits and now < deadlines.opens_until else Phase.DECIDING
