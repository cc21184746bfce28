"""Many documents at once: all are read first, then kept and entered in one transaction.

Most documents of a national system are one declaration that is new here and that nothing waits for: those
are written in bulk. Whatever needs more, such as a notification, a paper or a newer version, takes the way
of a single document, in its turn, so that a portion comes to the same as its documents one by one.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, Q

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.cases.services.waking import compare_soon
from isthmus.apps.etrade.formats.mapping.choosing import Adapter, ReadAs, read_document
from isthmus.apps.etrade.formats.readings import Mapped
from isthmus.apps.etrade.models import (
    Declaration,
    DeclarationEvent,
    DocumentVerdict,
    Kind,
    Origin,
    SourceDocument,
    TradeDocument,
)
from isthmus.apps.etrade.records import ExportDeclarationV1, ImportDeclarationV1
from isthmus.apps.etrade.rules.procedures import Direction as Way
from isthmus.apps.etrade.services import licences, versions
from isthmus.apps.etrade.services.intake import (
    Intake,
    document_of,
    keep,
    mappings_of,
    take_document,
    way_of,
)
from isthmus.kit import clock
from isthmus.kit.errors import FieldFault, IsthmusError

NAMES = 5_000
"""Asked of the database at once; SQLite takes no statement with many more values."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A document as it was handed over."""

    name: str
    content: bytes
    adapter: Adapter | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """A document that is new here, with what it says."""

    handed: Handed
    digest: str
    found: ReadAs

    @property
    def declared(self) -> list[ExportDeclarationV1 | ImportDeclarationV1] | None:
        """Its declarations; None where it says anything else."""
        records = [reading.record for reading in self.found.readings if isinstance(reading, Mapped)]
        declared = [one for one in records if isinstance(one, ExportDeclarationV1 | ImportDeclarationV1)]
        return declared if len(declared) == len(records) else None


def take_documents(
    handed: Sequence[Handed], *, organisation: Organisation, actor: str, mapping: str = ""
) -> list[Intake]:
    """What became of each document, in their order; the same as ``take_document`` one after the other.

    A document that cannot be entered, such as one about another organisation's paper, is kept as refused
    with the reason, and stops none of the others.
    """
    digests = [sha256(one.content).hexdigest() for one in handed]
    known = _known(organisation, set(digests))
    read = _read_all(handed, digests, set(known), organisation, mapping)
    try:
        taken = known | _enter(read, organisation, actor)
    except (IntegrityError, IsthmusError):
        # Somebody else takes one of them at this moment, or one cannot be entered: each by itself.
        taken = known
    intakes: list[Intake] = []
    for at, (one, digest) in enumerate(zip(handed, digests, strict=True)):
        intake = taken.get(digest)
        if intake is None or (not intake.is_new and intake.document.kind == "no-mapping"):
            intake = _alone(one, digest, organisation, actor, mapping)
        elif digest in digests[:at]:
            intake = replace(intake, is_new=False)
        intakes.append(intake)
    return intakes


def _known(organisation: Organisation, digests: set[str]) -> dict[str, Intake]:
    rows = (
        SourceDocument.objects.filter(organisation=organisation, sha256__in=digests)
        .defer("content")
        .select_related("statement")
        .prefetch_related(
            Prefetch("declarations", Declaration.objects.order_by("id")),
            Prefetch("events", DeclarationEvent.objects.order_by("id")),
        )
    )
    known = {}
    for row in rows:
        found = tuple(row.declarations.all())
        known[row.sha256] = Intake(
            row,
            found[0] if found else None,
            is_new=False,
            event=next(iter(row.events.all()), None),
            statement=getattr(row, "statement", None),
            declarations=found,
        )
    return known


def _read_all(
    handed: Sequence[Handed],
    digests: Sequence[str],
    known: set[str],
    organisation: Organisation,
    mapping: str,
) -> list[_Read]:
    """The readings of those that are new, before any transaction holds others up."""
    mappings = mappings_of(organisation, mapping)
    ways: dict[str, Way] = {}

    def directions(names: tuple[str, ...]) -> Way | None:
        return way_of(names) or next((ways[name] for name in names if name in ways), None)

    seen, read = set(known), []
    for one, digest in zip(handed, digests, strict=True):
        if digest in seen:
            continue
        seen.add(digest)
        found = read_document(one.content, adapter=one.adapter, mappings=mappings, directions=directions)
        read.append(_Read(one, digest, found))
        for record in read[-1].declared or ():
            for name in _names(record):
                ways.setdefault(name, _way(record))
    return read


def _way(record: ExportDeclarationV1 | ImportDeclarationV1) -> Way:
    return "export" if isinstance(record, ExportDeclarationV1) else "import"


