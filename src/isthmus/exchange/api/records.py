"""Records: the list, one record with its body, and the signed texts about it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require, visible
from isthmus.exchange import downloads, erasures, file_table, queries, tokens
from isthmus.exchange.api.fields import Leaf, Moment, MomentAsked, NodeId, Shown, Text, TypeKey, example_of
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes, jose, signed_text
from isthmus.exchange.models import (
    AttachmentState,
    Countersignature,
    Direction,
    Effect,
    ErasureGround,
    Record,
    Verdict,
)
from isthmus.kit.errors import NotFound
from isthmus.wire.record import read_record

VIEW = "exchange.record.view"
router = Routes("records")

_EXAMPLE = {
    "leaf": "5f0c2b1e6a7d4c3b9e8f70615243342516071829304a5b6c7d8e9fa0b1c2d3e4",
    "id": "0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b",
    "type": "etrade.export-declaration/1",
    "sender": "mm",
    "receiver": "cn",
    "direction": "out",
    "stream": "mm>cn#1",
    "seq": 17,
    "subject": "26MM0000000000017",
    "agreement": "0197a1b2-0000-7e5f-8a6b-7c8d9e0f1a2b",
    "issued": "2026-11-23T10:02:00Z",
    "stored_at": "2026-11-23T10:02:00Z",
    "organisation": "customs",
    "withheld": ["exporter_name", "match.fob_value"],
    "verdict": "accepted",
    "verdict_code": "",
    "verdict_reason": "",
    "receipt": "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "effect": "none",
}


class RecordShown(Shown):
    """A record of a stream, as its columns stand in this node's database."""

    model_config = example_of(**_EXAMPLE)

    leaf: Leaf
    id: UUID = Field(description="Id of the record, chosen by its sender.")
    type: str = Field(description="Record type and version.")
    sender: NodeId
    receiver: NodeId
    direction: Direction
    stream: str = Field(description="The ordered sequence of records that this one belongs to.")
    seq: int | None = Field(
        description="The record's number in its stream, without gaps; null while it waits for one."
    )
    subject: str = Field(description="The business key, such as a declaration's number.")
    agreement: UUID | None = Field(description="The agreement under which it crosses; null: none is needed.")
    issued: Moment = Field(description="When the sender signed it.")
    stored_at: Moment = Field(description="When this node stored it.")
    organisation: str | None = Field(description="Code of the organisation here that sent or receives it.")
    withheld: list[str] = Field(description="Fields of the body that the agreement did not let through.")
    verdict: Verdict
    verdict_code: str = Field(description="Why it was refused, for programs; empty otherwise.")
    verdict_reason: str = Field(description="Why it was refused, for a person; empty otherwise.")
    receipt: Leaf | None = Field(description="The signed receipt that covers it; null while it waits.")
    effect: Effect


class ErasureShown(Shown):
    """That a text is missing because it was erased: shown by the signed tombstone."""

    tombstone: Leaf = Field(description="The tombstone's own record, which can be downloaded.")
    stream: str
    seq: int = Field(description="The tombstone's number in that stream.")
    ground: ErasureGround
    reason: str
    erased_at: Moment


class FileShown(Shown):
    """A file that a record names."""

    sha256: str = Field(description="SHA-256 of the file as it travels, in hex.")
    name: str
    media_type: str
    size: int = Field(description="Bytes of the file as it travels.")
    state: Literal["whole", "wanted", "erased"] = Field(description="How much of it is here.")
    about_a_person: bool = Field(description="Whether it is encrypted under a person's own key.")
    arrived_at: Moment | None = Field(description="When the partner had all of a file sent to it.")


class CountersignatureShown(Shown):
    """That the receiver has signed the record as well."""

    by: NodeId
    words: str = Field(description="What its officer agreed to.")
    leaf: Leaf = Field(description="The countersignature's own record, which can be downloaded.")
    issued: Moment


