"""A batch: the tokens that are sent at once, one a line, compressed with gzip (RFC 1952)."""

import gzip
import zlib
from collections.abc import Iterable, Sequence

from isthmus.kit.errors import BadInput

MAX_RECORDS = 500
MAX_BYTES = 8 * 1024 * 1024
"""Limit of the uncompressed lines, their ends included."""

_LEVEL = 1  # Level 6 costs three times as much for tokens and saves a fifth.
_GZIP_ONLY = zlib.MAX_WBITS | 16


def _refuse(reason: str, message: str) -> BadInput:
    return BadInput(f"wire.batch.{reason}", message, next_step="Send a smaller or an undamaged batch.")


def _lines_of(raw: bytes) -> list[str]:
    """The lines, none of them empty. Whether each is a token is for its own parser to say."""
    if not raw.isascii():
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


def pack(tokens: Sequence[str]) -> bytes:
    """The batch of these tokens, the same bytes each time.

    BadInput, code ``wire.batch.`` and one of: records, size, ascii, line.
    """
    raw = "".join([token + "\n" for token in tokens]).encode("utf-8", "surrogatepass")
    _check_limits(len(tokens), len(raw))
    if len(_lines_of(raw)) != len(tokens):
        raise _refuse("line", "A token holds the end of a line.")
    return gzip.compress(raw, compresslevel=_LEVEL, mtime=0)


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


def take_batch(tokens: Iterable[str]) -> list[str]:
    """The longest beginning of ``tokens`` that fits into one batch; reads one token beyond it at most."""
    taken: list[str] = []
    size = 0
    for token in tokens:
        size += len(token) + 1
        if size > MAX_BYTES or len(taken) == MAX_RECORDS:
            break
        taken.append(token)
    return taken
