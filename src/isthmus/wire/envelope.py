"""The encryption of a bundle: compressed content in segments, each a JWE to the receiver's encryption key.

JWE compact (RFC 7516), ECDH-ES directly to A256GCM (RFC 7518, 4.6 and 5.3), one ephemeral P-256 key a
segment, so that neither side holds more than a segment in memory and any JOSE library opens one. The
protected header names the receiver's certificate (``kid``), the sender and the bundle (``apu``) and the
receiver (``apv``); both enter the key derivation. That segments are all there and in order is shown by the
hash in the bundle's signed manifest.
"""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from isthmus.kit.errors import BadInput, Refused

SEGMENT_BYTES = 1024 * 1024
"""Compressed bytes in a segment."""

_ALGORITHM, _ENCRYPTION = "ECDH-ES", "A256GCM"
_MAX_HEADER = 1024
_MAX_CIPHERTEXT = (SEGMENT_BYTES + 2) // 3 * 4
MAX_SEGMENT = _MAX_HEADER + _MAX_CIPHERTEXT + 128
_GZIP_ONLY = zlib.MAX_WBITS | 16
_LEVEL = 1  # As for batches: level 6 costs three times as much and saves a fifth.
_PIECE_BYTES = 256 * 1024


class _Registry(jwe.JWERegistry):
    """joserfc with limits that a segment passes; its own end at 64 kB."""

    max_protected_header_length = _MAX_HEADER
    max_ciphertext_length = _MAX_CIPHERTEXT


_REGISTRY = _Registry(algorithms=[_ALGORITHM, _ENCRYPTION])


def _base64(text: str) -> str:
    return urlsafe_b64encode(text.encode("utf-8")).rstrip(b"=").decode("ascii")


def party_of(sender: str, bundle_id: str) -> str:
    """How a segment names its sender and bundle, before base64url."""
    return f"{sender}/{bundle_id}"


def compress(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """One gzip stream over the blocks, in pieces of ``SEGMENT_BYTES`` (the last one shorter)."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_ONLY)
    waiting = bytearray()
    for block in blocks:
        waiting += packer.compress(block)
        while len(waiting) >= SEGMENT_BYTES:
            yield bytes(waiting[:SEGMENT_BYTES])
            del waiting[:SEGMENT_BYTES]
    waiting += packer.flush()
    for start in range(0, len(waiting), SEGMENT_BYTES):
        yield bytes(waiting[start : start + SEGMENT_BYTES])


def _damaged(message: str) -> BadInput:
    return BadInput(
        "wire.bundle.compression",
        f"The content of the bundle cannot be decompressed: {message}.",
        next_step="Ask the sender for a new bundle.",
    )


def decompress(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The ``size`` bytes of one gzip stream, opened no further. BadInput ``wire.bundle.compression``."""
    opener = zlib.decompressobj(_GZIP_ONLY)
    total = 0
    for piece in pieces:
        left = piece
        while left:
            if opener.eof:
                raise _damaged("something follows after its end")
            try:
                block = opener.decompress(left, _PIECE_BYTES)
            except zlib.error as error:
                raise _damaged("it is damaged") from error
            total += len(block)
            if total > size:
                raise _damaged("it holds more than its manifest says")
            yield block
            left = opener.unconsumed_tail or opener.unused_data
    if not opener.eof or total != size:
        raise _damaged("it ends before its end")


def encrypt_segment(
    piece: bytes,
    *,
    public_key: EllipticCurvePublicKey,
    kid: str,
    party: str,
    receiver: str,
) -> bytes:
    """One piece as JWE compact, ASCII."""
    header = {
        "alg": _ALGORITHM,
        "enc": _ENCRYPTION,
        "kid": kid,
        "apu": _base64(party),
        "apv": _base64(receiver),
    }
    return jwe.encrypt_compact(header, piece, ECKey.import_key(public_key), registry=_REGISTRY).encode(
        "ascii"
    )


def _named_in(segment: bytes, member: str) -> str:
    """A text member of a segment's header; empty where it cannot be read."""
    head = segment.partition(b".")[0][:_MAX_HEADER]
    try:
        header = json.loads(urlsafe_b64decode(head + b"=" * (-len(head) % 4)))
        return str(header[member].encode("ascii").decode("ascii"))
    except (ValueError, Base64Error, KeyError, TypeError, AttributeError, RecursionError):
        return ""


def party_in(segment: bytes) -> str:
    """The sender and bundle that a segment names; empty where its header cannot be read."""
    named = _named_in(segment, "apu").encode("ascii")
    try:
        return urlsafe_b64decode(named + b"=" * (-len(named) % 4)).decode("utf-8")
    except (ValueError, Base64Error):
        return ""


def kid_in(segment: bytes) -> str:
    """The thumbprint of the certificate that a segment is encrypted to; empty where it cannot be read."""
    return _named_in(segment, "kid")


def decrypt_segment(
    segment: bytes, *, private_key: EllipticCurvePrivateKey, kid: str, party: str, receiver: str
) -> bytes:
    """The piece again. Refused ``wire.bundle.key`` for another key, or a segment made for another bundle."""
    expected = {"kid": kid, "apu": _base64(party), "apv": _base64(receiver)}
    try:
        opened = jwe.decrypt_compact(segment, ECKey.import_key(private_key), registry=_REGISTRY)
        named = {name: opened.protected.get(name) for name in expected}
        if named != expected or not opened.plaintext:
            raise ValueError("made for another bundle")
    except (JoseError, ValueError, TypeError, KeyError, AssertionError, RecursionError) as error:
        raise Refused(
            "wire.bundle.key",
            "The content does not open with this encryption key, or was not made for this bundle.",
            next_step="Use the private key of the encryption certificate that the manifest names.",
        ) from error
    return opened.plaintext
