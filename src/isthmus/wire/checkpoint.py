"""The signed head of a log: a C2SP tlog-checkpoint, which is a C2SP signed note.

The text is the origin, the size, the root in base64 and one extension line with the time, each on a line;
then an empty line and the signature lines. Ed25519 (signature type 0x01) over the text.
Sources: https://c2sp.org/signed-note and https://c2sp.org/tlog-checkpoint.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Refused
from isthmus.wire.merkle import HASH_BYTES

MAX_NOTE = 65_536
MAX_SIGNATURES = 16
ED25519 = b"\x01"
"""Signature type of the log's own lines; cosignatures have another."""
_KEY_ID_BYTES = 4
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_NAME = re.compile(r"[^\s+]+")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's head: ``origin`` (such as ``isthmus/mm``), ``size`` in leaves, ``root`` of 32 bytes."""

    origin: str
    size: int
    root: bytes
    issued: datetime


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line of a note: the key's name, its id (4 bytes) and the signature."""

    name: str
    key_id: bytes
    value: bytes


def origin_of(node_id: str) -> str:
    """The origin of a node's log, which is also the name of its key in signature lines."""
    return f"isthmus/{node_id}"


def key_id(name: str, public_key: Ed25519PublicKey, signature_type: bytes = ED25519) -> bytes:
    """The first 4 bytes of SHA-256(name || 0x0A || signature type || public key)."""
    named = name.encode() + b"\n" + signature_type + public_key.public_bytes_raw()
    return sha256(named).digest()[:_KEY_ID_BYTES]


def signature_line(signature: NoteSignature) -> str:
    """A signature as a line of a note, with its end."""
    value = b64encode(signature.key_id + signature.value).decode("ascii")
    return f"— {signature.name} {value}\n"


def sign_checkpoint(checkpoint: Checkpoint, *, name: str, key: Ed25519PrivateKey) -> str:
    """The checkpoint as a note with one signature line by ``name``.

    BadInput ``wire.checkpoint.form`` for an origin, size, root or name that a note cannot hold.
    """
    root = b64encode(checkpoint.root).decode("ascii")
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{root}\ntime {clock.to_text(checkpoint.issued)}\n"
    own = NoteSignature(name, key_id(name, key.public_key()), key.sign(text.encode()))
    note = f"{text}\n{signature_line(own)}"
    read_checkpoint(note)
    return note


def _refuse(message: str) -> BadInput:
    return BadInput("wire.checkpoint.form", f"This is not a checkpoint: {message}.")


def _base64(text: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except ValueError as error:
        raise _refuse("a value is not base64") from error
    if b64encode(data).decode("ascii") != text:
        raise _refuse("a value is not canonical base64")
    return data


def open_note(note: str) -> tuple[str, list[NoteSignature]]:
    """The text (with its last newline) and the signature lines of a note; none of them is checked.

    BadInput ``wire.checkpoint.form`` for what is no signed note.
    """
    if len(note) > MAX_NOTE:
        raise _refuse(f"it has more than {MAX_NOTE} characters")
    if _CONTROL.search(note):
        raise _refuse("it holds control characters")
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise _refuse("it has no signature line")
    signatures = [_signature(line) for line in lines[:-1].split("\n")]
    if len(signatures) > MAX_SIGNATURES:
        raise _refuse(f"it has more than {MAX_SIGNATURES} signature lines")
    return text + "\n", signatures


def _signature(line: str) -> NoteSignature:
    dash, _, rest = line.partition(" ")
    name, _, value = rest.partition(" ")
    if dash != "—" or not _KEY_NAME.fullmatch(name):
        raise _refuse("a signature line is not of the form '— name signature'")
    raw = _base64(value)
    if len(raw) <= _KEY_ID_BYTES:
        raise _refuse("a signature is too short")
    return NoteSignature(name, raw[:_KEY_ID_BYTES], raw[_KEY_ID_BYTES:])


def _read(text: str) -> Checkpoint:
    lines = text[:-1].split("\n")
    if len(lines) != 4 or not lines[0]:
        raise _refuse("its text is not origin, size, root and time, each on a line")
    origin, size, root, moment = lines
    if not _SIZE.fullmatch(size):
        raise _refuse("its size is not a plain decimal number")
    root_bytes = _base64(root)
    if len(root_bytes) != HASH_BYTES:
        raise _refuse("its root does not have 32 bytes")
    if not moment.startswith("time "):
        raise _refuse("its fourth line does not give the time")
    try:
        issued = clock.from_text(moment.removeprefix("time "))
    except ValueError as error:
        raise _refuse(str(error)) from error
    return Checkpoint(origin=origin, size=int(size), root=root_bytes, issued=issued)


def read_checkpoint(note: str) -> Checkpoint:
    """Read a checkpoint without checking its signatures; BadInput ``wire.checkpoint.form`` otherwise."""
    return _read(open_note(note)[0])


def verify_checkpoint(note: str, *, name: str, public_key: object) -> Checkpoint:
    """The checkpoint, once the Ed25519 key known as ``name`` is shown to have signed it.

    Lines of unknown keys are passed over, as the note's specification asks. Refused
    ``wire.checkpoint.unsigned`` where no line is by this key, ``wire.checkpoint.signature`` where one is and
    is wrong, ``wire.checkpoint.key`` where the key is not Ed25519.
    """
    if not isinstance(public_key, Ed25519PublicKey):
        raise Refused("wire.checkpoint.key", "Checkpoints are signed with Ed25519 keys only.")
    text, signatures = open_note(note)
    checkpoint = _read(text)
    wanted = key_id(name, public_key)
    own = [signature for signature in signatures if (signature.name, signature.key_id) == (name, wanted)]
    if not own:
        raise Refused(
            "wire.checkpoint.unsigned", f"The checkpoint bears no signature by the known key of {name}."
        )
    try:
        for signature in own:
            public_key.verify(signature.value, text.encode())
    except InvalidSignature as error:
        raise Refused(
            "wire.checkpoint.signature",
            f"The checkpoint's signature by {name} does not match its text.",
            next_step="Fetch the checkpoint again; if it stays wrong, call the partner.",
        ) from error
    return checkpoint
