"""Versions of an agenda: the number of a calendar entry's change, and what differs between two versions.

SEQUENCE and STATUS are those of RFC 5545, 3.8.7.4 and 3.8.1.11: a calendar takes over an entry whose number
is higher, and one that was called off stays with its status, so that it goes from the calendars of all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """A session as it is published. ``starts`` and ``ends`` are UTC as text, empty where not yet known.

    ``sequence`` counts the published changes, ``changed`` is when the last of them was.
    """

    uid: str
    kind: str
    title: str
    room: str
    starts: str
    ends: str
    speakers: tuple[str, ...]
    cancelled: bool
    sequence: int = 0
    changed: str = ""

    def as_json(self) -> dict[str, Any]:
        """The entry as it is kept."""
        return {**asdict(self), "speakers": list(self.speakers)}


def entry_of(kept: Mapping[str, Any]) -> Entry:
    """The opposite of ``as_json``."""
    return Entry(**{**kept, "speakers": tuple(kept["speakers"])})


def _content(entry: Entry) -> Entry:
    return replace(entry, sequence=0, changed="")


def published(before: Iterable[Entry], now: Iterable[Entry], at: str) -> tuple[Entry, ...]:
    """The entries of the next version, with the number and time of each one's last change.

    What was never published and is called off is left out; what was published stays whatever becomes of it.
    """
    known = {one.uid: one for one in before}
    made = []
    for entry in now:
        old = known.pop(entry.uid, None)
        if old is None:
            if not entry.cancelled:
                made.append(replace(entry, sequence=0, changed=at))
        elif _content(old) == _content(entry):
            made.append(old)
        else:
            made.append(replace(entry, sequence=old.sequence + 1, changed=at))
    gone = (
        one if one.cancelled else replace(one, cancelled=True, sequence=one.sequence + 1, changed=at)
        for one in known.values()
    )
    return (*made, *gone)


class What(StrEnum):
    """How an entry differs from the version before."""

    NEW = "new"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs: ``fields`` are name, value before and value now of each that does."""

    title: str
    what: What
    fields: tuple[tuple[str, str, str], ...] = ()


_COMPARED = ("title", "kind", "starts", "ends", "room", "speakers")


def _text(value: object) -> str:
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def differences(before: Sequence[Entry], after: Sequence[Entry]) -> tuple[Change, ...]:
    """What is new, called off, on again or changed in ``after``, in its order."""
    known = {one.uid: one for one in before}
    found = []
    for entry in after:
        old = known.get(entry.uid)
        if old is None:
            if not entry.cancelled:
                found.append(Change(entry.title, What.NEW))
            continue
        fields = tuple(
            (name, _text(getattr(old, name)), _text(getattr(entry, name)))
            for name in _COMPARED
            if getattr(old, name) != getattr(entry, name)
        )
        if entry.cancelled != old.cancelled:
            found.append(Change(entry.title, What.CANCELLED if entry.cancelled else What.RESTORED, fields))
        elif fields:
            found.append(Change(entry.title, What.CHANGED, fields))
    return tuple(found)