class RecordWithBody(RecordShown):
    """A record with what it says."""

    model_config = example_of(
        **_EXAMPLE,
        body={"declaration_number": "26MM0000000000017"},
        erased=None,
        files=[],
        countersignature=None,
    )

    body: dict[str, Any] | None = Field(description="What was signed; null once the signed text was erased.")
    erased: ErasureShown | None = Field(description="Under which tombstone its text went; null: it is here.")
    files: list[FileShown] = Field(description="The files that the record names, in the order of its text.")
    countersignature: CountersignatureShown | None = Field(
        description="The second node's signature; null: it has not countersigned."
    )


class RecordPage(Shown):
    """A page of records, newest first."""

    items: list[RecordShown]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class RecordFilters(Paged):
    """What records to list; every filter given must fit."""

    direction: Direction | None = None
    partner: NodeId | None = None
    type: TypeKey | None = None
    verdict: Verdict | None = None
    effect: Effect | None = None
    subject: (
        Annotated[Text, Field(min_length=1, max_length=200, description="The business key, in full.")] | None
    ) = None
    since: Annotated[MomentAsked, Field(description="Stored here at this time or later.")] | None = None
    until: Annotated[MomentAsked, Field(description="Stored here before this time.")] | None = None


def record_shown(row: Record) -> dict[str, Any]:
    """The members of ``RecordShown``; the row comes from ``rows_for_lists``."""
    partner, here = row.stream.partner.node_id, queries.me()
    outgoing = row.stream.direction == Direction.OUT
    return {
        "leaf": row.leaf,
        "id": row.uuid,
        "type": row.key,
        "sender": here if outgoing else partner,
        "receiver": partner if outgoing else here,
        "direction": row.stream.direction,
        "stream": row.stream.name,
        "seq": row.seq if row.is_numbered else None,
        "subject": row.subject,
        "agreement": row.agreement,
        "issued": row.issued,
        "stored_at": row.stored_at,
        "organisation": row.organisation.code if row.organisation is not None else None,
        "withheld": row.withheld,
        "verdict": row.verdict,
        "verdict_code": row.verdict_code,
        "verdict_reason": row.verdict_reason,
        "receipt": row.receipt.leaf if row.receipt is not None else None,
        "effect": row.effect,
    }


def rows_for_lists() -> QuerySet[Record]:
    """Records with everything that a list shows, in one query."""
    return Record.objects.select_related("stream__partner", "organisation", "receipt")


def _filtered(rows: QuerySet[Record], asked: RecordFilters) -> QuerySet[Record]:
    if asked.type is not None:
        name, _slash, version = asked.type.partition("/")
        rows = rows.filter(type=name, version=int(version))
    wanted: dict[str, str | datetime | None] = {
        "stream__direction": asked.direction,
        "stream__partner__node_id": asked.partner,
        "verdict": asked.verdict,
        "effect": asked.effect,
        "subject": asked.subject,
        "stored_at__gte": asked.since,
        "stored_at__lt": asked.until,
    }
    return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


def visible_record(request: TokenRequest, leaf: str) -> Record:
    """The record of this leaf; NotFound where there is none or none that the token may see."""
    require(request.actor, VIEW)
    row = visible(request.actor, VIEW, rows_for_lists()).filter(leaf=leaf).first()
    if row is None:
        raise NotFound("exchange.no-record", _("There is no such record, or none that you may see."))
    return row


@router.get("", response=RecordPage, summary="List records")
def list_records(request: TokenRequest, asked: Query[RecordFilters]) -> RecordPage:
    """Records that the token's organisation may see, newest first, sent and received.

    An officer's token sees the records of its own organisation; operators and auditors see all. The list
    does not shift when records arrive while it is read page by page.
    """
    require(request.actor, VIEW)
    rows, following = take_page(_filtered(visible(request.actor, VIEW, rows_for_lists()), asked), asked)
    return RecordPage(items=[RecordShown.model_validate(record_shown(row)) for row in rows], next=following)


