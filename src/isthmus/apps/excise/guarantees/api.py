"""Guarantees for programs: list, show, register, take consent in, release, claim and end."""

from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.models import Organisation
from isthmus.accounts.policy import require
from isthmus.apps.excise.api_fields import ExciseNumber, Identifier, Minor, Why
from isthmus.apps.excise.guarantees import queries, services
from isthmus.apps.excise.guarantees.models import Guarantee, GuaranteeReservation, GuaranteeState
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.registry.queries import operators_of
from isthmus.exchange.api.fields import DayAsked, Moment, Shown, StrictBody, Text
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault, NotFound

VIEW, KEEP, ACT = queries.VIEW, queries.KEEP, "excise.guarantee.act"
router = Routes("excise")

Key = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=80,
        pattern=r"^[!-~]+( [!-~]+)*$",
        description="Names the deed, such as the reference of a movement.",
    ),
]
Named = Annotated[Text, Field(min_length=1, max_length=182)]


class GuaranteeSearch(Paged):
    """Which guarantees."""

    operator: ExciseNumber | None = None
    state: Literal["waiting", "consented", "ended"] | None = None


class GuarantorKeyAsked(StrictBody):
    """The guarantor's public key as a JWK (RFC 7517), on the curve P-256."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
    y: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]


class GuaranteeAsked(StrictBody):
    """A guarantee to register; `organisation` is the code of the authority that keeps it."""

    number: Annotated[Text, Field(min_length=1, max_length=40)]
    kind: Literal["individual", "comprehensive", "deposit"]
    operator: ExciseNumber
    organisation: Annotated[Text, Field(min_length=1, max_length=40)]
    guarantor_name: Named
    guarantor_number: Annotated[Text, Field(min_length=1, max_length=40)]
    guarantor_jwk: GuarantorKeyAsked
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    amount_minor: Minor
    valid_from: DayAsked
    valid_until: DayAsked


class GuaranteeConsentAsked(StrictBody):
    """The guarantor's signature over the statement: a JWS in compact form."""

    consent: Annotated[Text, Field(min_length=1, max_length=6000)]


class GuaranteeReleaseAsked(StrictBody):
    """Which reservation is released by hand, and why."""

    key: Key
    on: DayAsked
    reason: Why


class GuaranteeClaimAsked(StrictBody):
    """What is claimed from the guarantor, once for its `key`, and why."""

    key: Key
    amount_minor: Minor
    on: DayAsked
    reason: Why


class GuaranteeEndAsked(StrictBody):
    """The first day on which the guarantee covers nothing new, and why."""

    on: DayAsked
    reason: Why


class ExciseReservationShown(Shown):
    """A part of a guarantee that was taken for one deed."""

    key: str
    state: str = Field(description="open, released or called.")
    reserved_minor: int
    called_minor: int
    reserved_on: date
    reason: str
    actor: str
    at: Moment
    closed_on: date | None
    closed_why: str


class ExciseGuaranteeShown(Shown):
    """A guarantee and how it stands: free, reserved and called were granted together."""

    id: int
    number: str
    kind: str
    state: str
    in_force: bool = Field(description="Whether it counts today.")
    operator: str = Field(description="Excise number of the operator.")
    organisation: str
    guarantor_name: str
    guarantor_number: str
    currency: str
    amount_minor: int
    free_minor: int
    reserved_minor: int
    called_minor: int
    valid_from: date
    valid_until: date
    ended_on: date | None


class ExciseGuaranteeWhole(ExciseGuaranteeShown):
    """A guarantee with what the guarantor signs and its newest reservations, two hundred at most."""

    statement: str = Field(description="What the guarantor signs, byte by byte, as UTF-8 text.")
    consented_at: Moment | None
    ended_why: str
    reservations: list[ExciseReservationShown]


class ExciseGuaranteesShown(Shown):
    """One page of guarantees, the newest first."""

    items: list[ExciseGuaranteeShown]
    next: str | None


class ExciseCoveredShown(Shown):
    """What an operator's guarantees in one currency come to; free counts what is in force today."""

    currency: str
    granted_minor: int
    free_minor: int
    reserved_minor: int
    called_minor: int


class ExciseOperatorGuarantees(Shown):
    """All guarantees of an operator, and what they come to."""

    operator: str
    on: date
    sums: list[ExciseCoveredShown]
    guarantees: list[ExciseGuaranteeShown]


def _facts(rows: list[Guarantee]) -> list[dict[str, Any]]:
    held, today = queries.held(rows), clock.now().date()
    direct = ("id", "number", "kind", "state", "guarantor_name", "guarantor_number", "currency")
    days = ("amount_minor", "valid_from", "valid_until", "ended_on")
    return [
        {
            **{name: getattr(row, name) for name in (*direct, *days)},
            "in_force": queries.counts_on(row, today),
            "operator": row.operator.excise_number,
            "organisation": row.organisation.code,
            "free_minor": held[row.number].free,
            "reserved_minor": held[row.number].reserved,
            "called_minor": held[row.number].called,
        }
        for row in rows
    ]


def _reservation(row: GuaranteeReservation) -> ExciseReservationShown:
    same = ExciseReservationShown.model_fields.keys() - {"reserved_minor"}
    return ExciseReservationShown(
        reserved_minor=row.amount_minor, **{name: getattr(row, name) for name in same}
    )


