"""What copies of a stamp give away: scans of one serial that one bottle cannot have made.

These are indications for an inspector, no proof: clocks of telephones are wrong, places are coarse, goods are
sent back. Every sign allows for the error of both clocks together and for how coarse places are.

* ``TRAVEL``: the serial was at another place before, further away than goods travel in the time between the
  two scans plus the clocks' error.
* ``BACK``: the serial was here, then elsewhere, then here again: a bottle at each place does that.
* ``UNMADE``: the first scan of a serial of which no production is known, or before its production.

Scans are whole numbers: the serial's number, seconds since the first scan, the place's number. They are
packed into one int64 and sorted; everything after that looks at neighbours. Distances are great circles on a
sphere of 6,371.0088 km (IUGG mean radius; within 0.6 % of the ellipsoid).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

TRAVEL: Final = 1
BACK: Final = 2
UNMADE: Final = 4
EARTH_RADIUS_KM: Final = 6371.0088
NEVER: Final = -1
"""The moment of production of a serial of which none is known."""
_PORTION = 1 << 20
_WIDEST = 63
"""Bits of an int64 that sort as they should."""

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is believed possible. The clock error is that of two clocks together."""

    speed_kmh: float = 130.0
    clock_error_s: int = 900
    place_error_km: float = 2.0


@dataclass(frozen=True, slots=True)
class Scans:
    """Scans in columns; ``serial`` and ``place`` count from 0, ``second`` is not negative.

    ``latitude`` and ``longitude`` are those of each place, in degrees. ``produced`` is the second of each
    serial's production, ``NEVER`` where none is known; None where productions are not looked at.
    """

    serial: NDArray[np.int32]
    second: NDArray[np.int32]
    place: NDArray[np.int32]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    produced: Whole | None = None


@dataclass(frozen=True, slots=True)
class Signs:
    """The scans with a sign, in the order of serial and time; ``kinds`` adds up the signs of each.

    What stands before is the scan of the same serial before; for a first scan it is the scan itself.
    """

    serial: Whole
    second: Whole
    place: Whole
    second_before: Whole
    place_before: Whole
    kinds: NDArray[np.uint8]


def bits_for(largest: int) -> int:
    """Bits that numbers up to ``largest`` take, at least one."""
    return max(1, int(largest).bit_length())


def _widths(scans: Scans) -> tuple[int, int, int]:
    return (
        bits_for(int(scans.serial.max())),
        bits_for(int(scans.second.max())),
        bits_for(len(scans.latitude) - 1),
    )


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Scans in order, one number each; what did not fit into it stands apart in ``places``."""

    keys: Whole
    second_bits: int
    place_bits: int
    places: NDArray[np.int32] | None

    def part(self, start: int, end: int) -> tuple[Whole, Whole, Whole]:
        """Serial, second and place of some of them."""
        keys = self.keys[start:end]
        place = keys & ((1 << self.place_bits) - 1) if self.places is None else self.places[start:end]
        second = keys >> self.place_bits & (1 << self.second_bits) - 1
        return keys >> (self.place_bits + self.second_bits), second, place.astype(np.int64)


def in_order(scans: Scans) -> _Sorted:
    """The scans by serial, time and place: packed and sorted, or by an index where 63 bits do not do."""
    serial_bits, second_bits, place_bits = _widths(scans)
    keys = scans.serial.astype(np.int64)
    keys <<= second_bits
    keys |= scans.second
    if serial_bits + second_bits + place_bits <= _WIDEST:
        keys <<= place_bits
        keys |= scans.place
        keys.sort()
        return _Sorted(keys, second_bits, place_bits, None)
    order = np.lexsort((scans.place, keys))
    return _Sorted(keys[order], second_bits, 0, scans.place[order])


def _directions(scans: Scans) -> NDArray[np.float64]:
    """Each place as a unit vector from the middle of the earth."""
    north, east = np.radians(scans.latitude), np.radians(scans.longitude)
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def distances_km(scans: Scans, one: Whole, other: Whole) -> NDArray[np.float64]:
    """Great circles between pairs of places in kilometres."""
    directions = _directions(scans)
    chord = np.sqrt(((directions[one] - directions[other]) ** 2).sum(axis=1))
    far: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / 2, 1.0))
    return far


def signs_of(scans: Scans, bounds: Bounds) -> Signs:
    """Every scan with a sign."""
    if not len(scans.serial):
        nothing = np.zeros(0, dtype=np.int64)
        return Signs(nothing, nothing, nothing, nothing, nothing, nothing.astype(np.uint8))
    ordered, directions = in_order(scans), _directions(scans)
    found = [
        _looked_at(ordered, start, min(start + _PORTION, len(ordered.keys)), scans, directions, bounds)
        for start in range(0, len(ordered.keys), _PORTION)
    ]
    serial, second, place, second_before, place_before, kinds = (
        np.concatenate(column) for column in zip(*found, strict=True)
    )
    return Signs(serial, second, place, second_before, place_before, kinds.astype(np.uint8))


def _looked_at(
    ordered: _Sorted,
    start: int,
    end: int,
    scans: Scans,
    directions: NDArray[np.float64],
    bounds: Bounds,
) -> tuple[Whole, ...]:
    """The columns of ``Signs`` for some of the scans."""
    lead = min(start, 2)
    serial, second, place = ordered.part(start - lead, end)
    kinds = np.zeros(len(serial), dtype=np.int64)
    same = np.zeros(len(serial), dtype=bool)
    same[1:] = serial[1:] == serial[:-1]
    moved = np.flatnonzero(same[1:] & (place[1:] != place[:-1])) + 1
    reach_km = bounds.place_error_km + bounds.speed_kmh / 3600 * (
        second[moved] - second[moved - 1] + bounds.clock_error_s
    )
    angle = reach_km / EARTH_RADIUS_KM
    near = np.flatnonzero(angle < np.pi)
    pairs = moved[near]
    apart = directions[place[pairs]] - directions[place[pairs - 1]]
    too_far = np.einsum("ij,ij->i", apart, apart) > (2 * np.sin(angle[near] / 2)) ** 2
    kinds[pairs[too_far]] |= TRAVEL
    again = moved[moved >= 2]
    again = again[same[again - 1] & (place[again] == place[again - 2])]
    kinds[again] |= BACK
    if scans.produced is not None:
        first = np.flatnonzero(~same[lead:]) + lead
        made = scans.produced[serial[first]]
        kinds[first[(made == NEVER) | (second[first] + bounds.clock_error_s < made)]] |= UNMADE
    kinds[:lead] = 0
    hits = np.flatnonzero(kinds)
    before = np.where(same[hits], hits - 1, hits)
    return serial[hits], second[hits], place[hits], second[before], place[before], kinds[hits]
