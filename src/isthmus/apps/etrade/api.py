"""E-Trade for programs: documents of national systems in, declarations out to partners."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import Query
from ninja.responses import Status
from pydantic import Field

from isthmus.accounts.api import TokenRequest, organisation_of
from isthmus.accounts.policy import require, visible
from isthmus.apps.etrade import services
from isthmus.apps.etrade.api_desk import router as desk
from isthmus.apps.etrade.api_fields import Identifier
from isthmus.apps.etrade.cases.api import router as cases
from isthmus.apps.etrade.formats.readings import kept_fault, said_of
from isthmus.apps.etrade.formats.xml import MAX_BYTES
from isthmus.apps.etrade.matching.api import router as matching
from isthmus.apps.etrade.mirror.api import router as corridors
from isthmus.apps.etrade.models import Declaration, DocumentVerdict, Origin, Sending, State
from isthmus.apps.etrade.reference.api import router as code_lists
from isthmus.exchange.api.fields import (
    Asked,
    Leaf,
    Moment,
    MomentAsked,
    NodeId,
    Shown,
    StrictBody,
    Text,
    example_of,
)
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.problems import ProblemFault, TooLarge, Unreadable, WrongMediaType
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import BadInput, FieldFault, NotFound

VIEW = "etrade.declaration.view"
READ = "etrade.declaration.import"
SEND = "etrade.declaration.send"
router = Routes("e-trade")
router.add_router("/lists", code_lists)
router.add_router("", desk)
router.add_router("", cases)
router.add_router("", corridors)
router.add_router("", matching)

XML_TYPES = ("application/xml", "text/xml", "application/octet-stream")
_MULTIPART = "multipart/form-data"
_BINARY = {"type": "string", "format": "binary"}
_DOCUMENT_BODY = {
    "required": True,
    "description": "One document, as it is or as the only part `file` of a form; at most 4 MiB.",
    "content": {
        **{media: {"schema": _BINARY} for media in XML_TYPES},
        _MULTIPART: {
            "schema": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]},
        },
    },
}


Way = Literal["export", "import"]


class DeclarationReference(Shown):
    """The declaration that a document became."""

    id: int
    number: str


class DocumentShown(Shown):
    """What became of a document."""

    model_config = example_of(
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        file_name="26MM0000000000017.xml",
        verdict="mapped",
        kind="etrade.export-declaration/1",
        reason="",
        faults=[],
        declaration={"id": 17, "number": "26MM0000000000017"},
        is_new=True,
    )

    sha256: str = Field(description="Names the document, which is kept byte for byte.")
    file_name: str
    verdict: DocumentVerdict
    kind: str = Field(description="The record type it became, the kind of message, or the code of its fault.")
    reason: str = Field(description="Why it became no declaration; empty where it did.")
    faults: list[ProblemFault] = Field(description="What is wrong with it, or what was not carried over.")
    declaration: DeclarationReference | None
    is_new: bool = Field(description="False for a document that was taken before; nothing was changed then.")


class DeclarationShown(Shown):
    """A declaration at a glance."""

    id: int
    number: str = Field(description="Number given by customs, or the declarant's reference.")
    direction: Way
    state: State
    version: int = Field(description="The newest version known here; 1 is as it was lodged.")
    origin: Origin
    partner: NodeId | None = Field(description="The partner that it came from; null for one lodged here.")
    organisation: str | None = Field(description="Code of the organisation here that it belongs to.")
    exporter_name: str
    consignee_name: str
    export_country: str = Field(description="ISO 3166 alpha-2, or empty.")
    destination_country: str = Field(description="ISO 3166 alpha-2, or empty.")
    hs_code: str = Field(description="HS code of the first item that has one, or empty.")
    items: int = Field(description="How many lines of goods it has.")
    net_kg: str | None = Field(description="Net weight in kg, a decimal as text.", examples=["24000.5"])
    fob_value: str | None = Field(description="FOB value, a decimal as text.", examples=["19000"])
    currency: str = Field(description="ISO 4217, or empty.")
    departure_date: date | None
    received_at: Moment
    leaf: Leaf | None = Field(description="The record that brought it; null for one lodged here.")
    sent_to: list[NodeId] = Field(description="The partners for which it was published.")


class SendingShown(Shown):
    """A declaration that was published for a partner."""

    to: NodeId
    leaf: Leaf
    sent_at: Moment


class DeclarationWithBody(DeclarationShown):
    """A declaration with everything that it says."""

    body: dict[str, Any]
    missing: list[str] = Field(description="Elements of the ASEAN declaration document that it lacks.")
    sendings: list[SendingShown]


class DeclarationPage(Shown):
    """A page of declarations, newest first."""

    items: list[DeclarationShown]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class DeclarationFilters(Paged):
    """Which declarations to list; every filter given must fit."""

    direction: Way | None = None
    origin: Origin | None = None
    state: State | None = None
    partner: NodeId | None = None
    number: Annotated[Text, Field(min_length=1, max_length=70, description="The number, in full.")] | None = (
        None
    )
    since: Annotated[MomentAsked, Field(description="Received here at this time or later.")] | None = None
    until: Annotated[MomentAsked, Field(description="Received here before this time.")] | None = None


class Receiver(StrictBody):
    """To whom a declaration goes."""

    to: NodeId


class Sent(SendingShown):
    """What a partner was sent, now or before."""

    is_new: bool = Field(description="False where it was published for this partner before.")


class DocumentName(Asked):
    """How a document that comes without a form is called."""

    file_name: Annotated[
        Text, Field(min_length=1, max_length=255, description="Name of the file, where it has one.")
    ] = "document.xml"


def _of_form(request: HttpRequest) -> tuple[str, bytes]:
    try:
        files, fields = request.FILES, request.POST
    except (MultiPartParserError, SuspiciousOperation) as error:
        raise Unreadable("api.unreadable", _("The form cannot be read.")) from error
    given = files.getlist("file")
    if list(files) != ["file"] or len(given) != 1 or fields:
        fault = FieldFault("file", _("must be the one part of the form, and a file"))
        raise BadInput("etrade.form", _("Send one file, as the part “file”."), faults=(fault,))
    (file,) = given
    if (file.size or 0) > MAX_BYTES:
        raise _too_large()
    return file.name or "document.xml", file.read()


def _too_large() -> TooLarge:
    return TooLarge("etrade.too-large", _("A document has at most %(bytes)d bytes.") % {"bytes": MAX_BYTES})


def _document(request: HttpRequest, file_name: str) -> tuple[str, bytes]:
    """Name and bytes of the one document in a request."""
    if request.content_type == _MULTIPART:
        file_name, content = _of_form(request)
        file_name = "".join(sign for sign in file_name if sign.isprintable()) or "document.xml"
    else:
        content = request.body
    if not content:
        raise Unreadable("api.no-body", _("The request holds no document."))
    if request.content_type not in (*XML_TYPES, _MULTIPART):
        listed = ", ".join([*XML_TYPES, _MULTIPART])
        raise WrongMediaType("api.media-type", _("Send the document as %(types)s.") % {"types": listed})
    if len(content) > MAX_BYTES:
        raise _too_large()
    return file_name, content


def _fault(kept: dict[str, str]) -> ProblemFault:
    where, message = said_of(kept_fault(kept))
    return ProblemFault(where=where, message=message)


@router.post(
    "/documents",
    response={200: DocumentShown, 201: DocumentShown},
    openapi_extra={"requestBody": _DOCUMENT_BODY},
    summary="Hand in a document",
)
def take_document(request: TokenRequest, asked: Query[DocumentName]) -> Status[DocumentShown]:
    """Keep one XML document of the national system and read it.

    It becomes a declaration (`mapped`), is named and set aside (`unsupported`), or is refused with its
    lines (`malformed`); in each case it is kept. A document that came before is answered with 200 and
    changes nothing.
    """
    require(request.actor, READ)
    organisation = organisation_of(request.actor)
    file_name, content = _document(request, asked.file_name)
    intake = services.take_document(file_name, content, organisation=organisation, actor=request.actor.label)
    row, declaration = intake.document, intake.declaration
    shown = DocumentShown(
        sha256=row.sha256,
        file_name=row.file_name,
        verdict=DocumentVerdict(row.verdict),
        kind=row.kind,
        reason=row.reason,
        faults=[_fault(fault) for fault in row.faults],
        declaration=DeclarationReference(id=declaration.pk, number=declaration.number)
        if declaration is not None
        else None,
        is_new=intake.is_new,
    )
    return Status(201 if intake.is_new else 200, shown)


def _decimal_text(value: Decimal | None) -> str | None:
    """The digits without the zeros that the column adds."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(row: Declaration) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "direction": row.direction,
        "state": row.state,
        "version": row.version,
        "origin": row.origin,
        "partner": row.partner or None,
        "organisation": row.organisation.code if row.organisation is not None else None,
        "exporter_name": row.exporter_name,
        "consignee_name": row.consignee_name,
        "export_country": row.export_country,
        "destination_country": row.destination_country,
        "hs_code": row.hs_code,
        "items": row.items,
        "net_kg": _decimal_text(row.net_kg),
        "fob_value": _decimal_text(row.fob_value),
        "currency": row.currency,
        "departure_date": row.departure_date,
        "received_at": row.received_at,
        "leaf": row.leaf or None,
        "sent_to": sorted(sending.partner for sending in row.sendings.all()),
    }


