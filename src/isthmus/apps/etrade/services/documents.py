"""Certificates, licences, permits, manifests and movements: stated here and by partners."""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models import (
    DOCUMENT_MODELS,
    DocumentRecord,
    Kind,
    Origin,
    Sending,
    SourceDocument,
    Statement,
    TradeDocument,
)
from isthmus.apps.etrade.rules import documents as rules
from isthmus.apps.etrade.services import certificates, standing
from isthmus.apps.etrade.services.publishing import covered, note_restored, publish_thing
from isthmus.exchange.handlers import Erasing, Received
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, IsthmusError, Refused
from isthmus.wire import codec


def kind_of(record: DocumentRecord) -> Kind:
    """Which sort of document a record is about."""
    return Kind(record.record_type.removeprefix("etrade."))


@transaction.atomic
def state(
    record: DocumentRecord,
    organisation: Organisation,
    *,
    actor: str,
    source: SourceDocument | None = None,
) -> Statement:
    """State something about a document of this node; partners that have the document are told.

    BadInput ``etrade.not-yours`` for a status that is another side's to state, Conflict
    ``etrade.version-differs`` where this version was stated with another content, ``etrade.number-taken``
    where the document is another organisation's.
    """
    kind = kind_of(record)
    if not rules.may_say(kind, record.status, by_issuer=True):
        raise BadInput(
            "etrade.not-yours",
            _("The issuer of a document does not state that it is %(status)s.") % {"status": record.status},
            next_step=_("The country of destination states it, on the document that was sent to it."),
        )
    document = _document(kind, Origin.OWN, "", record.number, organisation.pk, record)
    if document.organisation_id != organisation.pk:
        raise Conflict(
            "etrade.number-taken",
            _("%(number)s is a document of another organisation.") % {"number": record.number},
            next_step=_("Look whether the number is right; only its own organisation states more about it."),
        )
    made = _say(document, record, said_by="", source=source)
    audit.note("etrade.document-stated", actor=actor, subject=record.number, detail={"kind": kind.value})
    holders = Sending.objects.filter(statement__document=document).values_list("partner", flat=True)
    _tell(made, covered(document.record_type, set(holders)))
    return made


@transaction.atomic
def state_theirs(document: TradeDocument, record: DocumentRecord, *, actor: str) -> Statement:
    """State, as an office on the way or of destination, where a partner's movement stands; it is told.

    Refused where no agreement lets the statement go to that partner.
    """
    if document.origin != Origin.PARTNER or not rules.may_say(document.kind, record.status, by_issuer=False):
        raise Conflict(
            "etrade.not-theirs",
            _("Nothing can be stated here about %(number)s.") % {"number": document.number},
            next_step=_("Only a movement of a partner is stated as passed, arrived or discharged."),
        )
    made = _say(document, record, said_by="", source=None)
    audit.note("etrade.document-stated", actor=actor, subject=record.number, detail={"kind": document.kind})
    publish_thing(
        made, document.record_type, record, document.number, document.organisation_id, [document.partner]
    )
    return made


@transaction.atomic
def send_document(document: TradeDocument, partner: str, *, actor: str) -> list[Sending]:
    """Publish the newest statement of an own document for a partner; one that it has is passed over.

    Conflict for a document of a partner, Refused where no agreement covers it.
    """
    if document.origin != Origin.OWN:
        raise Conflict(
            "etrade.not-own",
            _("%(numbers)s came from a partner.") % {"numbers": document.number},
            next_step=_("Only documents issued here can be sent."),
        )
    newest = document.statements.filter(said_by="").order_by("-version").first()
    assert newest is not None, "a document is made by its first statement"
    body = document.record
    made = publish_thing(
        newest, document.record_type, body, document.number, document.organisation_id, [partner]
    )
    if made:
        audit.note("etrade.document-sent", actor=actor, subject=document.number, detail={"to": partner})
    return made


def _tell(made: Statement, receivers: list[str]) -> int:
    document = made.document
    record = DOCUMENT_MODELS[Kind(document.kind)].model_validate_json(codec.encode(made.body))
    try:
        with transaction.atomic():
            sent = publish_thing(
                made, document.record_type, record, document.number, document.organisation_id, receivers
            )
    except IsthmusError:
        return 0  # it is stated all the same; the job that sends news tries again
    return len(sent)


