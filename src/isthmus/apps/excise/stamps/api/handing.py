"""Deciding about requests, handing stamps over inside the node and abroad, and indications, for programs."""

from decimal import Decimal
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from isthmus.accounts.api import TokenRequest, organisation_of
from isthmus.accounts.models import Organisation
from isthmus.accounts.policy import require, visible
from isthmus.apps.excise.guarantees.queries import guarantees_of
from isthmus.apps.excise.returns.models import DutyReturn
from isthmus.apps.excise.returns.queries import returns_of
from isthmus.apps.excise.stamps import queries
from isthmus.apps.excise.stamps.api.custody import (
    HANDLE,
    VIEW,
    BatchNumber,
    Number,
    StampRequestShown,
    find_batch,
    request_shown,
)
from isthmus.apps.excise.stamps.models import (
    StampCrossing,
    StampHandover,
    StampIndication,
    StampRequest,
)
from isthmus.apps.excise.stamps.services import crossing, indicating, issuing, moving, requesting, securing
from isthmus.apps.excise.stamps.services.securing import Security
from isthmus.apps.excise.stamps.wording import reason_of
from isthmus.apps.excise.tariff.rules.model import VALUE_SCALE
from isthmus.exchange.api.fields import Moment, Shown, StrictBody, Text
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import NotFound

DECIDE, LOOK = "excise.stamp.decide-by-program", "excise.stamp.indications"
router = Routes("excise")
RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


class StampApprovalAsked(StrictBody):
    """What secures the duty of a request: the number of a guarantee, or of a return on which it is paid."""

    guarantee: Annotated[Text, Field(max_length=40)] = ""
    paid_return: Annotated[Text, Field(max_length=40)] = ""
    cif: Annotated[str, Field(pattern=r"^[0-9]{1,13}(\.[0-9]{1,4})?$")] | None = Field(
        None, description="Value of the goods, for tariffs that work duty out from it."
    )


class StampRefusalAsked(StrictBody):
    """Why something is refused."""

    reason: Annotated[Text, Field(min_length=1, max_length=500)]


class StampDutyAsked(StrictBody):
    """On which paid return the duty of so many stamps is."""

    paid_return: Annotated[Text, Field(min_length=1, max_length=40)]
    count: Number


class StampOfferAsked(StrictBody):
    """A run of stamps for another organisation of this node, by its code."""

    first: Number
    last: Number
    receiver: Annotated[Text, Field(min_length=1, max_length=40)]


class StampSendingAsked(StrictBody):
    """A run of stamps for a holder on a partner's node."""

    first: Number
    last: Number
    partner: Annotated[Text, Field(min_length=1, max_length=31)]
    receiver: Annotated[Text, Field(min_length=1, max_length=40)]
    receiver_name: Annotated[Text, Field(min_length=1, max_length=200)]


class StampAnswerAsked(StrictBody):
    """Received, or refused with the reason."""

    says: Literal["received", "refused"]
    reason: Annotated[Text, Field(max_length=500)] = ""


class StampHandoverShown(Shown):
    """A handover and how far it is; ``other`` is the receiver inside the node, or the other side abroad."""

    number: int
    batch: int | None
    first: int
    last: int
    other: str
    partner: str | None
    state: str


class StampIndicationShown(Shown):
    """Something that an officer should look at; never a verdict."""

    number: int
    kind: str
    source: str
    reason: str
    gtin: str
    serial: str
    at: Moment
    evidence: dict[str, str | int | float] = Field(
        description="Figures and texts by name, with the bounds that were allowed for."
    )
    closed: bool
    note: str


class StampNoteAsked(StrictBody):
    """What an officer found."""

    note: Annotated[Text, Field(min_length=1, max_length=500)]


def _request(request: TokenRequest, number: int, action: str) -> StampRequest:
    rows = visible(request.actor, VIEW, StampRequest.objects.select_related("batch", "guarantee"))
    row = rows.filter(number=number).first()
    if row is None:
        raise NotFound("excise.no-stamp-request", _("There is no such request."))
    require(request.actor, action, row)
    return row


def _paid_return(request: TokenRequest, number: str) -> DutyReturn:
    rows = returns_of(request.actor).filter(number=number).exclude(state="draft")
    row = rows.order_by("-version").first()
    if row is None:
        raise NotFound("excise.no-return", _("There is no such return."))
    return row


