"""What an application's handlers are given: an accepted record, a file that arrived, an erasure."""

from dataclasses import dataclass
from typing import Any

from isthmus.wire.record import Record


@dataclass(frozen=True, slots=True)
class Received:
    """An accepted record: its envelope, its typed body, the leaf that names it, and who receives it here.

    ``organisation_id`` is the desk's organisation, None where no desk was set for the type; ``kid`` is the
    thumbprint of the key whose signature was found to hold.
    """

    record: Record
    body: Any
    leaf: str
    organisation_id: int | None
    kid: str = ""


@dataclass(frozen=True, slots=True)
class Completed:
    """A record that both nodes have signed: ``by`` has countersigned it, agreeing to ``words``.

    ``counter_leaf`` is that of the countersignature. The signer's application is called when it signs, the
    other's when the countersignature arrives.
    """

    record: Record
    body: Any
    leaf: str
    organisation_id: int | None
    counter_leaf: str
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file of an accepted record of this type is here and whole.

    ``leaf`` and ``subject`` are the record's; ``sha256`` and ``size`` (bytes) are of the file as it
    travelled, ``name`` and ``media_type`` as the record calls it. ``exchange.services.attachments`` reads it.
    """

    leaf: str
    subject: str
    sha256: str
    size: int
    name: str
    media_type: str
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class Erasing:
    """The text of a record is being erased; ``sent`` tells records of this node from received ones.

    ``ground`` is one of retention, person, order. The text cannot be read any more when this is called.
    """

    leaf: str
    record_type: str
    subject: str
    partner: str
    sent: bool
    ground: str