def _rows() -> QuerySet[Declaration]:
    return Declaration.objects.select_related("organisation").prefetch_related("sendings")


def _visible_declaration(request: TokenRequest, declaration: int) -> Declaration:
    row = visible(request.actor, VIEW, _rows()).filter(pk=declaration).first()
    if row is None:
        raise NotFound("etrade.no-declaration", _("There is no such declaration, or none that you may see."))
    return row


@router.get("/declarations", response=DeclarationPage, summary="List declarations")
def list_declarations(request: TokenRequest, asked: Query[DeclarationFilters]) -> DeclarationPage:
    """Declarations lodged here and received from partners, newest first."""
    require(request.actor, VIEW)
    wanted = {
        "direction": asked.direction,
        "origin": asked.origin,
        "state": asked.state,
        "partner": asked.partner,
        "number": asked.number,
        "received_at__gte": asked.since,
        "received_at__lt": asked.until,
    }
    filters = {name: value for name, value in wanted.items() if value is not None}
    rows, following = take_page(visible(request.actor, VIEW, _rows()).filter(**filters), asked)
    return DeclarationPage(
        items=[DeclarationShown.model_validate(_shown(row)) for row in rows], next=following
    )


@router.get("/declarations/{declaration}", response=DeclarationWithBody, summary="Read a declaration")
def read_declaration(request: TokenRequest, declaration: Identifier) -> DeclarationWithBody:
    """One declaration with its body, what it lacks, and to whom it was sent."""
    require(request.actor, VIEW)
    row = _visible_declaration(request, declaration)
    sendings = [_sending(sending) for sending in row.sendings.all()]
    return DeclarationWithBody.model_validate(
        {**_shown(row), "body": row.body, "missing": row.record.missing, "sendings": sendings}
    )


def _sending(row: Sending) -> dict[str, Any]:
    return {"to": row.partner, "leaf": row.leaf, "sent_at": row.sent_at}


@router.post(
    "/declarations/{declaration}/send", response={200: Sent, 201: Sent}, summary="Send a declaration"
)
def send_declaration(request: TokenRequest, declaration: Identifier, asked: Receiver) -> Status[Sent]:
    """Publish a declaration for a partner; one that it has already (200) is not sent again."""
    require(request.actor, SEND)
    row = _visible_declaration(request, declaration)
    require(request.actor, SEND, row)
    is_new = False
    # Where another request sends it at the same moment, ours is undone as a whole.
    with suppress(IntegrityError):
        is_new = bool(services.send([row], asked.to, actor=request.actor.label))
    sending = Sending.objects.get(declaration=row, partner=asked.to)
    return Status(201 if is_new else 200, Sent(**_sending(sending), is_new=is_new))