@router.get(
    "/stamps/requests/{stamp_request}", response=StampRequestShown, summary="Show a request for stamps"
)
def show_stamp_request(request: TokenRequest, stamp_request: RowNumber) -> StampRequestShown:
    """One request, what secures its duty, and how far its stamps are accounted for."""
    require(request.actor, VIEW)
    return request_shown(_request(request, stamp_request, VIEW))


@router.post(
    "/stamps/requests/{stamp_request}/approval", response=StampRequestShown, summary="Approve stamps"
)
def approve_stamps(
    request: TokenRequest, stamp_request: RowNumber, asked: StampApprovalAsked
) -> StampRequestShown:
    """Secure the duty by a guarantee or a paid return, and approve; a conflict says what is missing."""
    require(request.actor, DECIDE)
    row = _request(request, stamp_request, DECIDE)
    guarantee = None
    if asked.guarantee:
        guarantee = guarantees_of(request.actor).filter(number=asked.guarantee).first()
        if guarantee is None:
            raise NotFound("excise.no-guarantee", _("There is no such guarantee."))
    paid = _paid_return(request, asked.paid_return) if asked.paid_return and guarantee is None else None
    cif = None if asked.cif is None else int(Decimal(asked.cif) * VALUE_SCALE)
    return request_shown(requesting.approve(row, Security(guarantee, paid, cif), actor=request.actor.label))


@router.post("/stamps/requests/{stamp_request}/refusal", response=StampRequestShown, summary="Refuse stamps")
def refuse_stamps(
    request: TokenRequest, stamp_request: RowNumber, asked: StampRefusalAsked
) -> StampRequestShown:
    """Refuse a request, or withdraw its approval before stamps were issued."""
    require(request.actor, DECIDE)
    row = _request(request, stamp_request, DECIDE)
    return request_shown(requesting.refuse(row, asked.reason, actor=request.actor.label))


@router.post("/stamps/requests/{stamp_request}/issue", response=StampRequestShown, summary="Issue stamps")
def issue_stamps(request: TokenRequest, stamp_request: RowNumber) -> StampRequestShown:
    """Draw the numbers of an approved request; its batch is named in the answer."""
    require(request.actor, DECIDE)
    issuing.issue(_request(request, stamp_request, DECIDE), actor=request.actor.label)
    return request_shown(_request(request, stamp_request, VIEW))


@router.post(
    "/stamps/requests/{stamp_request}/duty", response=StampRequestShown, summary="Account for stamps"
)
def account_for_stamps(
    request: TokenRequest, stamp_request: RowNumber, asked: StampDutyAsked
) -> StampRequestShown:
    """Note that the duty on so many stamps is paid on a return; the guarantee is released with the last."""
    require(request.actor, DECIDE)
    row = _request(request, stamp_request, DECIDE)
    paid = _paid_return(request, asked.paid_return)
    securing.account_for(row, paid, asked.count, actor=request.actor.label)
    return request_shown(_request(request, stamp_request, VIEW))


def _inside(row: StampHandover) -> StampHandoverShown:
    return StampHandoverShown(
        number=row.pk,
        batch=row.batch_id,
        first=row.first,
        last=row.last,
        other=row.receiver.name,
        partner=None,
        state=row.state,
    )


def _abroad(row: StampCrossing) -> StampHandoverShown:
    return StampHandoverShown(
        number=row.pk,
        batch=row.batch_id,
        first=row.first,
        last=row.last,
        other=row.other_name or row.other,
        partner=row.partner,
        state=row.state,
    )


@router.get("/stamps/handovers", response=list[StampHandoverShown], summary="List handovers of stamps")
def list_handovers(request: TokenRequest) -> list[StampHandoverShown]:
    """The newest hundred handovers inside the node that the token's organisation sends or receives."""
    require(request.actor, VIEW)
    return [_inside(row) for row in queries.handovers_for(request.actor, VIEW).order_by("-pk")[:100]]


@router.post("/stamps/batches/{batch}/handovers", response=StampHandoverShown, summary="Hand stamps over")
def offer_stamps(request: TokenRequest, batch: BatchNumber, asked: StampOfferAsked) -> StampHandoverShown:
    """Send stamps to another organisation of this node; they are in transit until it confirms."""
    require(request.actor, HANDLE)
    row = find_batch(request, batch, HANDLE)
    receiver = Organisation.objects.filter(code=asked.receiver).first()
    if receiver is None:
        raise NotFound("excise.no-organisation", _("There is no such organisation."))
    sender = organisation_of(request.actor)
    return _inside(
        moving.offer(
            row, asked.first, asked.last, sender=sender, receiver=receiver, actor=request.actor.label
        )
    )


