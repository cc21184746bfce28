"""Places in streams as a bundle carries them: records and erased places, put together to unbroken ranges."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import Field

from isthmus.kit.errors import BadInput, Refused
from isthmus.wire.model import Hash, Sequence, WireModel, is_stream_of
from isthmus.wire.record import leaf_hash, read_record

StreamName = Annotated[str, Field(pattern=r"^[a-z0-9-]+>[a-z0-9-]+#[1-9][0-9]{0,8}$", max_length=80)]


class ErasedPlace(WireModel):
    """A place in a stream whose record was erased: its leaf (hex) stays, and a tombstone names it."""

    noun: ClassVar[str] = "erasure"

    stream: StreamName
    seq: Sequence
    leaf: Hash


class StreamRange(WireModel):
    """Places ``from_seq`` to ``to_seq`` of a stream, without a gap."""

    noun: ClassVar[str] = "range"

    stream: StreamName
    from_seq: Sequence
    to_seq: Sequence


_PLACE_MARK = "{"
"""How the line of an erased place begins: no token does."""


def place_line(place: ErasedPlace) -> str:
    """An erased place as a line of a batch, among the tokens."""
    return place.to_bytes().decode("ascii")


def read_place(line: str) -> ErasedPlace | None:
    """The erased place that a line of a batch states; None for a line that is a token.

    BadInput ``wire.erasure.invalid``, or what the codec raises. Its leaf is shown by ``prev`` of the record
    that follows, and in the end by the tombstone.
    """
    if not line.startswith(_PLACE_MARK):
        return None
    return ErasedPlace.from_bytes(line.encode("utf-8", "surrogatepass"))


def refuse_content(message: str) -> BadInput:
    """The error for a bundle's content that is not written as it must be."""
    return BadInput(
        "wire.bundle.content",
        f"The content of the bundle is not as its sender must write it: {message}.",
        next_step="Ask the sender for a new bundle.",
    )


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    epoch: int
    seq: int
    stream: str = field(compare=False)
    leaf: str = field(compare=False)
    prev: str | None = field(compare=False)  # None where the record is erased


def _place(stream: str, seq: int, leaf: str, prev: str | None) -> _Place:
    return _Place(int(stream.rpartition("#")[2]), seq, stream, leaf, prev)


def ranges_of(
    records: Iterable[str], erased: Iterable[ErasedPlace], *, sender: str, receiver: str
) -> tuple[StreamRange, ...]:
    """The unbroken ranges that record tokens and erased places make up, by epoch and place.

    BadInput ``wire.bundle.content`` where either is out of order or a place is taken twice; Refused
    ``wire.bundle.stranger`` for a record of other nodes, ``wire.bundle.chain`` where a record does not name
    the leaf of the one before it. Signatures are the caller's to verify.
    """
    kept = [
        _place(record.stream, record.seq, leaf_hash(token).hex(), record.prev)
        for token in records
        for record in (read_record(token)[1],)
    ]
    gone = [_place(place.stream, place.seq, place.leaf, None) for place in erased]
    if not all(is_stream_of(place.stream, sender, receiver) for place in (*kept, *gone)):
        raise Refused("wire.bundle.stranger", f"It holds records that are not from {sender} to {receiver}.")
    places = sorted([*kept, *gone])
    if kept != sorted(kept) or gone != sorted(gone):
        raise refuse_content("its records are out of order")
    ranges: list[list[_Place]] = []
    for place in places:
        before = ranges[-1][-1] if ranges else None
        if before == place:
            raise refuse_content(f"place {place.seq} of {place.stream} stands in it twice")
        if before and (before.epoch, before.seq + 1) == (place.epoch, place.seq):
            _check_link(before, place)
            ranges[-1].append(place)
        else:
            ranges.append([place])
    return tuple(
        StreamRange(stream=found[0].stream, from_seq=found[0].seq, to_seq=found[-1].seq) for found in ranges
    )


def _check_link(before: _Place, place: _Place) -> None:
    if place.prev not in {None, before.leaf}:
        raise Refused(
            "wire.bundle.chain",
            f"Record {place.seq} of {place.stream} does not follow the record before it.",
            next_step="Keep the bundle as evidence and call the sender.",
        )
