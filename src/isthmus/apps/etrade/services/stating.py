"""Own documents from the JSON text of their records: what programs, files and forms state."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models import DOCUMENT_MODELS, DocumentRecord, Kind, Origin, Statement, TradeDocument
from isthmus.apps.etrade.rules import documents as rules
from isthmus.apps.etrade.services.documents import send_document, state, state_theirs
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound
from isthmus.wire import codec

FAULTS_NAMED = 100


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement, and whether it was made now; stated again with the same content it is known."""

    statement: Statement
    is_new: bool


def read_record(kind: Kind, body: dict[str, Any]) -> DocumentRecord:
    """The record that a JSON object is; BadInput names each field that does not fit, as ``items.0.unit``.

    Refuses phytosanitary certificates: those are their XML file, of which the record is the index.
    """
    if kind == Kind.PHYTOSANITARY:
        raise BadInput(
            "etrade.needs-file",
            _("A phytosanitary certificate is its XML file; a record alone is none."),
            next_step=_("Hand its XML file in as a document."),
        )
    try:
        return DOCUMENT_MODELS[kind].model_validate_json(codec.encode(body))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise BadInput(
            "etrade.document-body",
            _("This is no record of the kind etrade.%(kind)s/1.") % {"kind": kind.value},
            faults=tuple(
                FieldFault(".".join(str(part) for part in one["loc"]), one["msg"])
                for one in found[:FAULTS_NAMED]
            ),
            next_step=_("Correct the fields that are named."),
        ) from error


def kind_of_type(record_type: str) -> Kind:
    """The kind that a record type such as ``etrade.licence/1`` is about; BadInput for every other."""
    for kind in Kind:
        if record_type == f"etrade.{kind.value}/1":
            return kind
    raise BadInput(
        "etrade.not-a-document",
        _("%(type)s is not a record type of trade documents.") % {"type": record_type[:100]},
        faults=(FieldFault("type", _("is not a record type of trade documents")),),
        next_step=_("Use one such as etrade.licence/1."),
    )


def _known(document: TradeDocument | None, version: int) -> bool:
    return document is not None and document.statements.filter(said_by="", version=version).exists()


@transaction.atomic
def state_new(
    kind: Kind, body: dict[str, Any], organisation: Organisation, *, actor: str, to: str = ""
) -> Stated:
    """State a document of this node from its JSON record and, where ``to`` names a partner, send it there.

    All of it or nothing. BadInput for what is no such record, Conflict where the number is another
    organisation's or the version has another content, Refused where no agreement lets it go.
    """
    record = read_record(kind, body)
    row = TradeDocument.objects.filter(kind=kind, origin=Origin.OWN, number=record.number).first()
    known = _known(row, record.version)
    made = state(record, organisation, actor=actor)
    if to:
        send_document(made.document, to, actor=actor)
    return Stated(made, not known)


@transaction.atomic
def state_next(document: TradeDocument, body: dict[str, Any], *, actor: str) -> Stated:
    """State what came next of a document that is here: an own one, or a movement of a partner.

    BadInput where the record is about another number.
    """
    record = read_record(Kind(document.kind), body)
    if record.number != document.number:
        raise BadInput(
            "etrade.other-number",
            _("The record is about %(other)s, not about %(number)s.")
            % {"other": record.number, "number": document.number},
            faults=(FieldFault("number", _("must be that of the document")),),
        )
    known = _known(document, record.version)
    if document.origin == Origin.PARTNER:
        return Stated(state_theirs(document, record, actor=actor), not known)
    organisation = document.organisation
    if organisation is None:
        raise Conflict(
            "etrade.no-owner",
            _("No organisation holds %(number)s.") % {"number": document.number},
            next_step=_("Set under Desks which organisation receives such records."),
        )
    return Stated(state(record, organisation, actor=actor), not known)


@transaction.atomic
def state_file(content: object, organisation: Organisation, *, actor: str, to: str = "") -> Stated:
    """State what one JSON object says: its ``type``, such as ``etrade.transit/1``, and its ``body``.

    A movement's passage, arrival, discrepancy or discharge is stated on the partner's movement that has the
    number. BadInput for another shape, NotFound where no such movement came, else as ``state_new``.
    """
    if (
        not isinstance(content, dict)
        or set(content) != {"type", "body"}
        or not isinstance(content["type"], str)
        or not isinstance(content["body"], dict)
    ):
        raise BadInput(
            "etrade.document-file",
            _("A document is a JSON object with the members type and body, and no others."),
            next_step=_('Such as {"type": "etrade.licence/1", "body": {"number": "EL-77", …}}.'),
        )
    kind = kind_of_type(content["type"])
    body: dict[str, Any] = content["body"]
    if not rules.concerns_own(kind, str(body.get("status"))):
        return state_new(kind, body, organisation, actor=actor, to=to)
    record = read_record(kind, body)
    rows = TradeDocument.objects.filter(kind=kind, origin=Origin.PARTNER, number=record.number)
    found = list((rows.filter(partner=to) if to else rows)[:2])
    if not found:
        raise NotFound(
            "etrade.not-known",
            _("No movement %(number)s of a partner is known here.") % {"number": record.number},
            next_step=_("Look whether its departure arrived."),
        )
    if len(found) > 1:
        raise Conflict(
            "etrade.two-movements",
            _("Two partners have a movement %(number)s.") % {"number": record.number},
            next_step=_("Name the partner, with --to."),
        )
    return state_next(found[0], body, actor=actor)