@router.post("/stamps/handovers/{handover}/{step}", response=StampHandoverShown, summary="Close a handover")
def close_handover(
    request: TokenRequest, handover: RowNumber, step: Literal["confirm", "take-back"]
) -> StampHandoverShown:
    """The receiver confirms, or the sender takes back."""
    require(request.actor, HANDLE)
    mine = organisation_of(request.actor).pk
    rows = queries.handovers_for(request.actor, HANDLE).filter(pk=handover)
    row = rows.filter(**({"receiver": mine} if step == "confirm" else {"sender": mine})).first()
    if row is None:
        raise NotFound("excise.no-stamp-handover", _("There is no such handover."))
    deed = moving.confirm if step == "confirm" else moving.take_back
    return _inside(deed(row, actor=request.actor.label))


@router.get("/stamps/crossings", response=list[StampHandoverShown], summary="List stamps across the border")
def list_crossings(request: TokenRequest) -> list[StampHandoverShown]:
    """The newest hundred handovers from or to a partner's node, and answers that fit none."""
    require(request.actor, VIEW)
    return [_abroad(row) for row in queries.crossings_for(request.actor, VIEW).order_by("-pk")[:100]]


@router.post(
    "/stamps/batches/{batch}/crossings", response=StampHandoverShown, summary="Hand stamps over abroad"
)
def send_stamps(request: TokenRequest, batch: BatchNumber, asked: StampSendingAsked) -> StampHandoverShown:
    """Send stamps to a holder on a partner's node; only its signed answer closes the handover."""
    require(request.actor, HANDLE)
    return _abroad(
        crossing.send(
            find_batch(request, batch, HANDLE),
            asked.first,
            asked.last,
            sender=organisation_of(request.actor),
            partner=asked.partner,
            receiver=asked.receiver,
            receiver_name=asked.receiver_name,
            actor=request.actor.label,
        )
    )


@router.post(
    "/stamps/crossings/{crossing_number}/answer",
    response=StampHandoverShown,
    summary="Answer a handover from abroad",
)
def answer_crossing(
    request: TokenRequest, crossing_number: RowNumber, asked: StampAnswerAsked
) -> StampHandoverShown:
    """Confirm what arrived, or refuse it with a reason; the sender's node is told."""
    require(request.actor, HANDLE)
    row = queries.crossings_for(request.actor, HANDLE).filter(pk=crossing_number, way="in").first()
    if row is None:
        raise NotFound("excise.no-stamp-crossing", _("There is no such handover."))
    mine, actor = organisation_of(request.actor), request.actor.label
    if asked.says == "received":
        return _abroad(crossing.confirm(row, organisation=mine, actor=actor))
    return _abroad(crossing.refuse(row, asked.reason, organisation=mine, actor=actor))


def _indication(row: StampIndication) -> StampIndicationShown:
    return StampIndicationShown(
        number=row.pk,
        kind=row.kind,
        source=row.source,
        reason=reason_of(row),
        gtin=row.gtin,
        serial=row.serial,
        at=row.at,
        evidence=row.evidence,
        closed=row.closed_at is not None,
        note=row.note,
    )


@router.get(
    "/stamps/indications", response=list[StampIndicationShown], summary="List indications about stamps"
)
def list_indications(request: TokenRequest) -> list[StampIndicationShown]:
    """The newest hundred open indications that the token may see."""
    require(request.actor, LOOK)
    rows = visible(request.actor, LOOK, StampIndication.objects.filter(closed_at=None))
    return [_indication(row) for row in rows.order_by("-at", "-pk")[:100]]


@router.post(
    "/stamps/indications/{indication}/note", response=StampIndicationShown, summary="Close an indication"
)
def close_indication(
    request: TokenRequest, indication: RowNumber, asked: StampNoteAsked
) -> StampIndicationShown:
    """Close an indication with a note of what was found."""
    require(request.actor, LOOK)
    row = visible(request.actor, LOOK, StampIndication.objects.all()).filter(pk=indication).first()
    if row is None:
        raise NotFound("excise.no-stamp-indication", _("There is no such indication."))
    return _indication(indicating.close(row, asked.note, actor=request.actor.label))
