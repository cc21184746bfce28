"""Stamps for programs: check a code, answer a text message, ask for stamps, say where they are."""

from datetime import date
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from isthmus.accounts.api import TokenRequest, organisation_of
from isthmus.accounts.policy import require, visible
from isthmus.apps.excise.stamps import queries
from isthmus.apps.excise.stamps.models import Proof, StampBatch, StampRequest
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.apps.excise.stamps.rules.verdicts import Verdict
from isthmus.apps.excise.stamps.services import book, moving, requesting, verifying
from isthmus.apps.excise.stamps.wording import headline, meaning
from isthmus.exchange.api.fields import Moment, Shown, StrictBody, Text
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import NotFound

VERIFY, VIEW, ASK, HANDLE = (
    "excise.stamp.verify",
    "excise.stamp.view",
    "excise.stamp.ask",
    "excise.stamp.handle",
)
router = Routes("excise")

CodeText = Annotated[
    Text, Field(max_length=400, description="The address in a symbol, or the signs beside it.")
]
Number = Annotated[int, Field(ge=1, le=20_000_000)]
BatchNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


class StampCodeAsked(StrictBody):
    """A code to check."""

    code: CodeText


class StampAnswerShown(Shown):
    """What is known about a code; never that a stamp is genuine, for a copy answers alike."""

    verdict: str = Field(json_schema_extra={"enum": [one.value for one in Verdict]})
    answer: str
    meaning: str
    serial: str | None
    gtin: str | None
    product: str | None
    place: str | None = Field(description="Where the stamp is: issued, stock, transit, activated and so on.")
    seen: int = Field(description="How often it was checked before.")
    first_seen: Moment | None


class StampMessageAsked(StrictBody):
    """A text message that somebody sent."""

    text: CodeText


class StampMessageShown(Shown):
    """The text to send back, at most 160 signs."""

    text: str


class StampsAsked(StrictBody):
    """A request for stamps for the token's organisation."""

    gtin: Annotated[str, Field(pattern=r"^[0-9]{8,14}$")]
    product: Annotated[Text, Field(min_length=1, max_length=200)]
    count: Number
    proof: Literal["plain", "tagged", "signed"] = "tagged"


class StampRequestShown(Shown):
    """A request and how far it is."""

    number: int
    gtin: str
    product: str
    count: int
    state: str
    batch: int | None
    secured_by: str | None
    secured_minor: int | None = Field(description="The duty at stake, in minor units of the currency.")
    currency: str | None
    rates_of: date | None = Field(description="The day of the tariff's rates, which may be the last known.")
    released: bool = Field(description="Whether what was reserved of a guarantee is released.")


class StampRunAsked(StrictBody):
    """What was done with a run of stamps that the token's organisation holds."""

    act: Literal["print", "activate", "sell", "spoil", "cancel", "destroy", "lose", "find"]
    first: Number
    last: Number
    reason: Annotated[Text, Field(max_length=500)] = ""


class StampHeldShown(Shown):
    """How many stamps somebody holds in one state."""

    holder: str
    place: str
    count: int


@router.post("/stamps/verify", response=StampAnswerShown, summary="Check a stamp")
def verify_stamp(request: TokenRequest, asked: StampCodeAsked) -> StampAnswerShown:
    """What this node knows about a code; the check is counted."""
    require(request.actor, VERIFY)
    answer = verifying.verify(asked.code)
    found = answer.found if answer.product else None
    return StampAnswerShown(
        verdict=answer.verdict.value,
        answer=headline(answer.verdict),
        meaning=meaning(answer.verdict),
        serial=answer.code.serial_text if answer.code is not None else None,
        gtin=found.batch.gtin if found is not None else None,
        product=answer.product or None,
        place=found.place.name.lower() if found is not None else None,
        seen=answer.seen,
        first_seen=answer.first_seen,
    )


@router.post("/stamps/messages", response=StampMessageShown, summary="Answer a text message")
def answer_message(request: TokenRequest, asked: StampMessageAsked) -> StampMessageShown:
    """The text that answers a text message with the signs of a stamp; for the gateway of an operator."""
    require(request.actor, VERIFY)
    return StampMessageShown(text=verifying.sms_answer(asked.text))


def request_shown(row: StampRequest) -> StampRequestShown:
    """A request as programs see it."""
    batch = getattr(row, "batch", None)
    return StampRequestShown(
        number=row.number,
        gtin=row.gtin,
        product=row.product,
        count=row.count,
        state=row.state,
        batch=None if batch is None else batch.pk,
        secured_by=row.secured_by or None,
        secured_minor=row.secured_minor,
        currency=row.currency or None,
        rates_of=row.rates_of,
        released=row.released_at is not None,
    )


@router.post("/stamps/requests", response=StampRequestShown, summary="Ask for stamps")
def ask_for_stamps(request: TokenRequest, asked: StampsAsked) -> StampRequestShown:
    """Ask for stamps for one product; an approver of the node decides once the duty is secured."""
    require(request.actor, ASK)
    row = requesting.ask(
        organisation_of(request.actor),
        gtin=asked.gtin,
        product=asked.product,
        count=asked.count,
        proof=Proof(asked.proof),
        actor=request.actor.label,
    )
    return request_shown(row)


@router.get("/stamps/requests", response=list[StampRequestShown], summary="List requests for stamps")
def list_stamp_requests(request: TokenRequest) -> list[StampRequestShown]:
    """The newest hundred requests that the token may see."""
    require(request.actor, VIEW)
    rows = visible(request.actor, VIEW, StampRequest.objects.select_related("batch"))
    return [request_shown(row) for row in rows.order_by("-number")[:100]]


def find_batch(request: TokenRequest, number: int, action: str) -> StampBatch:
    """A batch that the token may use so; NotFound."""
    row = queries.batches_for(request.actor, action).filter(pk=number).first()
    if row is None:
        raise NotFound("excise.no-stamp-batch", _("There is no such batch of stamps."))
    return row


@router.get("/stamps/batches/{batch}/custody", response=list[StampHeldShown], summary="Say where stamps are")
def show_custody(request: TokenRequest, batch: BatchNumber) -> list[StampHeldShown]:
    """Who holds how many stamps of a batch in which state, by the ledger of custody."""
    require(request.actor, VIEW)
    row = find_batch(request, batch, VIEW)
    return [
        StampHeldShown(holder=row.holder, place=row.place.name.lower(), count=row.count)
        for row in book.held(row)
    ]


@router.post(
    "/stamps/batches/{batch}/acts", response=list[StampHeldShown], summary="Note what was done with stamps"
)
def note_stamps(request: TokenRequest, batch: BatchNumber, asked: StampRunAsked) -> list[StampHeldShown]:
    """Print, activate, sell, spoil, cancel, destroy, lose or find a run of stamps: all of it, or nothing."""
    require(request.actor, HANDLE)
    row = find_batch(request, batch, HANDLE)
    moving.act_on(
        row,
        Act(asked.act),
        asked.first,
        asked.last,
        holder=organisation_of(request.actor),
        actor=request.actor.label,
        reason=asked.reason,
    )
    return show_custody(request, batch)
