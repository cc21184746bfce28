"""Movements for programs: drafts and messages in, where each movement stands, loads at a gate."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query
from ninja.responses import Status
from pydantic import BeforeValidator, Field, WithJsonSchema

from isthmus.accounts.api import TokenRequest, organisation_of
from isthmus.accounts.policy import require, visible
from isthmus.apps.excise.ledger.rules import LARGEST
from isthmus.apps.excise.movements import queries
from isthmus.apps.excise.movements.forms import LARGEST_FILE
from isthmus.apps.excise.movements.models import DRAFT, Movement, MovementSecurity
from isthmus.apps.excise.movements.services import book, gates, sending
from isthmus.apps.excise.movements.wording import OBJECTIONS
from isthmus.exchange.api.fields import Moment, Shown, StrictBody, Text, plain_digits
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.problems import TooLarge, Unreadable, WrongMediaType
from isthmus.exchange.api.routes import Routes
from isthmus.kit import clock
from isthmus.kit.errors import NotFound

VIEW, SAY, SCAN = "excise.movement.view", "excise.movement.say", "excise.gate.scan"
MEDIA = ("application/xml", "text/xml")
router = Routes("excise")

_XML_BODY = {
    "requestBody": {
        "required": True,
        "description": f"An EMCS message of version 3.13 or 3.23, at most {LARGEST_FILE} bytes.",
        "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA},
    }
}
Identifier = Annotated[
    int,
    BeforeValidator(plain_digits),
    Field(ge=1, le=2**53 - 1),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2**53 - 1}),
]
StateName = Literal[
    "draft",
    "unknown",
    "accepted",
    "cancelled",
    "diverted",
    "alerted",
    "rejected",
    "split",
    "exporting",
    "customs-refused",
    "delivered",
    "exported",
    "refused",
    "partially-refused",
    "interrupted",
    "lost",
    "closed",
]


class MovementSearch(Paged):
    """Which movements."""

    state: StateName | None = None
    show: Literal["open", "late", "unmatched"] | None = None
    q: Annotated[Text, Field(min_length=1, max_length=182, description="ARC, number or name.")] | None = None


class ExciseMovementShown(Shown):
    """A movement at a glance."""

    id: int
    arc: str = Field(description="Empty for a draft.")
    local_reference: str
    state: str
    deferred: bool = Field(description="Whether the goods left on a paper document.")
    dispatch_node: str
    destination_node: str
    consignor: str
    consignor_name: str
    consignee: str
    consignee_name: str
    dispatched_at: Moment | None
    due_at: Moment | None
    late: bool
    unmatched_days: int | None = Field(
        description="For how many days one side has been silent; null for none."
    )
    closed_at: Moment | None


class ExciseMovementsShown(Shown):
    """One page of movements, the newest first."""

    items: list[ExciseMovementShown]
    next: str | None


class ExciseMovementLineShown(Shown):
    """Goods of the newest document; quantities as text, in the unit of the product code."""

    number: int
    product_code: str
    cn_code: str
    description: str
    quantity: str
    net_kg: str
    abv_percent: str | None


class ExciseMovementMessageShown(Shown):
    """A message and what it did."""

    code: str
    version: str
    kind: str = Field(description="What it says; empty where it moves nothing.")
    by: str
    sequence: int
    at: Moment
    node: str
    sha256: str
    without_effect: str | None = Field(description="Why it has no effect; null where it has.")
    xml: str | None = Field(description="Byte for byte; null where the partner withheld it.")


class ExciseMovementSecurityShown(Shown):
    """What secures the duty of a movement that left here; amounts in minor units."""

    guarantor_code: str
    guarantee: str | None
    currency: str
    amount_minor: int
    stated: bool = Field(description="Whether the office stated the amount.")
    rates_of: str | None = Field(description="The day of the last known rates, where they stand in.")
    held_minor: int
    wanted_minor: int = Field(description="What ought to be reserved; more than is held is not secured.")


class ExciseMovementWhole(ExciseMovementShown):
    """A movement with its goods, its guarantee and everything that was said of it."""

    lines: list[ExciseMovementLineShown]
    security: ExciseMovementSecurityShown | None
    messages: list[ExciseMovementMessageShown]


class MovementAcceptance(StrictBody):
    """The duty at stake in minor units of the country's currency, where the office states it."""

    duty_minor: Annotated[int, Field(ge=0, le=LARGEST)] | None = None


class GateScanAsked(StrictBody):
    """A load at a gate."""

    arc: Annotated[Text, Field(max_length=40)]
    gate: Annotated[Text, Field(min_length=1, max_length=70)]
    way: Literal["in", "out"]
    plate: Annotated[Text, Field(min_length=1, max_length=35)]
    seal: Annotated[Text, Field(min_length=1, max_length=35)]


class GateScanShown(Shown):
    """Whether the load may pass, and why not."""

    arc: str
    passed: bool
    alarms: list[str]


def shown_of(row: Movement, now: datetime) -> dict[str, Any]:
    """A movement at a glance, as plain values."""
    names = ExciseMovementShown.model_fields.keys() - {"late", "unmatched_days"}
    late = row.is_open and row.due_at is not None and row.due_at < now
    return {
        **{name: getattr(row, name) for name in names},
        "late": late,
        "unmatched_days": queries.unmatched_days(row, now),
    }


