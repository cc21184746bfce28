"""Erasure: a signed tombstone says which leaves lost their text, and why, so that a gap is not an alarm.

The log keeps the leaf hash for ever; the token or the attachment behind it may have to go. A tombstone is an
ordinary record, ``exchange.tombstone/1``, in a stream of its own place and number: from then on a missing
text is told apart from an altered one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from isthmus.kit.clock import to_text
from isthmus.kit.errors import Refused
from isthmus.wire.model import AS_ARRAY, LONGEST_REASON, Hash, WireModel, WireTime
from isthmus.wire.record import Record

TYPE, VERSION = "exchange.tombstone", 1
MAX_ERASED = 1000

Ground = Literal["retention", "person", "order"]
GROUNDS: tuple[Ground, ...] = get_args(Ground)


def _in_order(hashes: tuple[str, ...]) -> tuple[str, ...]:
    if list(hashes) != sorted(set(hashes)):
        raise ValueError("must be in order and name nothing twice")
    return hashes


Hashes = Annotated[tuple[Hash, ...], AS_ARRAY, Field(max_length=MAX_ERASED), AfterValidator(_in_order)]


class Tombstone(WireModel):
    """Body of ``exchange.tombstone/1``: what was erased, on what ground, and when.

    ``leaves`` are leaf hashes of records (hex), ``attachments`` the SHA-256 of files; each in order, and
    one of the two not empty. ``ground``: the retention the parties agreed has ended (retention), the person
    concerned demanded it (person), a court or authority did (order). ``issued`` is when the text was gone.
    """

    noun: ClassVar[str] = "tombstone"

    leaves: Hashes
    attachments: Hashes
    ground: Ground
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]
    issued: WireTime

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.leaves and not self.attachments:
            raise ValueError("a tombstone must name at least one leaf or attachment")
        return self


@dataclass(frozen=True, slots=True)
class Erasure:
    """A tombstone in its place: ``name`` is its stream and number, ``node`` who signed it."""

    name: str
    node: str
    tombstone: Tombstone

    def covers(self, hash_hex: str) -> bool:
        """Whether it names this leaf or attachment."""
        return hash_hex in self.tombstone.leaves or hash_hex in self.tombstone.attachments

    def as_text(self) -> str:
        """The erasure in words, such as ``tombstone mm>cn#1 17 (retention, 2036-01-01T00:00:00Z)``."""
        return f"tombstone {self.name} ({self.tombstone.ground}, {to_text(self.tombstone.issued)})"


def is_tombstone(record: Record) -> bool:
    """Whether the record is of the type and version read here."""
    return (record.type, record.version) == (TYPE, VERSION)


def read_tombstone(record: Record) -> Erasure:
    """The erasure a record states; its signature is the caller's to verify.

    Refused ``wire.tombstone.type`` for another type or version, ``wire.tombstone.time`` where the erasure is
    dated after the record that states it; BadInput ``wire.tombstone.invalid``.
    """
    if not is_tombstone(record):
        raise Refused(
            "wire.tombstone.type", f"A record of type {record.type}/{record.version} is no tombstone."
        )
    body = Tombstone.from_json(record.body)
    if body.issued > record.issued:
        raise Refused("wire.tombstone.time", "The tombstone states an erasure that was still to come.")
    return Erasure(f"{record.stream} {record.seq}", record.sender, body)


def erasure_of(hash_hex: str, erasures: Iterable[Erasure]) -> Erasure | None:
    """The first of the erasures that names a leaf or attachment (hex); None where it was not erased."""
    return next((found for found in erasures if found.covers(hash_hex)), None)
