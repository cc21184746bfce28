"""What two nodes say to each other when they witness each other's logs: one message, the same both ways.

A message is a token of its sender's seal key, because the claims in it can lead to an alarm. An answer names
the message that it answers, so that an old one cannot be passed off as new.
"""

from hashlib import sha256
from typing import Annotated, ClassVar

from pydantic import Field

from isthmus.kit.errors import Refused
from isthmus.wire import jws
from isthmus.wire.jws import Unverified
from isthmus.wire.model import AS_ARRAY, HashOrNone, NodeId, WireModel, WireTime, WireUuid
from isthmus.wire.proof import ConsistencyProof
from isthmus.wire.sealing import PrivateKey

MAX_QUESTIONS = 16
MAX_PROOFS = 2 * MAX_QUESTIONS
MAX_GOSSIP = 100
MAX_KNOWN = 1000

_LONGEST_NOTE = 8192
Note = Annotated[str, Field(min_length=1, max_length=_LONGEST_NOTE)]


class WitnessMessage(WireModel):
    """One side's part of a call.

    ``checkpoint``: the sender's newest own note. ``cosigned``: the newest note of the receiver's log with the
    sender's cosignature, empty before the first. ``proofs``: that the sender's log of ``checkpoint`` begins
    with what the receiver cosigned last and with what it asked about. ``heads``: the sender's own notes over
    sizes of which it was shown another root. ``questions``: notes of the receiver's log that the sender
    cannot connect yet. ``gossip``: newest notes of third nodes' logs. ``known``: the nodes that the sender
    knows, so that only these are passed on to it; None where it does not say.
    """

    noun: ClassVar[str] = "witness"

    id: WireUuid
    sender: Annotated[NodeId, Field(alias="from")]
    receiver: Annotated[NodeId, Field(alias="to")]
    reply_to: HashOrNone
    checkpoint: Note
    cosigned: Annotated[str, Field(max_length=_LONGEST_NOTE)]
    proofs: Annotated[tuple[ConsistencyProof, ...], AS_ARRAY, Field(max_length=MAX_PROOFS)]
    heads: Annotated[tuple[Note, ...], AS_ARRAY, Field(max_length=MAX_QUESTIONS)]
    questions: Annotated[tuple[Note, ...], AS_ARRAY, Field(max_length=MAX_QUESTIONS)]
    gossip: Annotated[tuple[Note, ...], AS_ARRAY, Field(max_length=MAX_GOSSIP)]
    known: Annotated[tuple[NodeId, ...], AS_ARRAY, Field(max_length=MAX_KNOWN)] | None
    issued: WireTime


def digest(token: str) -> str:
    """SHA-256 (hex) of a message, by which its answer names it."""
    return sha256(token.encode("utf-8")).hexdigest()


def sign_message(message: WitnessMessage, key: PrivateKey, kid: str) -> str:
    """The message as a token, signed with the sender's seal key."""
    return jws.sign(message.to_bytes(), key=key, kid=kid, typ=jws.WITNESS)


def read_message(token: str) -> tuple[Unverified, WitnessMessage]:
    """Read a message without checking its signature."""
    unverified = jws.parse(token, typ=jws.WITNESS)
    return unverified, WitnessMessage.from_bytes(unverified.payload)


def check_addressed(message: WitnessMessage, *, sender: str, receiver: str, reply_to: str) -> None:
    """Refused ``wire.witness.address`` or ``wire.witness.reply`` for a message of another conversation."""
    if (message.sender, message.receiver) != (sender, receiver):
        raise Refused(
            "wire.witness.address", f"The message runs from {message.sender} to {message.receiver}."
        )
    if message.reply_to != reply_to:
        raise Refused("wire.witness.reply", "The message answers another one than was sent.")
