"""What a target is told, how long to wait for it, and what its answers mean."""

import re
from datetime import timedelta
from typing import Literal

Answer = Literal["taken", "busy", "failed", "refused"]
MOST_TRIES = 8
"""Times that a record is offered to a system that fails over it, before a person has to look."""
_LONGEST = timedelta(hours=6)
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


def wait_after(tries: int) -> timedelta:
    """How long a target is left alone after so many failures in a row: 1, 2, 4 minutes, at most six hours."""
    return min(timedelta(minutes=2 ** min(max(tries - 1, 0), 10)), _LONGEST)


def answer_of(status: int) -> Answer:
    """What an HTTP status says about the record that was posted (RFC 9110, section 15).

    Statuses that ask for patience, or tell that nothing behind the address works, say nothing about the
    record; other server errors may be about it; every other status that is no success refuses it.
    """
    if 200 <= status < 300:
        return "taken"
    if status in {401, 403, 404, 408, 425, 429, 502, 503, 504} or 300 <= status < 400:
        return "busy"
    return "failed" if status >= 500 else "refused"


def file_name(record_type: str, partner: str, subject: str, leaf: str, extension: str) -> str:
    """A name under which a record lies in a folder: the same for the same record, and safe everywhere.

    It begins with the type and ends with the first sixteen digits of the record's leaf, which tell two
    records about one number apart.
    """
    named = _UNSAFE.sub("_", subject)[:60].strip("._") or "record"
    return f"{record_type.removeprefix('etrade.')}-{partner}-{named}-{leaf[:16]}.{extension}"
