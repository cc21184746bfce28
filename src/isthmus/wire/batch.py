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
_TOKEN_CHARACTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def _refuse(reason: str, message: str) -> BadInput:
    return BadInput(f"wire.batch.{reason}", message, next_step="Send a smaller or an undamaged batch.")


def _are_lines(lines: bytes) -> bool:
    # Deleting what may stand there is ten times as fast as a regular expression over eight megabytes.
    foreign = lines.translate(None, delete=_TOKEN_CHARACTERS + b"\n")
    ended = not lines or lines.endswith(b"\n")
    return not foreign and ended and not lines.startswith(b"\n") and b"\n\n" not in lines


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
    if not _are_lines(lines) or lines.count(b"\n") != len(tokens):
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
    if not _are_lines(lines):
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
