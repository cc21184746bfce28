"""The receiver's signed answers: a receipt for records that took their place, a refusal for what got none."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from isthmus.wire import batch, jws
from isthmus.wire.jws import Unverified
from isthmus.wire.model import (
    AS_ARRAY,
    Code,
    Hash,
    HashOrNone,
    NodeId,
    Reason,
    Sequence,
    WireModel,
    WireTime,
    WireUuid,
    is_stream_of,
)
from isthmus.wire.sealing import PrivateKey

_LONGEST_CHECKPOINT = 8192


class Verdict(WireModel):
    """What the receiver decided on one record, named by its place and its leaf hash (hex)."""

    noun: ClassVar[str] = "verdict"

    seq: Sequence
    leaf: Hash
    status: Literal["accepted", "refused"]
    code: Code = ""
    reason: Reason = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.status == "refused" and not self.code:
            raise ValueError("a refused record needs the code of its refusal")
        return self


class Receipt(WireModel):
    """Proof of delivery: one verdict for each record from ``from_seq`` to ``to_seq``, in order.

    ``sender`` is the node that gives the receipt, so the stream runs from ``receiver`` to ``sender``.
    ``checkpoint`` is the giver's signed note, taken after these records entered its log.
    """

    noun: ClassVar[str] = "receipt"

    id: WireUuid
    sender: Annotated[NodeId, Field(alias="from")]
    receiver: Annotated[NodeId, Field(alias="to")]
    stream: str
    from_seq: Sequence
    to_seq: Sequence
    verdicts: Annotated[tuple[Verdict, ...], AS_ARRAY, Field(min_length=1, max_length=batch.MAX_RECORDS)]
    checkpoint: Annotated[str, Field(max_length=_LONGEST_CHECKPOINT)]
    issued: WireTime

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not is_stream_of(self.stream, self.receiver, self.sender):
            raise ValueError("stream must run towards the node that gives the receipt")
        places = [verdict.seq for verdict in self.verdicts]
        if places != list(range(self.from_seq, self.from_seq + len(places))) or places[-1] != self.to_seq:
            raise ValueError("verdicts must stand for each record from from_seq to to_seq, in order")
        return self


class Refusal(WireModel):
    """A signed answer to what gets no place in a stream.

    A gap (``expected`` names the seq that is due), equivocation (``leaf`` and ``other_leaf``), a record meant
    for another node, a bad signature, a suspended partner. ``stream`` is empty and ``seq`` None where they
    could not be read.
    """

    noun: ClassVar[str] = "refusal"

    id: WireUuid
    sender: Annotated[NodeId, Field(alias="from")]
    receiver: Annotated[NodeId, Field(alias="to")]
    stream: Annotated[str, Field(max_length=80)]
    seq: Sequence | None
    leaf: HashOrNone
    other_leaf: HashOrNone
    code: Annotated[Code, Field(min_length=1)]
    reason: Reason
    expected: Sequence | None
    issued: WireTime


def sign_receipt(receipt: Receipt, key: PrivateKey, kid: str) -> str:
    """The receipt as a token, signed with the giver's seal key."""
    return jws.sign(receipt.to_bytes(), key=key, kid=kid, typ=jws.RECEIPT)


def read_receipt(token: str) -> tuple[Unverified, Receipt]:
    """Read a receipt without checking its signature."""
    unverified = jws.parse(token, typ=jws.RECEIPT)
    return unverified, Receipt.from_bytes(unverified.payload)


def sign_refusal(refusal: Refusal, key: PrivateKey, kid: str) -> str:
    """The refusal as a token, signed with the refusing node's seal key."""
    return jws.sign(refusal.to_bytes(), key=key, kid=kid, typ=jws.REFUSAL)


def read_refusal(token: str) -> tuple[Unverified, Refusal]:
    """Read a refusal without checking its signature."""
    unverified = jws.parse(token, typ=jws.REFUSAL)
    return unverified, Refusal.from_bytes(unverified.payload)
