"""Partners' signatures on each other's log heads, and what two heads of one log say about it.

A cosignature (C2SP tlog-cosignature, version 1) is a line in the log's own note: signature type 0x04, a
timestamp, and Ed25519 over ``cosignature/v1``, the timestamp and the whole text of the checkpoint. It states
that this head was, at that time, the largest consistent one the cosigner had seen of this log. A node
cosigns with its log key: what a log signs begins with its origin, so neither text can pass for the other.
Source: https://c2sp.org/tlog-cosignature.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field

from isthmus.kit.errors import BadInput, Refused
from isthmus.wire import checkpoint, merkle
from isthmus.wire.checkpoint import Checkpoint, NoteSignature
from isthmus.wire.codec import MAX_INTEGER
from isthmus.wire.model import Hash, WireModel

COSIGNATURE = b"\x04"
"""Signature type of cosignature lines."""

_TIME_BYTES, _SIGNATURE_BYTES = 8, 64
_LATEST = 253_402_300_799  # the last second of the year 9999
_LONGEST_NOTE = 8192


def cosigner_key_id(name: str, public_key: Ed25519PublicKey) -> bytes:
    """The id of a cosigner's key: the first 4 bytes of SHA-256(name || 0x0A || 0x04 || public key)."""
    return checkpoint.key_id(name, public_key, COSIGNATURE)


