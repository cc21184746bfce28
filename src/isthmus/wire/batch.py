"""A batch: the tokens that are sent at once, one a line, compressed with gzip (RFC 1952)."""

import gzip
import re
import zlib
from collections.abc import Iterable, Sequence

from isthmus.kit.errors import BadInput

MAX_RECORDS = 500
MAX_BYTES = 8 * 1024 * 1024
"""Limit of the uncompressed lines, their ends included."""

_LEVEL = 1  # Tokens are base64 of JSON: higher levels cost three times as much and gain a tenth.
_GZIP_ONLY = zlib.MAX_WBITS | 16
_LINES = re.compile(rb"(?:[A-Za-z0-9_.-]+\n)*")


def _refuse(reason: str, message: str) -> BadInput:
    return BadInput(f"wire.batch.{reason}", message, next_step="Send a smaller or an undamaged batch.")


def _check_limits(count: int, size: int) -> None:
    if count > MAX_RECORDS:
        raise _refuse("records", f"The batch holds more than {MAX_RECORDS} records.")
    if size > MAX_BYTES:
        raise _refuse("size", f"The batch holds more than {MAX_BYTES} bytes when opened.")


def pack(tokens: Sequence[str]) -> bytes:
    """The batch of these tokens, the same bytes each time.

    BadInput ``wire.batch.records``, ``wire.batch.size``, or ``wire.batch.line`` for what is no token.
    """
    try:
        lines = "".join(f"{token}\n" for token in tokens).encode("ascii")
    except UnicodeEncodeError:
        lines = b"?"
    _check_limits(len(tokens), len(lines))
    if not _LINES.fullmatch(lines) or lines.count(b"\n") != len(tokens):
        raise _refuse("line", "A batch holds tokens only, one a line.")
    return gzip.compress(lines, compresslevel=_LEVEL, mtime=0)


def unpack(data: bytes) -> list[str]:
    """The tokens of a batch, opened no further than the limits.

    BadInput, code ``wire.batch.`` and one of: gzip (damaged), truncated, trailing (bytes or a second gzip
    member after the end), size, records, line.
    """
    opener = zlib.decompressobj(_GZIP_ONLY)
    try:
        lines = opener.decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise _refuse("gzip", "The batch is damaged: it cannot be decompressed.") from error
    _check_limits(0, len(lines))
    if not opener.eof:
        raise _refuse("truncated", "The batch ends before its end.")
    if opener.unused_data:
        raise _refuse("trailing", "Something follows after the end of the batch.")
    _check_limits(lines.count(b"\n"), 0)
    if not _LINES.fullmatch(lines):
        raise _refuse("line", "The batch holds lines that are no tokens.")
    return lines.decode("ascii").splitlines()


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
