"""The only writers of E-Trade: documents in, declarations out to partners and in from them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.formats import wco
from isthmus.apps.etrade.formats.readings import Malformed, Mapped, Reading
from isthmus.apps.etrade.models import DocumentVerdict, ExportDeclaration, Origin, Sending, SourceDocument
from isthmus.apps.etrade.records import ExportDeclarationV1
from isthmus.exchange.handlers import Received
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import Conflict

EXPORT = "etrade.export-declaration/1"


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


def _columns(record: ExportDeclarationV1) -> dict[str, Any]:
    """What lists and filters need of a declaration, beside its whole body."""
    return {
        "number": record.declaration_number,
        "exporter_name": record.exporter_name or "",
        "consignee_name": record.consignee_name or "",
        "export_country": record.export_country or "",
        "destination_country": record.destination_country or "",
        "hs_code": next((item.hs_code for item in record.items if item.hs_code), ""),
        "items": len(record.items),
        "net_kg": _decimal(record.match.net_kg),
        "fob_value": _decimal(record.match.fob_value),
        "currency": record.match.currency or "",
        "departure_date": date.fromisoformat(record.departure_date) if record.departure_date else None,
        "body": record.model_dump(mode="json"),
        "received_at": clock.now(),
    }


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of one file: the document as kept, its declaration if it is one, and whether it is new."""

    document: SourceDocument
    declaration: ExportDeclaration | None
    is_new: bool


def _describe(reading: Reading) -> dict[str, Any]:
    if isinstance(reading, Mapped):
        return {
            "verdict": DocumentVerdict.MAPPED,
            "kind": EXPORT,
            "faults": [asdict(note) for note in reading.notes],
        }
    if isinstance(reading, Malformed):
        return {
            "verdict": DocumentVerdict.MALFORMED,
            "kind": reading.code,
            "reason": "; ".join(f"{fault.where}: {fault.message}" for fault in reading.faults),
            "faults": [asdict(fault) for fault in reading.faults],
        }
    return {"verdict": DocumentVerdict.UNSUPPORTED, "kind": reading.kind, "reason": reading.reason}


def _known(organisation: Organisation, digest: str) -> Intake | None:
    document = SourceDocument.objects.filter(organisation=organisation, sha256=digest).first()
    if document is None:
        return None
    return Intake(document, getattr(document, "declaration", None), is_new=False)


def take_document(file_name: str, content: bytes, *, organisation: Organisation, actor: str) -> Intake:
    """Keep a file under its hash and read it: a declaration, a named unsupported message, or a refusal.

    A file that was taken before, or is being taken by somebody else at this moment, changes nothing.
    """
    digest = sha256(content).hexdigest()
    known = _known(organisation, digest)
    if known is not None:
        return known
    reading = wco.read_document(content)
    try:
        return _keep(file_name, content, digest, reading, organisation, actor)
    except IntegrityError:
        known = _known(organisation, digest)
        if known is None:
            raise
        return known


@transaction.atomic
def _keep(
    file_name: str, content: bytes, digest: str, reading: Reading, organisation: Organisation, actor: str
) -> Intake:
    document = SourceDocument.objects.create(
        sha256=digest,
        organisation=organisation,
        file_name=file_name[-255:],
        adapter="wco",
        content=content,
        size_bytes=len(content),
        received_at=clock.now(),
        received_by=actor,
        **_describe(reading),
    )
    declaration = None
    if isinstance(reading, Mapped):
        declaration = ExportDeclaration.objects.create(
            origin=Origin.OWN, organisation=organisation, source=document, **_columns(reading.record)
        )
    return Intake(document, declaration, is_new=True)


@transaction.atomic
def send(declarations: Sequence[ExportDeclaration], partner: str, *, actor: str) -> list[Sending]:
    """Publish declarations for a partner, in the order given; those it has already are passed over.

    Raises Refused where no agreement covers them, Conflict for a declaration that came from a partner.
    """
    foreign = [declaration.number for declaration in declarations if declaration.origin != Origin.OWN]
    if foreign:
        raise Conflict(
            "etrade.not-own",
            _("%(numbers)s came from a partner.") % {"numbers": ", ".join(foreign[:5])},
            next_step=_("Only declarations lodged here can be sent."),
        )
    sent = set(
        Sending.objects.filter(declaration__in=declarations, partner=partner).values_list(
            "declaration_id", flat=True
        )
    )
    fresh = [declaration for declaration in declarations if declaration.pk not in sent]
    if not fresh:
        return []
    items = [
        Outgoing(EXPORT, declaration.record, declaration.number, declaration.organisation_id)
        for declaration in fresh
    ]
    records = publish(items, to=[partner])
    audit.note("etrade.declarations-sent", actor=actor, subject=partner, detail={"count": len(fresh)})
    return Sending.objects.bulk_create(
        Sending(declaration=declaration, partner=partner, leaf=record.leaf, sent_at=record.issued)
        for declaration, record in zip(fresh, records, strict=True)
    )


def receive_export_declaration(received: Received) -> None:
    """Handler of `etrade.export-declaration/1`: what a partner says has left it for us."""
    ExportDeclaration.objects.create(
        origin=Origin.PARTNER,
        organisation_id=received.organisation_id,
        partner=received.record.sender,
        leaf=received.leaf,
        **_columns(received.body),
    )
