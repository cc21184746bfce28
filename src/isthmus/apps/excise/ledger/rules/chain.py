"""The chain of a book: entries carry the SHA-256 (FIPS 180-4) of their content and of the one before."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from isthmus.apps.excise.ledger.rules.entries import Draft

ORIGIN = "0" * 64
"""What the first entry of a book names as the hash before it."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry as it stands: ``at`` is aware UTC, ``reverses`` the number of an entry it undoes, or 0."""

    book: str
    number: int
    draft: Draft
    actor: str
    at: datetime
    reverses: int
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that is not as it was posted. ``why``: ``missing``, ``link`` or ``content``."""

    number: int
    why: str


def content(entry: Sealed) -> bytes:
    """The canonical bytes of an entry: JSON in UTF-8, names sorted, no blanks, moves in their order."""
    value = {
        "actor": entry.actor,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "book": entry.book,
        "detail": dict(entry.draft.detail),
        "key": entry.draft.key,
        "kind": entry.draft.kind,
        "moves": [
            [move.account.holder, move.account.role, move.unit, move.amount] for move in entry.draft.moves
        ],
        "number": entry.number,
        "previous": entry.previous,
        "reference": entry.draft.reference,
        "reverses": entry.reverses,
        "value_on": entry.draft.value_on.isoformat(),
    }
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def seal(entry: Sealed) -> str:
    """The hash that an entry must carry, 64 hexadecimal digits."""
    return hashlib.sha256(content(entry)).hexdigest()


def first_break(entries: Iterable[Sealed]) -> Break | None:
    """The first entry of a whole book, in the order of numbers, that was changed, removed or put in; or None.

    Changing an entry together with its own hash shows at the next one, whose link no longer fits; changing
    the last one so shows against the head that the book keeps, which the caller compares.
    """
    previous, expected = ORIGIN, 1
    for entry in entries:
        if entry.number != expected:
            return Break(expected, "missing")
        if entry.digest != seal(entry):
            return Break(expected, "content")
        if entry.previous != previous:
            return Break(expected, "link")
        previous, expected = entry.digest, expected + 1
    return None