def whole_of(row: Movement) -> dict[str, Any]:
    """A movement with all that belongs to it, as plain values."""
    messages = list(row.messages.all())
    aside = {one.key: str(OBJECTIONS[why]) for one, why in book.standing_of(row, messages).set_aside}
    secured = MovementSecurity.objects.select_related("guarantee").filter(movement=row).first()
    return {
        **shown_of(row, clock.now()),
        "lines": [
            {
                "number": line.number,
                "product_code": line.product_code,
                "cn_code": line.cn_code,
                "description": line.description,
                "quantity": f"{line.quantity.normalize():f}",
                "net_kg": f"{line.net_kg.normalize():f}",
                "abv_percent": None if line.abv_percent is None else f"{line.abv_percent.normalize():f}",
            }
            for line in row.lines.all()
        ],
        "security": None if secured is None else _security(secured),
        "messages": [
            {
                "code": one.code,
                "version": one.emcs_version,
                "kind": one.kind,
                "by": one.by,
                "sequence": one.sequence,
                "at": one.at,
                "node": one.node,
                "sha256": one.sha256,
                "without_effect": aside.get(f"{one.node}/{one.key}"),
                "xml": bytes(one.xml).decode() or None,
            }
            for one in messages
        ],
    }


def _security(row: MovementSecurity) -> dict[str, Any]:
    return {
        "guarantor_code": row.guarantor_code,
        "guarantee": row.guarantee.number if row.guarantee is not None else None,
        "currency": row.currency,
        "amount_minor": row.amount_minor,
        "stated": row.stated,
        "rates_of": row.rates_on.isoformat() if row.rates_on is not None else None,
        "held_minor": row.held_minor,
        "wanted_minor": row.wanted_minor,
    }


def _find(request: TokenRequest, number: int, action: str) -> Movement:
    row = visible(request.actor, action, Movement.objects.all()).filter(pk=number).first()
    if row is None:
        raise NotFound("excise.no-movement", _("There is no such movement, or none that you may see."))
    return row


def _xml(request: HttpRequest) -> bytes:
    content = request.body
    if not content:
        raise Unreadable("api.no-body", _("The request holds no document."))
    if request.content_type not in MEDIA:
        listed = ", ".join(MEDIA)
        raise WrongMediaType("api.media-type", _("Send the document as %(types)s.") % {"types": listed})
    if len(content) > LARGEST_FILE:
        raise TooLarge(
            "excise.emcs.too-large", _("A message has at most %(bytes)d bytes.") % {"bytes": LARGEST_FILE}
        )
    return content


@router.get("/movements", response=ExciseMovementsShown, summary="List movements")
def list_movements(request: TokenRequest, asked: Annotated[MovementSearch, Query()]) -> ExciseMovementsShown:
    """Movements that the token may see, the newest first."""
    require(request.actor, VIEW)
    now = clock.now()
    rows = visible(request.actor, VIEW, Movement.objects.all())
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    if asked.show is not None:
        rows = queries.shown(rows, asked.show, now)
    if asked.q is not None:
        rows = queries.about(rows, asked.q)
    found, after = take_page(rows, asked)
    items = [ExciseMovementShown.model_validate(shown_of(row, now)) for row in found]
    return ExciseMovementsShown(items=items, next=after)


@router.get("/movements/{movement}", response=ExciseMovementWhole, summary="Read a movement")
def read_movement(request: TokenRequest, movement: Identifier) -> ExciseMovementWhole:
    """One movement with its goods, its guarantee and its messages."""
    require(request.actor, VIEW)
    return ExciseMovementWhole.model_validate(whole_of(_find(request, movement, VIEW)))


@router.post(
    "/movements",
    response={201: ExciseMovementWhole},
    openapi_extra=_XML_BODY,
    summary="Enter a draft of a movement",
)
def draft_movement(request: TokenRequest) -> Status[ExciseMovementWhole]:
    """Keep a draft (IE815) byte for byte; it moves nothing before it is accepted."""
    require(request.actor, SAY)
    row = sending.draft(organisation_of(request.actor), _xml(request), actor=request.actor.label)
    return Status(201, ExciseMovementWhole.model_validate(whole_of(row)))


@router.post("/movements/{movement}/accept", response=ExciseMovementWhole, summary="Accept a draft")
def accept_movement(
    request: TokenRequest, movement: Identifier, asked: MovementAcceptance
) -> ExciseMovementWhole:
    """Check a draft, reserve its duty of a guarantee, give it the next ARC and tell the other side.

    Where the tariff has no rate for its goods, `duty_minor` is needed; it is never less than the tariff's.
    """
    require(request.actor, SAY)
    row = _find(request, movement, SAY)
    done = sending.accept(row, actor=request.actor.label, duty_minor=asked.duty_minor)
    return ExciseMovementWhole.model_validate(whole_of(done))


@router.post(
    "/movements/{movement}/messages",
    response=ExciseMovementWhole,
    openapi_extra=_XML_BODY,
    summary="Send a message about a movement",
)
def say_of_movement(request: TokenRequest, movement: Identifier) -> ExciseMovementWhole:
    """Add a message of this side (cancellation, receipt, alert and the like); the same again is no change."""
    require(request.actor, SAY)
    row = _find(request, movement, SAY)
    if row.state == DRAFT:
        raise NotFound(
            "excise.no-movement", _("A draft has no reference yet."), next_step=_("Have it accepted first.")
        )
    sending.say(row, _xml(request), actor=request.actor.label)
    row.refresh_from_db()
    return ExciseMovementWhole.model_validate(whole_of(row))


@router.post("/gate-scans", response=GateScanShown, summary="Check a load at a gate")
def scan_at_gate(request: TokenRequest, asked: GateScanAsked) -> GateScanShown:
    """Note a load and answer whether it may pass; each document passes once in each direction."""
    require(request.actor, SCAN)
    row = gates.scan(
        organisation_of(request.actor),
        gates.Seen(asked.arc, asked.gate, asked.way, asked.plate, asked.seal),
        actor=request.actor.label,
    )
    return GateScanShown(arc=row.arc, passed=row.passed, alarms=list(row.alarms))
