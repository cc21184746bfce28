"""How a signed text is kept and carried: small, and rebuilt to the very character.

A token's Base64 hides what repeats in its payload: 10 kB of JSON take 13 kB as a token and 3 kB after gzip,
but 1.5 kB when the payload itself is compressed. So a token is taken apart, and built anew when it is read.
Canonical base64url has one spelling, so the parts give the same text; whatever is spelt in another way, and
any text that is no token, is kept as it stands. Compression is Zstandard (RFC 8878).

A packed text begins with its form, one byte:

    0x00  Zstandard frame of the text in UTF-8
    0x01  length of the header (2 bytes, big-endian), signature (64 bytes), frame of header and payload

A text crosses the border packed as well, so what opens one trusts nothing in it: a frame says how much it
holds, holds just that, needs no dictionary and is no longer than it has to be. Of several frames that hold
the same any is as good: a leaf is over the text.
"""

from dataclasses import dataclass
from threading import local

import pybase64
import zstandard

from isthmus.kit.errors import BadInput

_TEXT, _TOKEN = b"\x00", b"\x01"
_SIGNATURE_BYTES = 64
_START = 3 + _SIGNATURE_BYTES
_LONGEST_HEADER = 0xFFFF
_TO_BASE64 = bytes.maketrans(b"-_+/=", b"+/!!!")
_LEVEL = 1  # Level 3 takes a fifth longer and saves nothing on records.


class _Codecs(local):
    """One compressor and one opener a thread: making them costs as much as using them."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress
        self.open = zstandard.ZstdDecompressor().decompress


_codecs = _Codecs()


def encode(data: bytes) -> bytes:
    """Canonical base64url (RFC 7515, appendix C): the one spelling, without padding."""
    return pybase64.urlsafe_b64encode(data).rstrip(b"=")


def decode(segment: bytes) -> bytes:
    """Bytes of base64url; ``encode`` shows whether it was the canonical spelling. binascii.Error for none."""
    padded = segment.translate(_TO_BASE64) + b"=" * (-len(segment) % 4)
    return pybase64.b64decode(padded, validate=True)


def join(header: bytes, payload: bytes, signature: bytes) -> str:
    """The token (RFC 7515, section 7.1) of these parts, none of them in Base64 yet."""
    return b".".join((encode(header), encode(payload), encode(signature))).decode("ascii")


def pack_parts(header: bytes, payload: bytes, signature: bytes) -> bytes:
    """A token of these parts, packed. ``header`` has at most 65,535 bytes, ``signature`` 64."""
    return b"".join((_TOKEN, len(header).to_bytes(2, "big"), signature, _codecs.compress(header + payload)))


def pack(text: str) -> bytes:
    """Any text, packed; ``unpack`` gives back the same."""
    try:
        header, payload, signature = (decode(part) for part in text.encode("ascii").split(b"."))
    except ValueError:  # no ASCII, not three parts, no Base64: all are kinds of it
        header = payload = signature = b""
    if (
        len(signature) == _SIGNATURE_BYTES
        and len(header) <= _LONGEST_HEADER
        and join(header, payload, signature) == text
    ):
        return pack_parts(header, payload, signature)
    return _TEXT + _codecs.compress(text.encode("utf-8"))


_WIDEST_WINDOW = 8 * 1024 * 1024
"""What every reader of Zstandard should have room for (RFC 8878, section 3.1.1.1.2)."""
_SPARE = 64
"""Bytes that a frame may take beyond what it holds, and one in 128: it is never longer than that."""


def _size_of(frame: bytes) -> int:
    """How many bytes a frame says that it holds. BadInput for a frame that nobody has to write."""
    try:
        said = zstandard.get_frame_parameters(frame)
    except zstandard.ZstdError as error:
        raise _damaged() from error
    size: int = said.content_size
    if size == zstandard.CONTENTSIZE_UNKNOWN or said.dict_id or said.window_size > _WIDEST_WINDOW:
        raise _damaged()
    if len(frame) > size + size // 128 + _SPARE:
        raise _damaged()
    return size


def _open(frame: bytes, limit: int) -> bytes:
    if _size_of(frame) > limit:
        raise BadInput("wire.packing.size", f"A packed text holds more than {limit} bytes.")
    try:
        return _codecs.open(frame, max_output_size=limit, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise _damaged() from error


def unpack_parts(packed: bytes, limit: int) -> tuple[bytes, bytes, bytes] | None:
    """Header, payload and signature of a packed token, opened no further than ``limit`` bytes.

    None where it is another text. BadInput, code ``wire.packing.`` and one of: size, damaged.
    """
    if packed[:1] != _TOKEN:
        return None
    length = int.from_bytes(packed[1:3], "big")
    content = _open(packed[_START:], limit)
    if len(content) < length:
        raise _damaged()
    return content[:length], content[length:], packed[3:_START]


def length_of(packed: bytes) -> int:
    """Bytes of the text in UTF-8, by what its frame says and without opening it. BadInput likewise."""
    if packed[:1] == _TOKEN:
        header = int.from_bytes(packed[1:3], "big")
        payload = _size_of(packed[_START:]) - header
        return _in_base64(header) + _in_base64(payload) + _in_base64(_SIGNATURE_BYTES) + 2
    if packed[:1] == _TEXT:
        return _size_of(packed[1:])
    raise _damaged()


def _in_base64(count: int) -> int:
    return (count * 4 + 2) // 3


@dataclass(frozen=True, slots=True)
class Opened:
    """A token that came packed: its text, its parts, and the very bytes it came as."""

    text: str
    header: bytes
    payload: bytes
    signature: bytes
    packed: bytes


def open_text(packed: bytes, limit: int) -> Opened | str:
    """A packed text that somebody else wrote; a text that is no token comes alone. BadInput as above."""
    parts = unpack_parts(packed, limit)
    if parts is None:
        return _text_of(packed, limit)
    return Opened(join(*parts), *parts, packed)


def _text_of(packed: bytes, limit: int) -> str:
    if packed[:1] != _TEXT:
        raise _damaged()
    try:
        return _open(packed[1:], limit).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _damaged() from error


def _damaged() -> BadInput:
    return BadInput("wire.packing.damaged", "A packed text is damaged: it cannot be opened.")


LIMIT = 64 * 1024 * 1024
"""Bytes that a kept text may open to: far more than any that is signed, and no threat to memory."""


def unpack(packed: bytes) -> str:
    """The text again, exactly. BadInput as for ``unpack_parts``."""
    parts = unpack_parts(packed, LIMIT)
    return _text_of(packed, LIMIT) if parts is None else join(*parts)