def send_news(progress: Progress) -> dict[str, int]:
    """Job: tell partners what was stated about documents that they have and were not told of."""
    told = 0
    for kind in Kind:
        for partner in covered(f"etrade.{kind.value}/1"):
            had = TradeDocument.objects.filter(
                kind=kind, origin=Origin.OWN, statements__sendings__partner=partner
            )
            fresh = Statement.objects.filter(document__in=had, said_by="").exclude(sendings__partner=partner)
            for made in fresh.select_related("document").order_by("id")[:1000]:
                if not _was_sent_after(made, partner):
                    told += _tell(made, [partner])
                progress.step(told, None)
    return {"told": told}


def _was_sent_after(made: Statement, partner: str) -> bool:
    newer = Sending.objects.filter(
        statement__document=made.document, statement__version__gt=made.version, partner=partner
    )
    return newer.exists()


def _document(
    kind: Kind, origin: Origin, partner: str, number: str, organisation_id: int | None, record: DocumentRecord
) -> TradeDocument:
    """The row of the document, locked; made by the first statement about it."""
    row, made = TradeDocument.objects.select_for_update().get_or_create(
        kind=kind,
        origin=origin,
        partner=partner,
        number=number,
        defaults={
            "organisation_id": organisation_id,
            "state": record.status,
            "received_at": clock.now(),
            **standing.columns(record.model_dump(mode="json")),
        },
    )
    if made and kind == Kind.CERTIFICATE_OF_ORIGIN:
        certificates.attach_waiting(row)
    return row


def _say(
    document: TradeDocument,
    record: DocumentRecord,
    *,
    said_by: str,
    source: SourceDocument | None,
    leaf: str = "",
) -> Statement:
    body = record.model_dump(mode="json")
    known = document.statements.filter(said_by=said_by, version=record.version).first()
    if known is not None:
        if known.body != body:
            raise Conflict(
                "etrade.version-differs",
                _("Version %(version)d of %(number)s is known here with another content.")
                % {"version": record.version, "number": document.number},
                next_step=_("Ask the other side which of the two holds; it states that as a newer version."),
            )
        return known
    made = Statement.objects.create(
        document=document,
        said_by=said_by,
        version=record.version,
        status=record.status,
        body=body,
        leaf=leaf,
        source=source,
        received_at=clock.now(),
    )
    standing.settle(document)
    return made


def _kind(received: Received) -> Kind:
    return Kind(received.record.type.removeprefix("etrade."))


def receive_document(received: Received) -> None:
    """Handler of all documents: the newest statement of the issuer holds, in any order of arrival.

    Refused ``etrade.not-known`` for what a partner states about a movement that did not begin here, and
    ``etrade.not-yours`` for a status that is not the sender's to state; both wait in quarantine.
    """
    kind, sender = _kind(received), received.record.sender
    record: DocumentRecord = received.body
    if rules.concerns_own(kind, record.status):
        row = TradeDocument.objects.select_for_update().filter(
            kind=kind, origin=Origin.OWN, number=record.number
        )
        document = row.filter(statements__sendings__partner=sender).first() or row.first()
        if document is None:
            raise Refused(
                "etrade.not-known",
                _("No movement %(number)s began here.") % {"number": record.number},
                next_step=_("Enter its departure, then run the record again."),
            )
    else:
        document = _document(kind, Origin.PARTNER, sender, record.number, received.organisation_id, record)
    _say(document, record, said_by=sender, source=None, leaf=received.leaf)


def restore_document(received: Received) -> None:
    """A statement that this node sent and lost came back: it stands again, and nobody sends it again."""
    kind, partner = _kind(received), received.record.receiver
    record: DocumentRecord = received.body
    theirs = rules.concerns_own(kind, record.status)
    document = _document(
        kind,
        Origin.PARTNER if theirs else Origin.OWN,
        partner if theirs else "",
        record.number,
        received.organisation_id,
        record,
    )
    known = document.statements.filter(said_by="", version=record.version).first()
    made = known or _say(document, record, said_by="", source=None)
    note_restored(made, partner, received.leaf, received.record.issued)


@transaction.atomic
def erase_document(erasing: Erasing) -> None:
    """Erase what a partner stated; the document goes with its last statement."""
    if erasing.sent:
        return
    made = Statement.objects.select_related("document").filter(leaf=erasing.leaf).first()
    if made is None:
        return
    document = made.document
    made.delete()
    if document.statements.exists():
        standing.settle(document)
    else:
        document.delete()
