"""What reading a document can come to. Every document gets exactly one reading; none is lost silently."""

from dataclasses import dataclass

from isthmus.apps.etrade.records import ExportDeclarationV1
from isthmus.kit.errors import FieldFault


@dataclass(frozen=True, slots=True)
class SchemaVerdict:
    """What the operator's XSD says of the declaration. It is shown beside the document, never a gate."""

    valid: bool
    faults: tuple[FieldFault, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """The document is a declaration and became a record; ``notes`` say what was not carried over and why."""

    record: ExportDeclarationV1
    notes: tuple[FieldFault, ...] = ()
    schema: SchemaVerdict | None = None


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A sound document of a kind that becomes no record here. ``kind`` is stable, ``reason`` for a person."""

    kind: str
    reason: str
    schema: SchemaVerdict | None = None


@dataclass(frozen=True, slots=True)
class Malformed:
    """A damaged, hostile or contradictory document. ``code`` is stable; each fault names its line."""

    code: str
    faults: tuple[FieldFault, ...]


Reading = Mapped | Unsupported | Malformed
