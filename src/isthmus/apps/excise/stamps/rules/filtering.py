"""The status filter: a set of serials in 11.3 bits each, for an inspector's telephone without a network.

A binary fuse filter (Graf and Lemire, 2022, doi:10.1145/3510449) of three slots a serial and fingerprints of
ten bits. A serial of the set is always found; another one is found by chance in one of 1,024 cases. It is
read by ``static/excise/stamps-filter.js`` as well, in the same way.

The file: eight bytes of magic; then little-endian a seed (uint64), the number of serials (uint32), the length
of a segment as a power of two (uint8), three bytes of zero, the number of segments (uint32), when it was made
in seconds since 1970 (uint64); then the slots, ten bits each, lowest bits first.
"""

import math
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

MAGIC: Final = b"ISTHSF1\n"
HEADER: Final = struct.Struct("<8sQIBxxxIQ")
FINGERPRINT_BITS: Final = 10
_MASK64: Final = (1 << 64) - 1
SPREAD: Final = 0x9E3779B97F4A7C15
MIX_1: Final = 0xFF51AFD7ED558CCD
MIX_2: Final = 0xC4CEB9FE1A85EC53
"""The finaliser of MurmurHash3: every bit of the serial moves every bit of the hash."""


class FilterFault(ValueError):
    """Bytes that are no status filter."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How the slots are laid out: ``segments`` counts those in which a serial's first slot may lie."""

    seed: int
    count: int
    segment_bits: int
    segments: int

    @property
    def segment_length(self) -> int:
        """Slots of a segment."""
        return 1 << self.segment_bits

    @property
    def slots(self) -> int:
        """All slots."""
        return (self.segments + 2) * self.segment_length

    @property
    def size_bytes(self) -> int:
        """Bytes that the slots take."""
        return (self.slots * FINGERPRINT_BITS + 7) // 8


def shape_for(count: int, seed: int) -> Shape:
    """The layout for so many serials (the paper's section 4; factors of its reference code)."""
    size = max(count, 2)
    bits = min(18, int(math.log(size) / math.log(3.33) + 2.25))
    factor = max(1.125, 0.875 + 0.25 * math.log(1_000_000) / math.log(size))
    segments = max(1, math.ceil(size * factor / (1 << bits)) - 2)
    return Shape(seed, count, bits, segments)


def hashed(serial: bytes, seed: int) -> int:
    """64 bits of hash of a serial of ten bytes."""
    high, low = int.from_bytes(serial[:8], "big"), int.from_bytes(serial[8:], "big")
    value = ((high ^ (low * SPREAD)) + seed) & _MASK64
    value ^= value >> 33
    value = value * MIX_1 & _MASK64
    value ^= value >> 33
    value = value * MIX_2 & _MASK64
    return value ^ value >> 33


@dataclass(frozen=True, slots=True)
class StatusFilter:
    """A filter that was read."""

    shape: Shape
    made_at: datetime
    data: bytes

    def slot(self, place: int) -> int:
        """The ten bits of one slot."""
        bit = place * FINGERPRINT_BITS
        pair = int.from_bytes(self.data[bit >> 3 : (bit >> 3) + 2], "little")
        return pair >> (bit & 7) & (1 << FINGERPRINT_BITS) - 1

    def holds(self, serial: bytes) -> bool:
        """Whether the set holds the serial; in one of 1,024 cases also where it does not."""
        if not self.shape.count:
            return False
        value, shape = hashed(serial, self.shape.seed), self.shape
        mask = shape.segment_length - 1
        first = (value >> 32) * (shape.segments * shape.segment_length) >> 32
        second = first + shape.segment_length ^ value >> 18 & mask
        third = first + 2 * shape.segment_length ^ value & mask
        fingerprint = (value ^ value >> 32) & (1 << FINGERPRINT_BITS) - 1
        return fingerprint == self.slot(first) ^ self.slot(second) ^ self.slot(third)


def header(shape: Shape, made_at: datetime) -> bytes:
    """The first bytes of a file."""
    return HEADER.pack(
        MAGIC, shape.seed, shape.count, shape.segment_bits, shape.segments, int(made_at.timestamp())
    )


def opened(data: bytes) -> StatusFilter:
    """The filter in a file; FilterFault for other bytes."""
    if len(data) < HEADER.size:
        raise FilterFault("the file is too short")
    magic, seed, count, segment_bits, segments, made = HEADER.unpack_from(data)
    if magic != MAGIC or segment_bits > 18:
        raise FilterFault("the file does not begin as a status filter does")
    shape = Shape(seed, count, segment_bits, segments)
    if len(data) != HEADER.size + shape.size_bytes:
        raise FilterFault("the file is cut off or too long")
    return StatusFilter(shape, datetime.fromtimestamp(made, UTC), data[HEADER.size :])
