"""Where a stamp can be, who may move it where, and the packed columns that remember it.

A stamp is in one state with one holder. Whatever is done moves a run of stamps from states to a state, and
what leaves one account enters another: printed = in stock + in transit + activated + sold + spoiled +
cancelled + destroyed + lost + abroad, for each holder and in all, at any time.

Stamps of a batch are numbered from 1. 4,096 of them make a sheaf: a byte of state each, and four bytes of
holder, packed by deflate. Ten million untouched stamps take 0.3 MB so, beside 100 MB of serials.
"""

import zlib
from array import array
from collections import Counter
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

SHEAF: Final = 4096
"""Stamps that are stored together."""


class Place(IntEnum):
    """Where a stamp is; the number is what the packed column holds and never changes."""

    ISSUED = 0
    STOCK = 1
    TRANSIT = 2
    ACTIVATED = 3
    SOLD = 4
    SPOILED = 5
    CANCELLED = 6
    DESTROYED = 7
    LOST = 8
    ABROAD = 9


class Act(StrEnum):
    """What is done with stamps. Issuing brings them into being, as does arriving from a partner's node; every
    other act moves them.
    """

    ISSUE = "issue"
    PRINT = "print"
    HAND_OVER = "hand-over"
    RECEIVE = "receive"
    TAKE_BACK = "take-back"
    ACTIVATE = "activate"
    SELL = "sell"
    SPOIL = "spoil"
    CANCEL = "cancel"
    DESTROY = "destroy"
    LOSE = "lose"
    FIND = "find"
    LEAVE = "leave"
    ARRIVE = "arrive"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Move:
    """From which places an act takes stamps, and where they are then."""

    sources: frozenset[Place]
    target: Place


MOVES: Final[dict[Act, Move]] = {
    Act.PRINT: Move(frozenset({Place.ISSUED}), Place.STOCK),
    Act.HAND_OVER: Move(frozenset({Place.STOCK}), Place.TRANSIT),
    Act.RECEIVE: Move(frozenset({Place.TRANSIT}), Place.STOCK),
    Act.TAKE_BACK: Move(frozenset({Place.TRANSIT}), Place.STOCK),
    Act.LEAVE: Move(frozenset({Place.TRANSIT}), Place.ABROAD),
    Act.RETURN: Move(frozenset({Place.ABROAD}), Place.STOCK),
    Act.ACTIVATE: Move(frozenset({Place.STOCK, Place.ABROAD}), Place.ACTIVATED),
    Act.SELL: Move(frozenset({Place.ACTIVATED}), Place.SOLD),
    Act.SPOIL: Move(frozenset({Place.STOCK}), Place.SPOILED),
    Act.CANCEL: Move(frozenset({Place.ISSUED, Place.STOCK, Place.ACTIVATED, Place.ABROAD}), Place.CANCELLED),
    Act.DESTROY: Move(frozenset({Place.STOCK, Place.SPOILED, Place.CANCELLED}), Place.DESTROYED),
    Act.LOSE: Move(frozenset({Place.STOCK, Place.TRANSIT, Place.ABROAD}), Place.LOST),
    Act.FIND: Move(frozenset({Place.LOST}), Place.SPOILED),
}
"""What was lost and found is spoiled: nobody knows what was done with it meanwhile. Stamps abroad are the
sender's: he activates them when the bottles that bear them come home.
"""
ON_SALE: Final = frozenset({Place.ACTIVATED, Place.SOLD})
"""Where a stamp on a bottle in a shop may be."""


WITHDRAWN: Final = frozenset({Place.CANCELLED, Place.DESTROYED})
"""Where a stamp is that no bottle will ever bear: no duty is at stake on it."""


class Reason(StrEnum):
    """Why stamps cannot be moved."""

    PLACE = "place"
    HOLDER = "holder"


class CustodyFault(ValueError):
    """The first stamp of a run that cannot be moved; ``number`` counts within its sheaf, from 0."""

    def __init__(self, reason: Reason, number: int, place: Place) -> None:
        super().__init__(f"{reason.value} {number} {place.name}")
        self.reason = reason
        self.number = number
        self.place = place


@dataclass(slots=True)
class Sheaf:
    """The states and holders of up to ``SHEAF`` stamps that follow each other."""

    places: bytearray
    holders: "array[int]"

    @classmethod
    def new(cls, count: int, holder: int, place: Place = Place.ISSUED) -> "Sheaf":
        """A sheaf of stamps that were just issued to their holder, or arrived with him."""
        return cls(bytearray([place]) * count, array("I", [holder]) * count)

    @classmethod
    def unpacked(cls, places: bytes, holders: bytes) -> "Sheaf":
        """A sheaf as it was packed."""
        numbers = array("I")
        numbers.frombytes(zlib.decompress(holders))
        return cls(bytearray(zlib.decompress(places)), numbers)

    def packed(self) -> tuple[bytes, bytes]:
        """States and holders to store."""
        return zlib.compress(bytes(self.places), 1), zlib.compress(self.holders.tobytes(), 1)

    def move(
        self, first: int, last: int, act: Act, holder: int, receiver: int | None = None
    ) -> Counter[Place]:
        """Move the stamps ``first`` to ``last`` of a holder; returns how many came from where.

        ``receiver`` is who holds them then, where that is another. CustodyFault for the first stamp that is
        elsewhere or held by somebody else; nothing is moved then.
        """
        move = MOVES[act]
        held = self.places[first : last + 1]
        if set(held) - move.sources or set(self.holders[first : last + 1]) != {holder}:
            raise self._fault(first, last, move, holder)
        count = last + 1 - first
        self.places[first : last + 1] = bytes([move.target]) * count
        if receiver is not None:
            self.holders[first : last + 1] = array("I", [receiver]) * count
        return Counter({Place(value): found for value, found in Counter(held).items()})

    def _fault(self, first: int, last: int, move: Move, holder: int) -> CustodyFault:
        number = next(
            one
            for one in range(first, last + 1)
            if self.holders[one] != holder or Place(self.places[one]) not in move.sources
        )
        reason = Reason.PLACE if self.holders[number] == holder else Reason.HOLDER
        return CustodyFault(reason, number, Place(self.places[number]))

    def counted(self) -> Counter[tuple[int, Place]]:
        """How many stamps each holder has in each place."""
        return Counter(
            (holder, Place(place)) for holder, place in zip(self.holders, self.places, strict=True)
        )


def spans(first: int, last: int) -> list[tuple[int, int, int]]:
    """A run of numbers from 1 as (sheaf, first, last), the latter two within the sheaf, from 0."""
    found, number = [], first - 1
    while number < last:
        sheaf, start = divmod(number, SHEAF)
        end = min(SHEAF, last - sheaf * SHEAF)
        found.append((sheaf, start, end - 1))
        number = sheaf * SHEAF + end
    return found


def place_in(serials: bytes, serial: bytes) -> int | None:
    """Where a serial stands in rising serials of ten bytes each; None where it does not."""
    size, low, high = len(serial), 0, len(serials) // len(serial)
    while low < high:
        middle = (low + high) // 2
        if serials[middle * size : middle * size + size] < serial:
            low = middle + 1
        else:
            high = middle
    return low if serials[low * size : low * size + size] == serial else None
