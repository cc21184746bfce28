"""A bundle (``.isb``): what a batch would carry over the network, in a file for a USB stick.

The file is ASCII. Its first line is the manifest (``isthmus.wire.manifest``), signed and readable by anyone;
every further line is one encrypted segment of the content (``isthmus.wire.envelope``). Whoever carries the
file can show what it is and that it is whole; only the receiver can open it.
"""

import io
import shutil
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

from isthmus.kit import ids
from isthmus.kit.errors import BadInput, Refused
from isthmus.wire import envelope, jws, keys
from isthmus.wire.bundle_content import MAX_ENTRIES, BundleContent, read_entries, split_entries, write_entries
from isthmus.wire.manifest import (
    MAX_CONTENT,
    MAX_RANGES,
    VERSION,
    Counts,
    Manifest,
    first_line,
    read_manifest,
    verify_manifest,
)
from isthmus.wire.places import ranges_of, refuse_content
from isthmus.wire.sealing import PrivateKey

__all__ = [
    "MAX_CONTENT",
    "BundleContent",
    "Manifest",
    "check_ciphertext",
    "open_bundle",
    "read_manifest",
    "verify_manifest",
    "write_bundle",
    "write_bundle_to",
]

_BLOCK_BYTES = 1024 * 1024


def write_bundle(
    content: BundleContent,
    *,
    seal: x509.Certificate,
    seal_key: PrivateKey,
    encryption: x509.Certificate,
    created: datetime,
    bundle_id: UUID | None = None,
) -> bytes:
    """The bundle as bytes; ``write_bundle_to`` also writes what memory cannot hold twice."""
    file = io.BytesIO()
    write_bundle_to(
        file,
        content,
        seal=seal,
        seal_key=seal_key,
        encryption=encryption,
        created=created,
        bundle_id=bundle_id,
    )
    return file.getvalue()


def write_bundle_to(
    file: BinaryIO,
    content: BundleContent,
    *,
    seal: x509.Certificate,
    seal_key: PrivateKey,
    encryption: x509.Certificate,
    created: datetime,
    bundle_id: UUID | None = None,
    scratch: BinaryIO | None = None,
) -> Manifest:
    """Write the bundle of the node of ``seal`` to the node of ``encryption``, and return its manifest.

    The manifest comes first and names the hash of the rest, so the encrypted segments wait in ``scratch``
    (read and write, empty; in memory by default): a temporary file bounds the memory. Power cuts are the
    caller's: write to another name, sync, rename. BadInput ``wire.bundle.size`` for too much content,
    ``wire.bundle.parties`` where the two certificates are not for this use, or what ``ranges_of`` and
    ``write_entries`` raise.
    """
    sender, receiver = keys.node_of(seal), keys.node_of(encryption)
    public_key = encryption.public_key()
    if (keys.purpose_of(seal), keys.purpose_of(encryption)) != ("seal", "encryption") or not isinstance(
        public_key, EllipticCurvePublicKey
    ):
        raise BadInput(
            "wire.bundle.parties",
            "A bundle needs the sender's seal and the receiver's encryption certificate.",
        )
    identity = bundle_id or ids.uuid7()
    ranges = ranges_of(content.records, content.erased, sender=sender, receiver=receiver)
    if len(ranges) > MAX_RANGES or sum(content.counts().values()) >= MAX_ENTRIES:
        raise _too_much(f"more than {MAX_RANGES} ranges or {MAX_ENTRIES} entries")
    kid, party = keys.thumbprint(encryption), envelope.party_of(sender, str(identity))
    waiting = io.BytesIO() if scratch is None else scratch
    digest, size, opened = sha256(), 0, _Tally()
    for piece in envelope.compress(opened.of(write_entries(content))):
        segment = envelope.encrypt_segment(
            piece, public_key=public_key, kid=kid, party=party, receiver=receiver
        )
        waiting.write(segment + b"\n")
        digest.update(segment + b"\n")
        size += len(segment) + 1
    manifest = Manifest(
        version=VERSION,
        id=identity,
        sender=sender,
        receiver=receiver,
        created=created,
        streams=ranges,
        counts=Counts.from_json({**content.counts()}),
        encryption_kid=kid,
        content_bytes=opened.size,
        ciphertext_bytes=size,
        ciphertext_sha256=digest.hexdigest(),
    )
    token = jws.sign(manifest.to_bytes(), key=seal_key, kid=keys.thumbprint(seal), typ=jws.BUNDLE)
    file.write(token.encode("ascii") + b"\n")
    waiting.seek(0)
    shutil.copyfileobj(waiting, file, _BLOCK_BYTES)
    return manifest


class _Tally:
    """Counts the bytes of the content as they pass, up to the limit."""

    def __init__(self) -> None:
        self.size = 0

    def of(self, entries: Iterator[bytes]) -> Iterator[bytes]:
        for entry in entries:
            self.size += len(entry)
            if self.size > MAX_CONTENT:
                raise _too_much(f"more than {MAX_CONTENT} bytes")
            yield entry


