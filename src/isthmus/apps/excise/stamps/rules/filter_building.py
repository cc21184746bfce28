"""Building a status filter in arrays: ten million serials in a few seconds."""

from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.excise.stamps.rules import filtering
from isthmus.apps.excise.stamps.rules.filtering import FINGERPRINT_BITS, Shape

_TRIES: Final = 100
_MASK: Final = (1 << FINGERPRINT_BITS) - 1


def _hashes(serials: NDArray[np.uint8], seed: int) -> NDArray[np.uint64]:
    high = np.ascontiguousarray(serials[:, :8]).view(">u8").ravel().astype(np.uint64)
    low = np.ascontiguousarray(serials[:, 8:]).view(">u2").ravel().astype(np.uint64)
    value = (high ^ low * np.uint64(filtering.SPREAD)) + np.uint64(seed)
    value ^= value >> np.uint64(33)
    value *= np.uint64(filtering.MIX_1)
    value ^= value >> np.uint64(33)
    value *= np.uint64(filtering.MIX_2)
    value ^= value >> np.uint64(33)
    return value


def _places(hashes: NDArray[np.uint64], shape: Shape) -> NDArray[np.int32]:
    """The three slots of each serial, a row each."""
    length, mask = np.uint64(shape.segment_length), np.uint64(shape.segment_length - 1)
    places = np.empty((len(hashes), 3), dtype=np.int32)
    first = (hashes >> np.uint64(32)) * np.uint64(shape.segments * shape.segment_length) >> np.uint64(32)
    places[:, 0] = first
    places[:, 1] = first + length ^ hashes >> np.uint64(18) & mask
    places[:, 2] = first + np.uint64(2) * length ^ hashes & mask
    return places


def _peeled(
    places: NDArray[np.int32], shape: Shape
) -> list[tuple[NDArray[np.int32], NDArray[np.int32]]] | None:
    """The serials in rounds, each with a slot that no serial of a later round has; None where that fails.

    Of a slot it is enough to know how many serials it has and the exclusive or of their numbers: with one
    left, that is its number.
    """
    flat = places.ravel()
    left = np.bincount(flat, minlength=shape.slots).astype(np.int32)
    together = np.zeros(shape.slots, dtype=np.int32)
    numbers = np.arange(len(places), dtype=np.int32)
    for column in range(3):
        np.bitwise_xor.at(together, places[:, column], numbers)
    rounds, done = [], 0
    alone = np.flatnonzero(left == 1).astype(np.int32)
    while len(alone):
        taken, where = np.unique(together[alone], return_index=True)
        rounds.append((taken, alone[where]))
        done += len(taken)
        touched = places[taken].ravel()
        np.subtract.at(left, touched, np.int32(1))
        np.bitwise_xor.at(together, touched, np.repeat(taken, 3))
        touched = np.unique(touched)
        alone = touched[left[touched] == 1]
    return rounds if done == len(places) else None


def _filled(serials: NDArray[np.uint8], shape: Shape) -> NDArray[np.uint16] | None:
    hashes = _hashes(serials, shape.seed)
    places = _places(hashes, shape)
    rounds = _peeled(places, shape)
    if rounds is None:
        return None
    prints = ((hashes ^ hashes >> np.uint64(32)) & np.uint64(_MASK)).astype(np.uint16)
    slots = np.zeros(shape.slots, dtype=np.uint16)
    for taken, own in reversed(rounds):
        three = slots[places[taken]]
        slots[own] = prints[taken] ^ three[:, 0] ^ three[:, 1] ^ three[:, 2]
    return slots


def _packed(slots: NDArray[np.uint16]) -> bytes:
    """Ten bits a slot: four slots in five bytes."""
    wide = np.zeros(-(-len(slots) // 4) * 4, dtype=np.uint64)
    wide[: len(slots)] = slots
    four = wide.reshape(-1, 4)
    words = (
        four[:, 0] | four[:, 1] << np.uint64(10) | four[:, 2] << np.uint64(20) | four[:, 3] << np.uint64(30)
    )
    whole = np.ascontiguousarray(words.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :5]).tobytes()
    return whole[: (len(slots) * FINGERPRINT_BITS + 7) // 8]


def built(serials: NDArray[np.uint8], made_at: datetime) -> bytes:
    """The file of a filter of different serials, rows of ten bytes; ValueError where two are the same.

    The seed is tried from 1 on, so that the same serials at the same time give the same bytes.
    """
    for seed in range(1, _TRIES):
        shape = filtering.shape_for(len(serials), seed)
        slots = _filled(serials, shape)
        if slots is not None:
            return filtering.header(shape, made_at) + _packed(slots)
    raise ValueError("no filter can be built: a serial comes twice")
