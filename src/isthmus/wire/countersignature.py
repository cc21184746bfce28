"""Countersignature: a second node signs a record that it received, and says in words what it agrees to.

The body of ``exchange.countersignature/1`` names the record by its leaf, which covers every byte of the
signed text, and by its place. It travels as a record in the stream the other way, so the two tokens together
are one document signed by both; a file holds the pair as two lines, the record first.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from isthmus.kit.errors import BadInput, Refused
from isthmus.wire.jws import Unverified
from isthmus.wire.model import Hash, Sequence, WireModel
from isthmus.wire.record import Record, leaf_hash, read_record

TYPE, VERSION = "exchange.countersignature", 1
LONGEST_WORDS = 2000


class Countersignature(WireModel):
    """Body of ``exchange.countersignature/1``.

    ``leaf`` (hex), ``stream``, ``seq`` and ``type`` (``name/version``) name the record; ``words`` is what the
    officer who signed it agreed to.
    """

    noun: ClassVar[str] = "countersignature"

    leaf: Hash
    stream: Annotated[str, Field(min_length=1, max_length=80)]
    seq: Sequence
    type: Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z][a-z0-9-]*)+/[1-9][0-9]{0,3}$", max_length=90)]
    words: Annotated[str, Field(min_length=1, max_length=LONGEST_WORDS)]


@dataclass(frozen=True, slots=True)
class Pair:
    """A record and its countersignature, each with its unverified token."""

    record: Record
    token: Unverified
    countersignature: Record
    counter_token: Unverified


def is_countersignature(record: Record) -> bool:
    """Whether the record is of the type and version read here."""
    return (record.type, record.version) == (TYPE, VERSION)


def check_countersignature(record: Record, original: Record, leaf: str) -> Countersignature:
    """What ``record`` states about ``original``, whose leaf (hex) is given; the signatures are the caller's.

    Refused, code ``wire.countersignature.`` and one of: type, nodes (not by the receiver of the original to
    its sender), leaf (of another record), place (the name it gives is another's), time (older than what it
    signs); BadInput ``wire.countersignature.invalid``.
    """
    if not is_countersignature(record):
        raise Refused(
            "wire.countersignature.type",
            f"A record of type {record.type}/{record.version} countersigns nothing.",
        )
    body = Countersignature.from_json(record.body)
    if (record.sender, record.receiver) != (original.receiver, original.sender):
        raise Refused(
            "wire.countersignature.nodes",
            f"{record.sender} cannot countersign to {record.receiver} what {original.sender} sent to "
            f"{original.receiver}.",
        )
    if body.leaf != leaf:
        raise Refused("wire.countersignature.leaf", "It countersigns another record than this one.")
    if (body.stream, body.seq, body.type) != (
        original.stream,
        original.seq,
        f"{original.type}/{original.version}",
    ):
        raise Refused("wire.countersignature.place", "It names another place or type than the record has.")
    if record.issued < original.issued:
        raise Refused("wire.countersignature.time", "It is dated before the record that it countersigns.")
    return body


def write_pair(token: str, counter_token: str) -> str:
    """The two tokens as the text of a file; Refused and BadInput as ``check_countersignature`` raises."""
    check_pair(read_pair(f"{token}\n{counter_token}\n"))
    return f"{token}\n{counter_token}\n"


def read_pair(text: str) -> Pair:
    """The pair in a file's text, unverified; BadInput ``wire.countersignature.pair`` for another number."""
    tokens = text.split()
    if len(tokens) != 2:
        raise BadInput(
            "wire.countersignature.pair", "A pair is a record and its countersignature, each on a line."
        )
    (unverified, record), (counter_unverified, counter) = (read_record(token) for token in tokens)
    return Pair(record, unverified, counter, counter_unverified)


def check_pair(pair: Pair) -> Countersignature:
    """What the second node agreed to, once the pair is shown to belong together."""
    leaf = leaf_hash(pair.token.token).hex()
    return check_countersignature(pair.countersignature, pair.record, leaf)
