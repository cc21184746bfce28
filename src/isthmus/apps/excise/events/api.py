"""EPCIS for programs: capture a document as a whole, find events again."""

from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Query
from ninja.responses import Status
from pydantic import BeforeValidator, Field, WithJsonSchema

from isthmus.accounts.api import TokenRequest, organisation_of
from isthmus.accounts.policy import require, visible
from isthmus.apps.excise.events import queries, services
from isthmus.apps.excise.events.formats.document import MAX_BYTES
from isthmus.apps.excise.events.formats.writing import read_exact
from isthmus.apps.excise.events.models import EpcisEvent, EventKind
from isthmus.exchange.api.fields import Moment, MomentAsked, Shown, Text, example_of, plain_digits
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.problems import TooLarge, Unreadable, WrongMediaType
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import NotFound

VIEW = "excise.event.view"
CAPTURE = "excise.event.capture"
MEDIA = ("application/json", "application/ld+json")
router = Routes("epcis")

_DOCUMENT_BODY = {
    "required": True,
    "description": f"An EPCIS 2.0 document in JSON or JSON-LD, at most {MAX_BYTES} bytes.",
    "content": {media: {"schema": {"type": "object"}} for media in MEDIA},
}
Identifier = Annotated[
    int,
    BeforeValidator(plain_digits),
    Field(ge=1, le=2**53 - 1),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2**53 - 1}),
]
Uri = Annotated[Text, Field(min_length=1, max_length=2048)]
_HASH = "ni:///sha-256;f5e1fdaa6a4dcee5d0b2eee4ba5ba2e7e0d5ac2ab3a6c4fd7b2f9b3b7d5ac1e1?ver=CBV2.0"

_EVENT: dict[str, Any] = {
    "id": 17,
    "hash": _HASH,
    "kind": "ObjectEvent",
    "event_time": "2026-07-22T04:45:00Z",
    "offset": "+02:00",
    "event_id": "",
    "action": "ADD",
    "biz_step": "commissioning",
    "disposition": "active",
    "read_point": "https://id.gs1.org/414/4000001000005",
    "biz_location": "",
    "declares_error": False,
    "in_error": False,
    "captured_at": "2026-11-23T10:02:00Z",
}


class EventReference(Shown):
    """One event of a captured document."""

    id: int
    hash: str = Field(description="The event hash of CBV 2.0: it names the event wherever it is kept.")


class CaptureShown(Shown):
    """What became of a document. It was captured as a whole: one fault, and nothing of it would be here."""

    model_config = example_of(events=[{"id": 17, "hash": _HASH}], new=1)

    events: list[EventReference] = Field(description="In the order of the document.")
    new: int = Field(description="How many of them were not here before.")


class EventItemShown(Shown):
    """One thing, or so much of a class of things, in an event."""

    part: str
    uri: str = Field(description="The canonical GS1 Digital Link where there is one.")
    gtin: str = Field(description="Fourteen digits, or empty.")
    quantity: str | None = Field(description="A decimal as text; null for a single thing.")
    unit: str = Field(description="UN/ECE Recommendation 20; empty for a count.")


class EventShown(Shown):
    """An event at a glance."""

    model_config = example_of(**_EVENT)

    id: int
    hash: str
    kind: EventKind
    event_time: Moment
    offset: str
    event_id: str
    action: str
    biz_step: str = Field(description="A bare word of the Core Business Vocabulary, or an own term.")
    disposition: str
    read_point: str
    biz_location: str
    declares_error: bool = Field(description="Whether it declares the event of the same hash wrong.")
    in_error: bool = Field(description="Whether another event declares it wrong.")
    captured_at: Moment


class EventWhole(EventShown):
    """An event with its items and everything that it says."""

    model_config = example_of(
        **_EVENT,
        items=[
            {
                "part": "item",
                "uri": "https://id.gs1.org/01/04012345111118/21/987",
                "gtin": "04012345111118",
                "quantity": None,
                "unit": "",
            }
        ],
        body={"type": "ObjectEvent", "action": "ADD"},
    )

    items: list[EventItemShown]
    body: dict[str, Any] = Field(
        description="The event as it was captured; numbers to the precision of a double."
    )


