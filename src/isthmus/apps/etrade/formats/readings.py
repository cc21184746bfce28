"""What reading a document can come to. Every document gets exactly one reading; none is lost silently."""

from collections.abc import Mapping
from dataclasses import dataclass

from isthmus.apps.etrade.records import ExportDeclarationV1, ImportDeclarationV1, TradeRecord
from isthmus.kit.errors import FieldFault

Declaration = ExportDeclarationV1 | ImportDeclarationV1


@dataclass(frozen=True, slots=True)
class CellFault(FieldFault):
    """A fault of one cell of a table: its column, what stands there (empty: nothing), what to do."""

    column: str
    value: str
    next_step: str = ""


def said_of(fault: FieldFault) -> tuple[str, str]:
    """Where a fault is and what it is, whole: with its column, and what to do about it."""
    if not isinstance(fault, CellFault):
        return fault.where, fault.message
    return f"{fault.where}, column {fault.column}", f"{fault.message} {fault.next_step}".strip()


def kept_fault(kept: Mapping[str, str]) -> FieldFault:
    """A fault as it was kept with its document."""
    if "column" in kept:
        return CellFault(**kept)
    return FieldFault(kept["where"], kept["message"])


@dataclass(frozen=True, slots=True)
class SchemaVerdict:
    """What the operator's XSD says of the declaration. It is shown beside the document, never a gate."""

    valid: bool
    faults: tuple[FieldFault, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """The document was understood and became a record; ``notes`` say what was not carried over and why."""

    record: TradeRecord
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
    next_step: str = ""


Reading = Mapped | Unsupported | Malformed
