"""Files that travel beside records, named by their SHA-256 and cut into chunks that can be resumed.

A record names an attachment (``AttachmentRef``); a manifest names the chunks; each chunk proves itself, so
that a transfer broken off goes on where it stopped, over any mixture of links and bundles. A file about a
person can be encrypted under a key of that person's own before it is cut: whoever destroys the key has
erased every copy, the ones on lost sticks included.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256
from typing import Annotated, ClassVar, Final, Literal, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import Field, model_validator

from isthmus.kit.errors import BadInput, Refused
from isthmus.wire.codec import Json
from isthmus.wire.model import AS_ARRAY, Hash, WireModel

CHUNK_BYTES: Final = 262_144
MAX_BYTES = 50 * 1024 * 1024
MAX_CHUNKS = MAX_BYTES // CHUNK_BYTES
SUBJECT_KEY_BYTES = 32

_SEALED = b"\x01"  # the form of what encrypt_for_subject writes: this byte, nonce, ciphertext with tag
_NONCE_BYTES, _TAG_BYTES = 12, 16
SEALING_BYTES = len(_SEALED) + _NONCE_BYTES + _TAG_BYTES
"""How many bytes longer an encrypted attachment is."""

# Marks that let a name be shown in another order than it is stored: "exe.fdp" must not be read as "pdf.exe".
_TURNING = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

Size = Annotated[int, Field(ge=1, le=MAX_BYTES)]


class AttachmentRef(WireModel):
    """How a record's body names an attachment: exactly these four members.

    ``sha256`` and ``size`` (bytes) are of the file as it travels, which is the ciphertext where the type
    encrypts it; ``media_type`` and ``name`` are of the file as its reader opens it. ``name`` is shown and
    offered for saving: it holds no path.
    """

    noun: ClassVar[str] = "attachment"

    sha256: Hash
    size: Size
    media_type: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,126}$")]
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r'^[^\x00-\x1f\x7f-\x9f/\\:*?"<>|]+$')]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.name != self.name.strip() or self.name.startswith(".") or self.name.endswith("."):
            raise ValueError("name must not begin or end with a dot or a space")
        if _TURNING.search(self.name):
            raise ValueError("name must not hold marks that turn the direction of text")
        return self


_MEMBERS = frozenset(AttachmentRef.model_fields)


def references_in(body: Json) -> Iterator[AttachmentRef]:
    """Every attachment that a body names, in the order of the text, at any depth.

    An object with exactly the members of a reference is one; BadInput ``wire.attachment.invalid`` where its
    values are not.
    """
    if isinstance(body, dict):
        if body.keys() == _MEMBERS:
            yield AttachmentRef.from_json(body)
            return
        body = list(body.values())
    if isinstance(body, list):
        for child in body:
            yield from references_in(child)


class AttachmentManifest(WireModel):
    """A file's name (SHA-256), size in bytes and the SHA-256 of each of its chunks, in order.

    Every chunk has ``chunk_bytes`` bytes, the last one what is left.
    """

    noun: ClassVar[str] = "attachment"

    sha256: Hash
    size: Size
    chunk_bytes: Literal[262_144]
    chunks: Annotated[tuple[Hash, ...], AS_ARRAY, Field(min_length=1, max_length=MAX_CHUNKS)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(self.chunks) != -(-self.size // CHUNK_BYTES):
            raise ValueError("chunks must be as many as size needs")
        if len(self.chunks) == 1 and self.chunks[0] != self.sha256:
            raise ValueError("a single chunk must be the file")
        return self

    def length_of(self, index: int) -> int:
        """How many bytes chunk ``index`` (from 0) has; BadInput ``wire.attachment.range`` beyond them."""
        if not 0 <= index < len(self.chunks):
            raise BadInput("wire.attachment.range", f"The attachment {self.sha256} has no chunk {index}.")
        return min(CHUNK_BYTES, self.size - index * CHUNK_BYTES)


def _check_size(size: int) -> None:
    if not 1 <= size <= MAX_BYTES:
        raise BadInput(
            "wire.attachment.size",
            f"An attachment has 1 to {MAX_BYTES} bytes; this one has {size}.",
            next_step="Leave out empty files; send a large one in parts.",
        )


def split(data: bytes) -> tuple[AttachmentManifest, tuple[bytes, ...]]:
    """The manifest and the chunks of a file; BadInput ``wire.attachment.size`` for none or over 50 MiB."""
    _check_size(len(data))
    chunks = tuple(data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES))
    manifest = AttachmentManifest(
        sha256=sha256(data).hexdigest(),
        size=len(data),
        chunk_bytes=CHUNK_BYTES,
        chunks=tuple(sha256(chunk).hexdigest() for chunk in chunks),
    )
    return manifest, chunks


def verify_chunk(manifest: AttachmentManifest, index: int, chunk: bytes) -> bytes:
    """The chunk, once it is shown to be chunk ``index``.

    Refused ``wire.attachment.chunk``; BadInput ``wire.attachment.range`` where the file has no such chunk.
    """
    same = len(chunk) == manifest.length_of(index) and sha256(chunk).hexdigest() == manifest.chunks[index]
    if not same:
        raise Refused(
            "wire.attachment.chunk",
            f"Chunk {index} of the attachment {manifest.sha256} was changed or damaged.",
            next_step="Fetch this chunk again.",
        )
    return chunk


def missing(manifest: AttachmentManifest, have: Collection[int]) -> tuple[range, ...]:
    """The chunks still to come, as ranges of indexes in order; indexes not of the file are ignored."""
    found: list[range] = []
    for index in sorted(set(range(len(manifest.chunks))).difference(have)):
        if found and found[-1].stop == index:
            found[-1] = range(found[-1].start, index + 1)
        else:
            found.append(range(index, index + 1))
    return tuple(found)


def join(manifest: AttachmentManifest, chunks: Mapping[int, bytes]) -> bytes:
    """The file, once every chunk is there and the whole has its name.

    Refused ``wire.attachment.incomplete``, ``wire.attachment.chunk`` or, where the manifest was made of
    chunks of something else, ``wire.attachment.whole``.
    """
    if gaps := missing(manifest, chunks.keys()):
        due = sum(len(gap) for gap in gaps)
        raise Refused(
            "wire.attachment.incomplete",
            f"The attachment {manifest.sha256} still lacks {due} of {len(manifest.chunks)} chunks.",
            next_step="Fetch the missing chunks; what is here is kept.",
        )
    data = b"".join([verify_chunk(manifest, index, chunks[index]) for index in range(len(manifest.chunks))])
    if sha256(data).hexdigest() != manifest.sha256:
        raise Refused(
            "wire.attachment.whole",
            f"The chunks are sound, but together they are not the attachment {manifest.sha256}.",
            next_step="Ask the sender for the manifest again.",
        )
    return data


def _associated(subject: str) -> bytes:
    # The subject alone. A hash of the plaintext would outlive the key and confirm a guess at what was erased.
    return b"isthmus-subject/1\n" + subject.encode("utf-8")


def _cipher(key: bytes) -> AESGCM:
    if len(key) != SUBJECT_KEY_BYTES:
        raise BadInput("wire.attachment.key", f"A subject's key has {SUBJECT_KEY_BYTES} bytes.")
    return AESGCM(key)


def encrypt_for_subject(data: bytes, key: bytes, *, subject: str) -> bytes:
    """The file under the subject's own key (32 random bytes): AES-256-GCM with a random nonce.

    ``subject`` is bound as associated data and is not written down. The result is what travels and what is
    hashed. BadInput ``wire.attachment.size``, ``wire.attachment.key``.
    """
    _check_size(len(data) + SEALING_BYTES if data else 0)
    nonce = os.urandom(_NONCE_BYTES)
    return _SEALED + nonce + _cipher(key).encrypt(nonce, data, _associated(subject))


def decrypt_for_subject(sealed: bytes, key: bytes, *, subject: str) -> bytes:
    """The file again. Refused ``wire.attachment.subject``: another key or subject, or a changed byte.

    BadInput ``wire.attachment.form`` for what ``encrypt_for_subject`` did not write.
    """
    cipher = _cipher(key)
    if not sealed.startswith(_SEALED) or len(sealed) <= SEALING_BYTES:
        raise BadInput("wire.attachment.form", "This is not an attachment encrypted for a subject.")
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, ciphertext, _associated(subject))
    except InvalidTag as error:
        raise Refused(
            "wire.attachment.subject",
            "The attachment does not open: its key is another one or destroyed, or a byte was changed.",
        ) from error
