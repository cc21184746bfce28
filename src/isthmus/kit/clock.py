"""Aware UTC times, and their one written form (RFC 3339 with ``Z``)."""

import re
from datetime import UTC, datetime

_RFC3339_UTC = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z", re.ASCII)


def now() -> datetime:
    """The present moment as an aware UTC time."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """Write an aware time as RFC 3339 in UTC, with microseconds only where there are any.

    Raises ValueError for a naive time: it names no moment.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone names no moment")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def from_text(text: str) -> datetime:
    """Read an RFC 3339 time that ends in ``Z``; ValueError for any other form."""
    if not _RFC3339_UTC.fullmatch(text):
        raise ValueError(f"{text!r} is not a UTC time such as 2026-11-23T10:02:00Z")
    return datetime.fromisoformat(text)
