"""A record: a typed, versioned, signed statement that crosses a border, in its place in a stream."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, SkipValidation, model_validator

from isthmus.wire import jws, merkle
from isthmus.wire.codec import Json
from isthmus.wire.jws import Unverified
from isthmus.wire.model import (
    HashOrNone,
    NodeId,
    Sequence,
    WireModel,
    WireTime,
    WireUuid,
    is_stream_of,
    stream_name,
)
from isthmus.wire.sealing import PrivateKey

__all__ = ["Record", "leaf_hash", "read_record", "sign_record", "stream_name"]

TYPE_PATTERN = r"^[a-z]+(\.[a-z][a-z0-9-]*)+$"


class Record(WireModel):
    """What one node states to another.

    ``seq`` counts from 1 without gaps inside ``stream``; ``prev`` is the leaf hash (hex) of the record
    before, empty for the first; ``subject`` is the business key, such as a declaration's number; ``body`` is
    the application's, checked against the schema of ``type`` and ``version`` there.
    """

    noun: ClassVar[str] = "record"

    id: WireUuid
    type: Annotated[str, Field(pattern=TYPE_PATTERN, max_length=80)]
    version: Annotated[int, Field(ge=1, le=9999)]
    sender: Annotated[NodeId, Field(alias="from")]
    receiver: Annotated[NodeId, Field(alias="to")]
    stream: str
    seq: Sequence
    prev: HashOrNone
    agreement: WireUuid | None
    issued: WireTime
    subject: Annotated[str, Field(min_length=1, max_length=200)]
    # The codec has walked the body already; a second walk would cost as much again.
    body: Annotated[dict[str, Json], SkipValidation]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not isinstance(self.body, dict):
            raise ValueError("body must be an object")
        if not is_stream_of(self.stream, self.sender, self.receiver):
            expected = stream_name(self.sender, self.receiver)
            raise ValueError(f"stream must run from the sender to the receiver, such as {expected}")
        if (self.prev == "") != (self.seq == 1):
            raise ValueError("prev must be a leaf hash, and empty only in the first record of a stream")
        return self


def leaf_hash(token: str) -> bytes:
    """The record's leaf in the log: SHA-256(0x00 || token), 32 bytes."""
    return merkle.hash_leaf(token.encode("ascii"))


def sign_record(record: Record, key: PrivateKey, kid: str) -> str:
    """The record as a token, signed with the seal key whose certificate has the thumbprint ``kid``."""
    return jws.sign(record.to_bytes(), key=key, kid=kid, typ=jws.RECORD)


def read_record(token: str) -> tuple[Unverified, Record]:
    """Read a record without checking its signature; ``jws.verify`` does that once the signer's key is known.

    Raises what ``jws.parse`` and the codec raise, or BadInput ``wire.record.invalid``.
    """
    unverified = jws.parse(token, typ=jws.RECORD)
    return unverified, Record.from_bytes(unverified.payload)