def _too_much(what: str) -> BadInput:
    return BadInput(
        "wire.bundle.size",
        f"One bundle cannot hold {what}.",
        next_step="Write several bundles; they may be read in any order.",
    )


def check_ciphertext(file: BinaryIO, manifest: Manifest) -> None:
    """Refused unless the file holds, after its first line, exactly what the manifest names. No key is needed.

    Codes ``wire.bundle.truncated``, ``wire.bundle.trailing``, ``wire.bundle.altered``, and
    ``wire.bundle.swapped`` where what follows belongs to another bundle, as far as it says so itself.
    """
    first_line(file)
    named = envelope.party_in(file.readline(envelope.MAX_SEGMENT))
    first_line(file)
    digest, left = sha256(), manifest.ciphertext_bytes
    while block := file.read(min(_BLOCK_BYTES, left)):
        digest.update(block)
        left -= len(block)
    more = file.read(1)
    if not left and not more and digest.hexdigest() == manifest.ciphertext_sha256:
        return
    if named not in {"", manifest.party}:
        raise _refused("swapped", f"Its manifest is of the bundle {manifest.id}, its content of another one")
    if left:
        raise _refused("truncated", f"It ends {left} bytes early")
    if more:
        raise _refused("trailing", "Something follows after its end")
    raise _refused("altered", "Its content was changed or damaged after it was written")


def _refused(reason: str, message: str) -> Refused:
    return Refused(
        f"wire.bundle.{reason}",
        f"{message}; nothing of it was used.",
        next_step="Copy the file again from where it was written, or ask the sender for it.",
    )


def _segments(file: BinaryIO, manifest: Manifest) -> Iterator[bytes]:
    first_line(file)
    digest, left = sha256(), manifest.ciphertext_bytes
    while left:
        line = file.readline(min(left, envelope.MAX_SEGMENT))
        if not line.endswith(b"\n"):
            raise refuse_content("a segment is cut off or too long")
        digest.update(line)
        left -= len(line)
        yield line[:-1]
    if digest.hexdigest() != manifest.ciphertext_sha256:
        raise _refused("altered", "Its content changed while it was read")


def open_bundle(
    file: BinaryIO, *, node: str, encryption_key: EllipticCurvePrivateKey, seal: x509.Certificate
) -> BundleContent:
    """What the bundle in a seekable file holds, once all that its manifest says is shown to be so.

    ``node`` is the one that reads, ``encryption_key`` the private key of the certificate that the manifest
    names, ``seal`` the sender's. Nothing is handed out before the whole is checked. The records', answers'
    and notes' own signatures are for the inbox, as if they had come over the network. Refused
    ``wire.bundle.receiver`` for another node's bundle, ``wire.bundle.key``, ``wire.bundle.manifest`` where
    the content is not what the manifest says; what the functions above and ``ranges_of`` raise; BadInput
    ``wire.bundle.compression``, ``wire.bundle.content``.
    """
    unverified, manifest = read_manifest(file)
    verify_manifest(unverified, manifest, seal)
    return _opened(file, manifest, node, encryption_key)


def peek_records(file: BinaryIO, *, node: str, encryption_key: EllipticCurvePrivateKey) -> tuple[str, ...]:
    """The records of a bundle whose seal is not known yet; nobody has proved who wrote it.

    Only for roll-overs, which prove themselves and may name that very seal. Raises what ``open_bundle``
    raises, but for the manifest's signature.
    """
    return _opened(file, read_manifest(file)[1], node, encryption_key).records


def _opened(
    file: BinaryIO, manifest: Manifest, node: str, encryption_key: EllipticCurvePrivateKey
) -> BundleContent:
    if manifest.receiver != node:
        raise Refused(
            "wire.bundle.receiver",
            f"The bundle is meant for {manifest.receiver}, not for {node}.",
            next_step=f"Hand it to {manifest.receiver}; it was not opened here.",
        )
    check_ciphertext(file, manifest)
    pieces = (
        envelope.decrypt_segment(
            segment,
            private_key=encryption_key,
            kid=manifest.encryption_kid,
            party=manifest.party,
            receiver=manifest.receiver,
        )
        for segment in _segments(file, manifest)
    )
    content = read_entries(split_entries(envelope.decompress(pieces, manifest.content_bytes)))
    ranges = ranges_of(content.records, content.erased, sender=manifest.sender, receiver=manifest.receiver)
    if content.counts() != manifest.counts.to_json() or ranges != manifest.streams:
        raise Refused(
            "wire.bundle.manifest",
            "The bundle does not hold the records and answers that its manifest promises.",
            next_step="Keep it as evidence and call the sender.",
        )
    return content