@router.get("/{leaf}", response=RecordWithBody, summary="Read a record")
def read_one_record(request: TokenRequest, leaf: Leaf) -> RecordWithBody:
    """One record: its columns, and its body as it was signed."""
    row = visible_record(request, leaf)
    text = tokens.text_of(row.leaf)
    body = read_record(text)[1].body if text is not None else queries.held_body(row)
    shown = {
        "body": body,
        "erased": _erased(row) if text is None and row.is_numbered else None,
        "files": _files(row),
        "countersignature": _countersignature(row),
    }
    return RecordWithBody.model_validate({**record_shown(row), **shown})


def _countersignature(row: Record) -> dict[str, Any] | None:
    made = Countersignature.objects.filter(record=row).first()
    return {name: getattr(made, name) for name in ("by", "words", "leaf", "issued")} if made else None


def _erased(row: Record) -> dict[str, Any] | None:
    found = erasures.erasure_of(row)
    if found is None:
        return None
    erasure, tombstone = found
    return {
        "tombstone": tombstone.leaf,
        "stream": tombstone.stream.name,
        "seq": tombstone.seq,
        "ground": erasure.tombstone.ground,
        "reason": erasure.tombstone.reason,
        "erased_at": erasure.tombstone.issued,
    }


def _files(row: Record) -> list[dict[str, Any]]:
    return [
        {
            "sha256": naming.attachment.sha256,
            "name": naming.name,
            "media_type": naming.media_type,
            "size": naming.attachment.size,
            "state": "erased" if naming.erased else naming.attachment.state,
            "about_a_person": file_table.is_personal(naming.attachment),
            "arrived_at": naming.arrived_at,
        }
        for naming in file_table.namings_of(row)
    ]


_FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@router.get(
    "/{leaf}/files/{sha256}",
    openapi_extra={"responses": {200: {"description": "The file, for saving.", "content": _FILE}}},
    summary="Download a file of a record",
)
def read_record_file(request: TokenRequest, leaf: Leaf, sha256: Leaf) -> HttpResponseBase:
    """A whole file that the record names; one about a person is decrypted, for those who may read it."""
    row = visible_record(request, leaf)
    namings = [naming for naming in file_table.namings_of(row) if naming.attachment.sha256 == sha256]
    if not namings or namings[0].erased:
        raise NotFound("exchange.no-attachment", _("The record names no such file, or it was erased."))
    if namings[0].attachment.state != AttachmentState.WHOLE:
        raise NotFound(
            "exchange.attachment-not-here",
            _("The file is not all here yet."),
            next_step=_("Ask again later; the record's `files` say when it is whole."),
        )
    return downloads.hand_out(namings[0], row, request.actor)


def _text(leaf: str) -> str:
    text = tokens.text_of(leaf)
    if text is None:
        raise NotFound("exchange.no-text", _("The signed text is not here any more."))
    return text


@router.get("/{leaf}/token", openapi_extra=jose("The signed record."), summary="Download the signed record")
def read_record_token(request: TokenRequest, leaf: Leaf) -> HttpResponse:
    """The exact signed text of the record, to be kept as evidence or verified elsewhere."""
    return signed_text(_text(visible_record(request, leaf).leaf))


@router.get("/{leaf}/receipt", openapi_extra=jose("The signed receipt."), summary="Download the receipt")
def read_record_receipt(request: TokenRequest, leaf: Leaf) -> HttpResponse:
    """The receiver's signed receipt: the proof of delivery."""
    row = visible_record(request, leaf)
    require(request.actor, "exchange.stream.view")
    if row.receipt is None:
        raise NotFound(
            "exchange.no-receipt",
            _("There is no receipt for this record yet."),
            next_step=_("Ask again after the next contact with the partner."),
        )
    return signed_text(_text(row.receipt.leaf))