def _message(text: str, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _written(text: str, signatures: Sequence[NoteSignature]) -> str:
    note = f"{text}\n" + "".join([checkpoint.signature_line(signature) for signature in signatures])
    checkpoint.read_checkpoint(note)
    return note


def cosign(note: str, *, name: str, key: Ed25519PrivateKey, at: datetime) -> str:
    """The note with a cosignature line by ``name``, taken at the aware time ``at`` (whole seconds).

    An older line of the same key gives way to it. Whoever cosigns must have verified the note's own signature
    and its consistency with the last head it saw. BadInput ``wire.checkpoint.form`` for what is no
    checkpoint, or would have too many lines; ``wire.cosignature.time`` for a time before 1970.
    """
    text, signatures = checkpoint.open_note(note)
    timestamp = int(at.timestamp())
    if timestamp < 0:
        raise BadInput("wire.cosignature.time", "A cosignature cannot be dated before 1970.")
    named = (name, cosigner_key_id(name, key.public_key()))
    value = timestamp.to_bytes(_TIME_BYTES, "big") + key.sign(_message(text, timestamp))
    others = [found for found in signatures if (found.name, found.key_id) != named]
    return _written(text, [*others, NoteSignature(*named, value)])


def verify_cosignature(note: str, *, name: str, public_key: object) -> tuple[Checkpoint, datetime]:
    """The checkpoint and when the key known as ``name`` cosigned it; the latest time where it did so twice.

    Says nothing of the log's own signature, which ``verify_checkpoint`` checks. Refused
    ``wire.cosignature.unsigned``, ``wire.cosignature.signature`` (one of its lines is wrong),
    ``wire.cosignature.time`` (not a time that can be), ``wire.cosignature.key`` (not Ed25519).
    """
    if not isinstance(public_key, Ed25519PublicKey):
        raise Refused("wire.cosignature.key", "Cosignatures are made with Ed25519 keys only.")
    text, signatures = checkpoint.open_note(note)
    head = checkpoint.read_checkpoint(note)
    named = (name, cosigner_key_id(name, public_key))
    own = [found.value for found in signatures if (found.name, found.key_id) == named]
    if not own:
        raise Refused(
            "wire.cosignature.unsigned", f"The checkpoint bears no cosignature by the known key of {name}."
        )
    return head, max([_checked(value, text, name, public_key) for value in own])


def _checked(value: bytes, text: str, name: str, public_key: Ed25519PublicKey) -> datetime:
    timestamp = int.from_bytes(value[:_TIME_BYTES], "big")
    try:
        if len(value) != _TIME_BYTES + _SIGNATURE_BYTES:
            raise InvalidSignature
        public_key.verify(value[_TIME_BYTES:], _message(text, timestamp))
    except InvalidSignature as error:
        raise Refused(
            "wire.cosignature.signature",
            f"The cosignature by {name} does not match the checkpoint.",
            next_step="Fetch the checkpoint again; if it stays wrong, call the partner.",
        ) from error
    if timestamp > _LATEST:
        raise Refused("wire.cosignature.time", f"The cosignature by {name} is dated after the year 9999.")
    return datetime.fromtimestamp(timestamp, UTC)


def merge_notes(note: str, other: str) -> str:
    """One note with the signature lines of two copies of it, each line once, those of ``note`` first.

    BadInput ``wire.cosignature.text`` where the two are not the same checkpoint.
    """
    text, signatures = checkpoint.open_note(note)
    other_text, others = checkpoint.open_note(other)
    if text != other_text:
        raise BadInput("wire.cosignature.text", "These are not two copies of one checkpoint.")
    return _written(text, list(dict.fromkeys([*signatures, *others])))


def is_consistent(old_note: str, new_note: str, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the log of the new head continues that of the old (RFC 9162, 2.1.4.2).

    Heads of two logs never do. The notes' signatures are the caller's to verify.
    """
    old, new = checkpoint.read_checkpoint(old_note), checkpoint.read_checkpoint(new_note)
    return old.origin == new.origin and merkle.verify_consistency(
        old.size, old.root, new.size, new.root, proof
    )


class SplitView(WireModel):
    """Evidence that a log showed two histories: two heads of one size with different roots, both signed.

    The notes stand in the order of their roots (hex), so that both finders write the same evidence.
    """

    noun: ClassVar[str] = "split-view"

    origin: Annotated[str, Field(min_length=1, max_length=200)]
    size: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    root: Hash
    other_root: Hash
    note: Annotated[str, Field(max_length=_LONGEST_NOTE)]
    other_note: Annotated[str, Field(max_length=_LONGEST_NOTE)]


def find_split_view(note: str, other_note: str, *, public_key: object) -> SplitView | None:
    """The evidence in two heads that the log key signed; None where they do not contradict each other so.

    Heads of different sizes need a consistency proof to be compared: ``is_consistent``. Only the log's own
    lines are kept: they alone are the evidence. Raises what ``verify_checkpoint`` raises, so that nobody is
    accused by a note that is not theirs.
    """
    first, second = (checkpoint.read_checkpoint(found) for found in (note, other_note))
    if (first.origin, first.size) != (second.origin, second.size) or first.root == second.root:
        return None
    for found in (note, other_note):
        checkpoint.verify_checkpoint(found, name=first.origin, public_key=public_key)
    assert isinstance(public_key, Ed25519PublicKey)
    heads = sorted(
        (head.root.hex(), alone(found, name=first.origin, public_key=public_key))
        for head, found in ((first, note), (second, other_note))
    )
    return SplitView(
        origin=first.origin,
        size=first.size,
        root=heads[0][0],
        other_root=heads[1][0],
        note=heads[0][1],
        other_note=heads[1][1],
    )


def alone(note: str, *, name: str, public_key: Ed25519PublicKey) -> str:
    """The note with the one line of its log's key ``name``, without any cosigner's or stranger's.

    BadInput ``wire.checkpoint.form`` where that key did not sign it.
    """
    key = (name, checkpoint.key_id(name, public_key))
    text, signatures = checkpoint.open_note(note)
    return _written(text, [found for found in signatures if (found.name, found.key_id) == key][:1])


def without_strangers(note: str, keys: Iterable[tuple[str, bytes]]) -> str:
    """The note with the lines of these keys only, each given by its name and its id.

    BadInput ``wire.checkpoint.form`` where none of them signed it.
    """
    wanted = set(keys)
    text, signatures = checkpoint.open_note(note)
    return _written(text, [found for found in signatures if (found.name, found.key_id) in wanted])


def check_split_view(evidence: SplitView, *, public_key: object) -> None:
    """Refused ``wire.split-view.unproved`` unless the notes inside show what the evidence says."""
    found = find_split_view(evidence.note, evidence.other_note, public_key=public_key)
    if found is None or found != evidence:
        raise Refused("wire.split-view.unproved", "The two notes do not show two histories of one log.")
