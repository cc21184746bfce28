"""Whether stamps were activated for bottles that nobody produced, by running totals of one product.

An indication, no proof: figures of production come late, bottles are counted at another line, clocks differ.
What was produced by the time of an activation is counted up to that time and the error of both clocks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Counted:
    """So many bottles or stamps at a moment; below zero where a figure is taken back."""

    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Where most was missing: up to ``at``, ``activated`` stamps against ``produced`` bottles."""

    at: datetime
    activated: int
    produced: int

    @property
    def missing(self) -> int:
        """Stamps without a bottle."""
        return self.activated - self.produced


def unproduced(
    activated: Iterable[Counted], produced: Iterable[Counted], clock_error: timedelta
) -> Gap | None:
    """The widest gap between stamps activated and bottles produced; None where there never was one.

    Of equal gaps the first counts.
    """
    waiting = sorted(produced, key=lambda one: one.at)
    stamps = bottles = place = 0
    widest: Gap | None = None
    for one in sorted(activated, key=lambda one: one.at):
        stamps += one.count
        while place < len(waiting) and waiting[place].at <= one.at + clock_error:
            bottles += waiting[place].count
            place += 1
        gap = Gap(one.at, stamps, bottles)
        if gap.missing > 0 and (widest is None or gap.missing > widest.missing):
            widest = gap
    return widest


def coordinates(place: str) -> tuple[float, float] | None:
    """Latitude and longitude of a place that is a ``geo`` URI (RFC 5870); None for any other name."""
    if not place.startswith("geo:"):
        return None
    parts = place[4:].partition(";")[0].split(",")
    try:
        north, east = float(parts[0]), float(parts[1])
    except (ValueError, IndexError):
        return None
    return (north, east) if -90 <= north <= 90 and -180 <= east <= 180 else None


def serial_in(uri: str) -> tuple[str, str] | None:
    """GTIN and serial of a GS1 Digital Link of one thing; None for anything else."""
    rest = uri.partition("/01/")[2]
    gtin, found, serial = rest.partition("/21/")
    serial = serial.partition("?")[0]
    return (gtin, serial) if found and len(gtin) == 14 and serial and "/" not in serial else None
