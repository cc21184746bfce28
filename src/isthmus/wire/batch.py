"""A batch: the tokens that are sent at once.

It has two forms. Every node takes the first: the tokens one a line, compressed with gzip (RFC 1952). In the
second each text stands as it is kept (``packing``), behind its length in 4 bytes, big-endian: nothing is
compressed twice. A node sends it to partners that say they take it.
"""

import gzip
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from isthmus.kit.errors import BadInput
from isthmus.wire import packing

LINES = "application/vnd.isthmus.batch+gzip"
PACKED = "application/vnd.isthmus.packed-batch"
FORMS = (PACKED, LINES)
"""The media types that this node takes, the better one first."""

MAX_RECORDS = 500
MAX_BYTES = 8 * 1024 * 1024
"""Limit of the uncompressed lines, their ends included; the same in both forms."""

_LENGTH_BYTES = 4

_LEVEL = 1  # Level 6 costs three times as much for tokens and saves a fifth,
_SMALL_LEVEL = 6  # which is worth it on a slow line.
_GZIP_ONLY = zlib.MAX_WBITS | 16


def _refuse(reason: str, message: str) -> BadInput:
    return BadInput(f"wire.batch.{reason}", message, next_step="Send a smaller or an undamaged batch.")


def _lines_of(raw: bytes) -> list[str]:
    """The lines, none of them empty. Whether each is a token is for its own parser to say."""
    if not raw.isascii() or b"\0" in raw:  # which databases cannot store, not even as evidence
        raise _refuse("ascii", "The batch holds characters that no token has.")
    lines = raw.decode("ascii").split("\n")
    if lines.pop() or "" in lines:
        raise _refuse("line", "A batch holds one token a line, each line with its end.")
    return lines


def _check_limits(count: int, size: int) -> None:
    if count > MAX_RECORDS:
        raise _refuse("records", f"The batch holds more than {MAX_RECORDS} records.")
    if size > MAX_BYTES:
        raise _refuse("size", f"The batch holds more than {MAX_BYTES} bytes when opened.")


def pack(tokens: Sequence[str], level: int = _LEVEL) -> bytes:
    """The batch of these tokens, the same bytes each time.

    BadInput, code ``wire.batch.`` and one of: records, size, ascii, line.
    """
    raw = "".join([token + "\n" for token in tokens]).encode("utf-8", "surrogatepass")
    _check_limits(len(tokens), len(raw))
    if len(_lines_of(raw)) != len(tokens):
        raise _refuse("line", "A token holds the end of a line.")
    return gzip.compress(raw, compresslevel=level, mtime=0)


def unpack(data: bytes) -> list[str]:
    """The tokens of a batch, opened no further than the limits.

    BadInput, code ``wire.batch.`` and one of: gzip (damaged), truncated, trailing (bytes or a second gzip
    member after the end), size, records, ascii, line (an empty one, or the last without its end).
    """
    opener = zlib.decompressobj(_GZIP_ONLY)
    try:
        raw = opener.decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise _refuse("gzip", "The batch is damaged: it cannot be decompressed.") from error
    _check_limits(raw.count(b"\n"), len(raw))
    if not opener.eof:
        raise _refuse("truncated", "The batch ends before its end.")
    if opener.unused_data:
        raise _refuse("trailing", "Something follows after the end of the batch.")
    return _lines_of(raw)


T = TypeVar("T", str, bytes)


def take_batch(
    tokens: Iterable[T], length: Callable[[Any], int] = len, records: int = MAX_RECORDS
) -> list[T]:
    """The longest beginning of ``tokens`` that fits into one batch; reads one token beyond it at most.

    Packed ones are given with ``packing.length_of``; ``records`` may ask for a smaller batch.
    """
    taken: list[T] = []
    size = 0
    for token in tokens:
        size += length(token) + 1
        if size > MAX_BYTES or len(taken) == min(records, MAX_RECORDS):
            break
        taken.append(token)
    return taken


def write(texts: Sequence[bytes], form: str) -> bytes:
    """The batch of these packed texts in one of ``FORMS``. BadInput as for ``pack``, or of ``packing``."""
    if form == LINES:
        return pack([packing.unpack(packed) for packed in texts])
    _check_limits(len(texts), sum(packing.length_of(packed) + 1 for packed in texts))
    return b"".join([part for packed in texts for part in (len(packed).to_bytes(_LENGTH_BYTES), packed)])


def write_small(texts: Sequence[bytes], *, packed: bool) -> tuple[bytes, str]:
    """The shorter batch of these texts, and its form: lines gzipped with care, or packed where that may be.

    What many records share makes lines shorter, and a single one is shorter packed. Raises as ``write``.
    """
    lines = pack([packing.unpack(text) for text in texts], _SMALL_LEVEL)
    other = write(texts, PACKED) if packed else lines
    return (other, PACKED) if len(other) < len(lines) else (lines, LINES)


Line = str | packing.Opened
"""What a batch holds for one place: a token or an erased place as a text, or a token that came packed."""


def read(data: bytes, form: str) -> list[Line]:
    """The texts of a batch in one of ``FORMS``, opened no further than the limits.

    BadInput as for ``unpack``, or of ``packing`` for a packed text that is damaged.
    """
    if form == LINES:
        return list(unpack(data))
    return [_checked(packing.open_text(packed, MAX_BYTES)) for packed in _packed_in(data)]


def _checked(text: Line) -> Line:
    """What might have been a line as well."""
    if isinstance(text, str) and len(_lines_of(f"{text}\n".encode())) != 1:
        raise _refuse("line", "A token holds the end of a line.")
    return text


def _packed_in(data: bytes) -> list[bytes]:
    """The texts, none of them opened: what they say of their lengths keeps to the limits."""
    found: list[bytes] = []
    at = size = 0
    while at < len(data):
        start = at + _LENGTH_BYTES
        end = start + int.from_bytes(data[at:start])
        packed = data[start:end]
        if end > len(data):
            raise _refuse("truncated", "The batch ends before its end.")
        size += packing.length_of(packed) + 1
        found.append(packed)
        _check_limits(len(found), size)
        at = end
    return found