@transaction.atomic
def _enter(read: Sequence[_Read], organisation: Organisation, actor: str) -> dict[str, Intake]:
    """All of them or none, in their order; raises what entering one of them raises."""
    taken: dict[str, Intake] = {}
    plain: list[_Read] = []
    seen: set[tuple[Way, str]] = set()
    for one in read:
        keys = [(_way(record), record.declaration_number) for record in one.declared or ()]
        if one.declared is None or len(set(keys)) < len(keys) or seen.intersection(keys):
            taken |= _enter_plain(plain, organisation, actor)
            plain, seen = [], set()
            taken[one.digest] = _keep(one, organisation, actor)
        else:
            plain.append(one)
            seen.update(keys)
    return taken | _enter_plain(plain, organisation, actor)


def _keep(one: _Read, organisation: Organisation, actor: str) -> Intake:
    return keep(one.handed.name, one.handed.content, one.digest, one.found, organisation, actor)


def _enter_plain(read: Sequence[_Read], organisation: Organisation, actor: str) -> dict[str, Intake]:
    """Documents of declarations whose numbers are all different: in bulk, but for those known or awaited."""
    named = _named(read, organisation)
    taken: dict[str, Intake] = {}
    new: list[_Read] = []
    for one in read:
        names = {name for record in one.declared or () for name in _names(record)}
        if named.intersection(names):
            taken[one.digest] = _keep(one, organisation, actor)
        else:
            new.append(one)
    documents = [
        document_of(one.handed.name, one.handed.content, one.digest, one.found, organisation, actor)
        for one in new
    ]
    SourceDocument.objects.bulk_create(documents)
    made = [
        [
            versions.first_version(
                record, origin=Origin.OWN, organisation_id=organisation.pk, source_id=document.pk
            )
            for record in one.declared or ()
        ]
        for one, document in zip(new, documents, strict=True)
    ]
    Declaration.objects.bulk_create(row for rows in made for row in rows)
    _draw([row for rows in made for row in rows])
    if any(made):
        compare_soon()
    for one, document, rows in zip(new, documents, made, strict=True):
        first = rows[0] if rows else None
        taken[one.digest] = Intake(document, first, is_new=True, declarations=tuple(rows))
    return taken


def _names(record: ExportDeclarationV1 | ImportDeclarationV1) -> list[str]:
    return [name for name in (record.declaration_number, record.local_reference) if name]


def _named(read: Sequence[_Read], organisation: Organisation) -> set[str]:
    """Numbers and references under which a declaration, or something that waits for one, is here already."""
    names = sorted({name for one in read for record in one.declared or () for name in _names(record)})
    found: set[str] = set()
    for start in range(0, len(names), NAMES):
        some = names[start : start + NAMES]
        known = Declaration.objects.filter(origin=Origin.OWN, organisation=organisation, number__in=some)
        waiting = DeclarationEvent.objects.filter(
            Q(number__in=some) | Q(local_reference__in=some), declaration=None, origin=Origin.OWN
        )
        found.update(known.values_list("number", flat=True))
        for both in waiting.values_list("number", "local_reference"):
            found.update(both)
    return found - {""}


def _draw(rows: Sequence[Declaration]) -> None:
    permits = {row.permit_number for row in rows if row.permit_number}
    if not permits:
        return
    held = set(
        TradeDocument.objects.filter(kind=Kind.LICENCE, origin=Origin.OWN, number__in=permits).values_list(
            "number", flat=True
        )
    )
    for row in rows:
        if row.permit_number in held:
            licences.draw(row)


def _alone(one: Handed, digest: str, organisation: Organisation, actor: str, mapping: str) -> Intake:
    try:
        return take_document(
            one.name,
            one.content,
            organisation=organisation,
            actor=actor,
            adapter=one.adapter,
            mapping=mapping,
        )
    except IsthmusError as error:
        return _refused(one, digest, error, organisation, actor)


@transaction.atomic
def _refused(one: Handed, digest: str, error: IsthmusError, organisation: Organisation, actor: str) -> Intake:
    faults = error.faults or (FieldFault("file", error.message),)
    document, is_new = SourceDocument.objects.get_or_create(
        organisation=organisation,
        sha256=digest,
        defaults={
            "file_name": one.name[-255:],
            "adapter": one.adapter or "none",
            "content": one.content,
            "size_bytes": len(one.content),
            "verdict": DocumentVerdict.MALFORMED,
            "kind": error.code[:80],
            "reason": " ".join(part for part in (error.message, error.next_step) if part),
            "faults": [asdict(fault) for fault in faults],
            "refused": 1,
            "received_at": clock.now(),
            "received_by": actor,
        },
    )
    return Intake(document, None, is_new=is_new)
