"""What every source does: say what is there since a cursor, hand it over, and hear what became of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from isthmus.apps.etrade.formats.mapping.choosing import Adapter


@dataclass(frozen=True, slots=True)
class Found:
    """One document of a source. ``read`` gives its bytes, BadInput where it is not to be read.

    ``cursor`` is where the source stands once this document, and all before it, are dealt with.
    """

    name: str
    read: Callable[[], bytes]
    cursor: str = ""
    adapter: Adapter | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document: taken, or refused for a reason; ``sha256`` names it where it is kept."""

    refused: bool
    reason: str = ""
    sha256: str = ""


class Feed(Protocol):
    """A source of documents. ``discover`` may be called again after any crash, and tells nothing twice that
    ``settle`` was called for, unless its cursor was lost; a document told twice changes nothing."""

    def discover(self, cursor: str) -> Iterator[Found]:
        """The documents since ``cursor``, oldest first; BadInput or Fault where the source cannot be read."""
        ...

    def settle(self, found: Found, outcome: Outcome) -> None:
        """The document is dealt with and kept."""
        ...
