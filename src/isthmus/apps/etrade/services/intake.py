"""Documents of the own system: each is kept under its hash and becomes what it says, or is named and kept."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.formats.mapping.choosing import Adapter, ReadAs, read_document
from isthmus.apps.etrade.formats.mapping.definition import MappingFile
from isthmus.apps.etrade.formats.readings import Malformed, Mapped, Reading, Unsupported, said_of
from isthmus.apps.etrade.models import (
    Declaration,
    DeclarationEvent,
    Direction,
    DocumentVerdict,
    Mapping,
    Origin,
    SourceDocument,
    Statement,
)
from isthmus.apps.etrade.records import (
    DeclarationEventV1,
    ExportDeclarationV1,
    ImportDeclarationV1,
    PhytosanitaryCertificateV1,
    TradeRecord,
)
from isthmus.apps.etrade.rules.procedures import Direction as Way
from isthmus.apps.etrade.services import documents, events, licences, phytosanitary, versions
from isthmus.kit import clock
from isthmus.kit.errors import FieldFault

MOST_FAULTS = 200
"""Of one document, that are kept; the count of refused declarations is kept whole."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of one file: the document as kept, what it turned out to be, and whether it is new."""

    document: SourceDocument
    declaration: Declaration | None
    is_new: bool
    event: DeclarationEvent | None = None
    statement: Statement | None = None
    declarations: tuple[Declaration, ...] = field(default=())


def describe(readings: Sequence[Reading]) -> dict[str, Any]:
    """Verdict, kind, reason and faults of a document of one declaration or of many."""
    mapped = [reading for reading in readings if isinstance(reading, Mapped)]
    refused = [reading for reading in readings if isinstance(reading, Malformed)]
    other = next((reading for reading in readings if isinstance(reading, Unsupported)), None)
    faults: list[FieldFault] = [fault for reading in refused for fault in reading.faults]
    found: dict[str, Any] = {"mapped": len(mapped), "refused": len(refused)}
    if refused:
        found["verdict"] = DocumentVerdict.PARTLY if mapped else DocumentVerdict.MALFORMED
        found["kind"] = refused[0].code
        found["reason"] = "; ".join(": ".join(said_of(fault)) for fault in faults[:20])
        if refused[0].next_step:
            found["reason"] += f" {refused[0].next_step}"
    elif mapped:
        record = mapped[0].record
        found["verdict"] = DocumentVerdict.MAPPED
        found["kind"] = f"{record.record_type}/{record.record_version}"
        faults = [note for reading in mapped for note in reading.notes]
    elif other is not None:
        found |= {"verdict": DocumentVerdict.UNSUPPORTED, "kind": other.kind, "reason": other.reason}
    found["faults"] = [asdict(fault) for fault in faults[:MOST_FAULTS]]
    return found


def _known(organisation: Organisation, digest: str) -> Intake | None:
    document = SourceDocument.objects.filter(organisation=organisation, sha256=digest).first()
    if document is None:
        return None
    found = tuple(document.declarations.order_by("id"))
    return Intake(
        document,
        found[0] if found else None,
        is_new=False,
        event=document.events.order_by("id").first(),
        statement=getattr(document, "statement", None),
        declarations=found,
    )


def way_of(names: tuple[str, ...]) -> Way | None:
    """Whether the own declaration of one of these numbers leaves or comes in; None where none is known."""
    found = (
        Declaration.objects.filter(Q(number__in=names) | Q(local_reference__in=names), origin=Origin.OWN)
        .values_list("direction", flat=True)
        .first()
    )
    if found is None:
        return None
    return "export" if found == Direction.EXPORT else "import"


def mappings_of(organisation: Organisation, name: str = "") -> list[MappingFile]:
    """The mappings that documents of an organisation may be read by, the newest first, or the one named."""
    rows = Mapping.objects.filter(organisation=organisation, retired=False)
    if name:
        rows = rows.filter(name=name)
    newest: dict[str, Mapping] = {}
    for row in rows.order_by("name", "-version"):
        newest.setdefault(row.name, row)
    by_age = sorted(newest.values(), key=lambda row: row.made_at, reverse=True)
    return [row.file for row in by_age]


def read(
    content: bytes, organisation: Organisation, *, adapter: Adapter | None = None, mapping: str = ""
) -> ReadAs:
    """What a document says by the mappings of an organisation, or by the one named; nothing is kept."""
    mappings = mappings_of(organisation, mapping)
    return read_document(content, adapter=adapter, mappings=mappings, directions=way_of)


def take_document(
    file_name: str,
    content: bytes,
    *,
    organisation: Organisation,
    actor: str,
    adapter: Adapter | None = None,
    mapping: str = "",
) -> Intake:
    """Keep a file under its hash and read it: records, a named unsupported message, or a refusal.

    A file that was taken before, or is being taken by somebody else at this moment, changes nothing; one
    that no mapping fitted then is read again.
    """
    digest = sha256(content).hexdigest()
    known = _known(organisation, digest)
    if known is not None and known.document.kind != "no-mapping":
        return known
    found = read(content, organisation, adapter=adapter, mapping=mapping)
    if known is not None:
        return known if describe(found.readings).get("kind") == "no-mapping" else _again(known, found, actor)
    try:
        return keep(file_name, content, digest, found, organisation, actor)
    except IntegrityError:
        known = _known(organisation, digest)
        if known is None:
            raise
        return known


@transaction.atomic
def _again(known: Intake, found: ReadAs, actor: str) -> Intake:
    document = SourceDocument.objects.select_for_update().get(pk=known.document.pk)
    document.adapter, document.mapping, document.reason = found.adapter, found.mapping, ""
    for name, value in describe(found.readings).items():
        setattr(document, name, value)
    document.save()
    return _enter_all(found.readings, document, document.organisation, actor)


