"""What an application's handler is given when a record of its type was accepted."""

from dataclasses import dataclass
from typing import Any

from isthmus.wire.record import Record


@dataclass(frozen=True, slots=True)
class Received:
    """An accepted record: its envelope, its typed body, the leaf that names it, and who receives it here.

    ``organisation_id`` is the desk's organisation, None where no desk was set for the type.
    """

    record: Record
    body: Any
    leaf: str
    organisation_id: int | None
