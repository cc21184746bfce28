"""What the hours of one system say of its life: its charge, its days as PVGIS counts them, its batteries.

The fields of the off-grid tool of PVGIS (European Commission, Joint Research Centre) have its own names, so
that both can be laid side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from isthmus.apps.solar.engine.rules.balance import Hour

BINS = 10
_HOURS = 24
_FULL = 1e-6


@dataclass(frozen=True, slots=True)
class OffGrid:
    """``d_total`` days; the share of them, %, on which the battery became full (``f_f``) or empty (``f_e``);
    what was not captured for a full battery (``e_lost``) and what was missing (``e_miss``), Wh a day."""

    d_total: int
    f_f: float
    f_e: float
    e_lost: float
    e_miss: float


def off_grid(hours: Sequence[Hour], capacity_wh: float) -> OffGrid:
    """PVGIS's fields of whole days; a day counts as full or empty where it was so at the end of any hour."""
    days = [hours[at : at + _HOURS] for at in range(0, len(hours) - _HOURS + 1, _HOURS)]
    if not days:
        raise ValueError("less than a day")
    near = _FULL * capacity_wh
    full = sum(any(hour.stored >= capacity_wh * hour.health - near for hour in day) for day in days)
    empty = sum(any(hour.stored <= near or hour.unmet > 0.0 for hour in day) for day in days)
    count = len(days)
    return OffGrid(
        count,
        100.0 * full / count,
        100.0 * empty / count,
        sum(hour.spilled for day in days for hour in day) / count,
        sum(hour.unmet for day in days for hour in day) / count,
    )


def charge_histogram(hours: Sequence[Hour], capacity_wh: float) -> tuple[float, ...]:
    """The share of hours, %, in each tenth of the charge that the battery can hold in that hour."""
    counts = [0] * BINS
    for hour in hours:
        share = hour.stored / (capacity_wh * hour.health) if capacity_wh else 0.0
        counts[min(int(share * BINS), BINS - 1)] += 1
    return tuple(100.0 * count / len(hours) for count in counts)


def replaced_in(hours: Sequence[Hour]) -> tuple[float, ...]:
    """After how many hours each battery was worn out; empty where the first outlives them."""
    return tuple(
        float(at)
        for at, (before, after) in enumerate(pairwise(hours), start=2)
        if after.health > before.health
    )