def document_of(
    file_name: str, content: bytes, digest: str, found: ReadAs, organisation: Organisation, actor: str
) -> SourceDocument:
    """The row of a document that was read, not saved yet."""
    return SourceDocument(
        sha256=digest,
        organisation=organisation,
        file_name=file_name[-255:],
        adapter=found.adapter,
        mapping=found.mapping,
        content=content,
        size_bytes=len(content),
        received_at=clock.now(),
        received_by=actor,
        **describe(found.readings),
    )


@transaction.atomic
def keep(
    file_name: str, content: bytes, digest: str, found: ReadAs, organisation: Organisation, actor: str
) -> Intake:
    """Keep a document that is new here with what it says; raises what entering it raises, keeping nothing."""
    document = document_of(file_name, content, digest, found, organisation, actor)
    document.save(force_insert=True)
    return _enter_all(found.readings, document, organisation, actor)


@transaction.atomic
def refuse_unread(
    file_name: str, digest: str, size_bytes: int, reason: str, *, organisation: Organisation, actor: str
) -> SourceDocument:
    """Note a file that is too large to be kept or read; it stays where it was put, under its hash here."""
    document, _made = SourceDocument.objects.get_or_create(
        organisation=organisation,
        sha256=digest,
        defaults={
            "file_name": file_name[-255:],
            "adapter": "none",
            "content": b"",
            "size_bytes": min(size_bytes, 2**31 - 1),
            "verdict": DocumentVerdict.MALFORMED,
            "kind": "etrade.file-size",
            "reason": reason,
            "faults": [asdict(FieldFault("file", reason))],
            "refused": 1,
            "received_at": clock.now(),
            "received_by": actor,
        },
    )
    return document


def _enter_all(
    readings: Sequence[Reading], document: SourceDocument, organisation: Organisation, actor: str
) -> Intake:
    made = [
        enter(reading.record, document, organisation, actor)
        for reading in readings
        if isinstance(reading, Mapped)
    ]
    if not made:
        return Intake(document, None, is_new=True)
    found = tuple(one.declaration for one in made if one.declaration is not None)
    first = made[0]
    return Intake(
        document,
        found[0] if found else None,
        is_new=True,
        event=first.event,
        statement=first.statement,
        declarations=found,
    )


@transaction.atomic
def enter(record: TradeRecord, document: SourceDocument, organisation: Organisation, actor: str) -> Intake:
    """Enter what a document of the own system says, as a row of its sort."""
    match record:
        case ExportDeclarationV1() | ImportDeclarationV1():
            return _declare(record, document, organisation, actor)
        case DeclarationEventV1():
            event = events.record_event(record, organisation, actor=actor, source=document)
            return Intake(document, None, is_new=True, event=event)
        case PhytosanitaryCertificateV1():
            record = phytosanitary.with_file(record, bytes(document.content), document.file_name, actor)
    statement = documents.state(record, organisation, actor=actor, source=document)
    return Intake(document, None, is_new=True, statement=statement)


def _declare(
    record: ExportDeclarationV1 | ImportDeclarationV1,
    document: SourceDocument,
    organisation: Organisation,
    actor: str,
) -> Intake:
    """A declaration that is new is lodged; one that is known otherwise becomes a newer version of it."""
    way: Way = "export" if isinstance(record, ExportDeclarationV1) else "import"
    known = (
        Declaration.objects.select_for_update()
        .filter(
            direction=way,
            origin=Origin.OWN,
            organisation=organisation,
            number=record.declaration_number,
        )
        .order_by("id")
        .first()
    )
    if known is None:
        _turn_waiting(record, way)
        declaration = versions.lodge(
            record, origin=Origin.OWN, organisation_id=organisation.pk, source_id=document.pk
        )
        licences.draw(declaration)
        return Intake(document, declaration, is_new=True)
    body = record.model_dump(mode="json")
    seen = [known.body, *known.other_versions.values_list("body", flat=True)]
    if body not in seen:
        newest = max([known.version, *known.other_versions.values_list("version", flat=True)])
        amendment = DeclarationEventV1.model_validate(
            {
                "declaration": way,
                "declaration_number": known.number,
                "local_reference": record.local_reference,
                "event": "amend",
                "version": newest + 1,
                "occurred_at": clock.to_text(clock.now()),
                f"{way}_declaration": record,
            }
        )
        events.record_event(amendment, organisation, actor=actor, source=document)
        known.refresh_from_db()
    return Intake(document, known, is_new=True)


def _turn_waiting(record: ExportDeclarationV1 | ImportDeclarationV1, way: Way) -> None:
    """Notifications that came before their declaration did not know its way: read them again, knowing it."""
    names = tuple(name for name in (record.declaration_number, record.local_reference) if name)
    waiting = (
        DeclarationEvent.objects.filter(
            Q(number__in=names) | Q(local_reference__in=names),
            declaration=None,
            origin=Origin.OWN,
            said_by="",
            source__adapter="wco",
        )
        .exclude(direction=way)
        .select_related("source")
    )
    for event in waiting:
        assert event.source is not None
        found = read_document(bytes(event.source.content), adapter="wco", directions=lambda _names: way)
        event.direction = way
        for reading in found.readings:
            if isinstance(reading, Mapped) and isinstance(reading.record, DeclarationEventV1):
                event.event = reading.record.event
                event.body = reading.record.model_dump(mode="json")
        event.save(update_fields=["direction", "event", "body"])
