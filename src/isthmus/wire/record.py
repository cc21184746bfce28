"""A record: a typed, versioned, signed statement that crosses a border, in its place in a stream."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from pydantic import Field, SkipValidation, model_validator

from isthmus.wire import codec, jws, merkle
from isthmus.wire.codec import Json
from isthmus.wire.jws import Signed, Unverified
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
from isthmus.wire.packing import Opened
from isthmus.wire.sealing import PrivateKey

__all__ = [
    "Record",
    "leaf_hash",
    "read_record",
    "sign_bytes",
    "sign_record",
    "sign_sound",
    "stream_name",
    "write_record",
]

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


def write_record(head: Mapping[str, Json], body: bytes) -> bytes:
    """A record as it is signed: the members of ``head`` under their written names, then ``body`` (JSON)."""
    return b'%b,"body":%b}' % (codec.encode(dict(head))[:-1], body)


def sign_bytes(payload: bytes, key: PrivateKey, kid: str) -> tuple[Signed, Record]:
    """A record signed as it was written, and the value that every reader will find in it.

    Raises what ``read_record`` would: what cannot be read is not signed.
    """
    record = Record.from_bytes(payload)
    return jws.sign_in_parts(payload, key=key, kid=kid, typ=jws.RECORD), record


def sign_sound(head: Mapping[str, Json], body: bytes, key: PrivateKey, kid: str) -> Signed:
    """The same for a body of which ``codec.is_sound`` is known: it is not read back.

    Raises what ``sign_bytes`` would for the record of ``write_record``.
    """
    Record.from_json({**head, "body": {}})
    return jws.sign_in_parts(write_record(head, body), key=key, kid=kid, typ=jws.RECORD)


def sign_record(record: Record, key: PrivateKey, kid: str) -> str:
    """The record as a token, signed with the seal key whose certificate has the thumbprint ``kid``."""
    return jws.sign(record.to_bytes(), key=key, kid=kid, typ=jws.RECORD)


def read_record(token: str | Opened) -> tuple[Unverified, Record]:
    """Read a record without checking its signature; ``jws.verify`` does that once the signer's key is known.

    Raises what ``jws.parse`` and the codec raise, or BadInput ``wire.record.invalid``.
    """
    unverified = jws.parse(token, typ=jws.RECORD)
    return unverified, Record.from_bytes(unverified.payload)