class EventPage(Shown):
    """A page of events, those captured last first."""

    items: list[EventShown]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class EventFilters(Paged):
    """Which events to list; every filter given must fit."""

    epc: (
        Annotated[Uri, Field(description="An EPC or Digital Link, in any of its forms, or a GTIN.")] | None
    ) = None
    kind: EventKind | None = None
    biz_step: Annotated[Uri, Field(description="A bare word, or an own term.")] | None = None
    place: Annotated[Uri, Field(description="A read point or business location.")] | None = None
    since: Annotated[MomentAsked, Field(description="It happened at this time or later.")] | None = None
    until: Annotated[MomentAsked, Field(description="It happened before this time.")] | None = None
    in_error: bool | None = None


def _shown(row: EpcisEvent) -> dict[str, Any]:
    return {
        "id": row.pk,
        "hash": row.name,
        "kind": row.kind,
        "event_time": row.event_time,
        "offset": row.offset,
        "event_id": row.event_id,
        "action": row.action,
        "biz_step": row.biz_step,
        "disposition": row.disposition,
        "read_point": row.read_point,
        "biz_location": row.biz_location,
        "declares_error": bool(row.error),
        "in_error": bool(getattr(row, "in_error", False)),
        "captured_at": row.captured_at,
    }


def _plain(value: Any) -> Any:  # noqa: ANN401  any JSON
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value


@router.post(
    "/epcis/capture",
    response={200: CaptureShown, 201: CaptureShown},
    openapi_extra={"requestBody": _DOCUMENT_BODY},
    summary="Capture EPCIS events",
)
def capture_events(request: TokenRequest) -> Status[CaptureShown]:
    """Keep every event of an EPCIS 2.0 document, or none and say what is wrong with each.

    An event that is here already is recognised by its hash and not kept twice; a document of which nothing is
    new is answered with 200.
    """
    require(request.actor, CAPTURE)
    organisation = organisation_of(request.actor)
    content = request.body
    if not content:
        raise Unreadable("api.no-body", _("The request holds no document."))
    if request.content_type not in MEDIA:
        raise WrongMediaType(
            "api.media-type", _("Send the document as %(types)s.") % {"types": ", ".join(MEDIA)}
        )
    if len(content) > MAX_BYTES:
        raise TooLarge(
            "excise.epcis.too-large", _("A document has at most %(bytes)d bytes.") % {"bytes": MAX_BYTES}
        )
    done = services.capture(content, organisation=organisation, actor=request.actor.label)
    events = [EventReference(id=row.pk, hash=row.name) for row in done.events]
    return Status(201 if done.new else 200, CaptureShown(events=events, new=done.new))


@router.get("/epcis/events", response=EventPage, summary="List EPCIS events")
def list_events(request: TokenRequest, asked: Query[EventFilters]) -> EventPage:
    """Events by item, step, place and time, those captured last first."""
    require(request.actor, VIEW)
    rows = queries.narrowed(
        visible(request.actor, VIEW, queries.events()),
        item=asked.epc,
        kind=asked.kind,
        biz_step=asked.biz_step,
        place=asked.place,
        since=asked.since,
        until=asked.until,
        in_error=asked.in_error,
    )
    found, following = take_page(rows, asked)
    return EventPage(items=[EventShown.model_validate(_shown(row)) for row in found], next=following)


@router.get("/epcis/events/{event}", response=EventWhole, summary="Read an EPCIS event")
def read_event(request: TokenRequest, event: Identifier) -> EventWhole:
    """One event with its items and its body."""
    require(request.actor, VIEW)
    row = visible(request.actor, VIEW, queries.events()).filter(pk=event).first()
    if row is None:
        raise NotFound("excise.no-event", _("There is no such event, or none that you may see."))
    items = [
        EventItemShown(
            part=item.part,
            uri=item.uri,
            gtin=item.gtin,
            quantity=None if item.quantity is None else format(item.quantity.normalize(), "f"),
            unit=item.unit,
        )
        for item in row.items.all()
    ]
    return EventWhole.model_validate({**_shown(row), "items": items, "body": _plain(read_exact(row.body))})