def _find(request: TokenRequest, pk: int, action: str) -> Guarantee:
    require(request.actor, action)
    row = queries.guarantees_of(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-guarantee", _("There is no such guarantee."))
    if action != VIEW:
        require(request.actor, action, row)
    return row


def _whole(row: Guarantee) -> ExciseGuaranteeWhole:
    (facts,) = _facts([row])
    return ExciseGuaranteeWhole(
        **facts,
        statement=bytes(row.statement).decode("utf-8"),
        consented_at=row.consented_at,
        ended_why=row.ended_why,
        reservations=[_reservation(one) for one in row.reservations.all()[:200]],
    )


def _operator(request: TokenRequest, number: str) -> Operator:
    row: Operator | None = operators_of(request.actor, VIEW).filter(excise_number=number).first()
    if row is None:
        raise NotFound("excise.no-operator", _("There is no operator %(number)s.") % {"number": number})
    return row


@router.get("/guarantees", response=ExciseGuaranteesShown, summary="List guarantees of excise")
def list_excise_guarantees(
    request: TokenRequest, asked: Annotated[GuaranteeSearch, Query()]
) -> ExciseGuaranteesShown:
    """Guarantees that the token may see: those of its authority, or those for the firm's own duty."""
    require(request.actor, VIEW)
    rows = queries.guarantees_of(request.actor)
    if asked.operator is not None:
        rows = rows.filter(operator__excise_number=asked.operator)
    if asked.state is not None:
        rows = rows.filter(state=GuaranteeState(asked.state))
    found, after = take_page(rows, asked)
    return ExciseGuaranteesShown(items=[ExciseGuaranteeShown(**facts) for facts in _facts(found)], next=after)


@router.get("/guarantees/{guarantee}", response=ExciseGuaranteeWhole, summary="Show a guarantee of excise")
def show_excise_guarantee(request: TokenRequest, guarantee: Identifier) -> ExciseGuaranteeWhole:
    """One guarantee with its reservations."""
    return _whole(_find(request, guarantee, VIEW))


@router.get(
    "/operators/{excise_number}/guarantees",
    response=ExciseOperatorGuarantees,
    summary="Show the guarantees of an operator",
)
def show_excise_operator_guarantees(
    request: TokenRequest, excise_number: ExciseNumber
) -> ExciseOperatorGuarantees:
    """What stands for an operator's duty, and what is free of it today."""
    require(request.actor, VIEW)
    operator, today = _operator(request, excise_number), clock.now().date()
    rows = list(queries.guarantees_of(request.actor).filter(operator=operator).order_by("number"))
    sums = [
        ExciseCoveredShown(
            currency=one.currency,
            granted_minor=one.granted,
            free_minor=one.free,
            reserved_minor=one.reserved,
            called_minor=one.called,
        )
        for one in queries.covered(rows, today)
    ]
    shown = [ExciseGuaranteeShown(**facts) for facts in _facts(rows)]
    return ExciseOperatorGuarantees(operator=excise_number, on=today, sums=sums, guarantees=shown)


@router.post("/guarantees", response=ExciseGuaranteeWhole, summary="Register a guarantee of excise")
def register_excise_guarantee(request: TokenRequest, asked: GuaranteeAsked) -> ExciseGuaranteeWhole:
    """Register a guarantee; it covers nothing before its guarantor has signed `statement`."""
    require(request.actor, KEEP)
    keeper: Organisation | None = queries.keepers_of(request.actor).filter(code=asked.organisation).first()
    if keeper is None:
        message = _("Your token keeps no guarantees for “%(code)s”.") % {"code": asked.organisation}
        raise BadInput("excise.guarantee", message, faults=(FieldFault("organisation", message),))
    row = Guarantee(
        organisation=keeper,
        operator=_operator(request, asked.operator),
        guarantor_jwk=asked.guarantor_jwk.model_dump(),
        **asked.model_dump(exclude={"organisation", "operator", "guarantor_jwk"}),
    )
    return _whole(services.register(row, actor=request.actor.label))


@router.post(
    "/guarantees/{guarantee}/consent", response=ExciseGuaranteeWhole, summary="Take in a guarantor's consent"
)
def take_excise_consent(
    request: TokenRequest, guarantee: Identifier, asked: GuaranteeConsentAsked
) -> ExciseGuaranteeWhole:
    """Verify the guarantor's signature and take it in; the amount is available from then on."""
    row = _find(request, guarantee, KEEP)
    return _whole(services.take_consent(row, asked.consent, actor=request.actor.label))


@router.post(
    "/guarantees/{guarantee}/release",
    response=ExciseReservationShown,
    summary="Release a reservation by hand",
)
def release_excise_reservation(
    request: TokenRequest, guarantee: Identifier, asked: GuaranteeReleaseAsked
) -> ExciseReservationShown:
    """Give back what is reserved for a deed; not by who reserved it."""
    row = _find(request, guarantee, ACT)
    return _reservation(
        services.release_by_hand(
            row, key=asked.key, on=asked.on, reason=asked.reason, actor=request.actor.label
        )
    )


@router.post(
    "/guarantees/{guarantee}/claim", response=ExciseReservationShown, summary="Claim from a guarantor"
)
def claim_excise_guarantee(
    request: TokenRequest, guarantee: Identifier, asked: GuaranteeClaimAsked
) -> ExciseReservationShown:
    """Claim an amount: of what is reserved under the key, or of what is free."""
    row = _find(request, guarantee, ACT)
    return _reservation(
        services.claim(
            row,
            asked.amount_minor,
            key=asked.key,
            on=asked.on,
            reason=asked.reason,
            actor=request.actor.label,
        )
    )


@router.post("/guarantees/{guarantee}/end", response=ExciseGuaranteeWhole, summary="End a guarantee")
def end_excise_guarantee(
    request: TokenRequest, guarantee: Identifier, asked: GuaranteeEndAsked
) -> ExciseGuaranteeWhole:
    """Let it cover nothing new from a day on; what is reserved stays so until it is released."""
    row = _find(request, guarantee, ACT)
    return _whole(services.end(row, on=asked.on, why=asked.reason, actor=request.actor.label))
