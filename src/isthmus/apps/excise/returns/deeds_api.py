"""What officers post on a return, for programs: amendments, payments, adjustments, penalties, interest.

Approving a refund and taking an entry back are decisions of an approver, and a token is none: they stay with
people.
"""

from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.apps.excise.returns.api import (
    DECLARE,
    VIEW,
    Day,
    Minor,
    ReturnLineAsked,
    ReturnNumber,
    ReturnShown,
    ReturnWhole,
    Short,
    day_of,
    find_return,
    return_facts,
    whole_return,
    written_of,
)
from isthmus.apps.excise.returns.models import DutyReturn
from isthmus.apps.excise.returns.services import accounts, declaring
from isthmus.exchange.api.fields import StrictBody, Text
from isthmus.exchange.api.routes import Routes

ASSESS = "excise.return.assess"
router = Routes("excise")

Key = Annotated[Text, Field(min_length=1, max_length=60, description="The same key posts the deed once.")]
Why = Annotated[Text, Field(min_length=1, max_length=500)]


class ReturnAmendmentAsked(StrictBody):
    """The next version of a return: all of its goods anew, and why."""

    why: Why
    lines: Annotated[list[ReturnLineAsked], Field(max_length=1000)]


class ReturnAdjustmentAsked(StrictBody):
    """What is owed under one tariff code, raised (above zero) or lowered."""

    key: Key
    code: Short
    amount_minor: Annotated[int, Field(ge=-(10**15), le=10**15)]
    why: Why


class ReturnPaymentAsked(StrictBody):
    """A payment that arrived at the treasury; the same `key` posts it once."""

    key: Annotated[Text, Field(min_length=1, max_length=60)]
    amount_minor: Minor
    on: Day
    bank: Annotated[Text, Field(min_length=1, max_length=100)]


class ReturnPenaltyAsked(StrictBody):
    """A penalty of the terms; the amount is stated only where they know none."""

    key: Key
    kind: Short
    amount_minor: Minor | None = None
    why: Why


class ReturnInterestAsked(StrictBody):
    """Interest up to a day; what was posted before is left out."""

    until: Day


class ReturnRefundPaidAsked(StrictBody):
    """What left the treasury for an approved refund, by the bank's reference."""

    key: Key
    amount_minor: Minor
    bank: Annotated[Text, Field(min_length=1, max_length=100)]


def _posted(request: TokenRequest, number: str, deed: Callable[[DutyReturn, str], object]) -> ReturnShown:
    """Post a deed on a return that the token may assess, and say where it stands then."""
    require(request.actor, ASSESS)
    row = find_return(request, number, VIEW)
    require(request.actor, ASSESS, row)
    deed(row, request.actor.label)
    row.refresh_from_db()
    return ReturnShown.model_validate(return_facts(row))


@router.post("/returns/{return_number}/amendments", response=ReturnWhole, summary="Amend a return of excise")
def amend_duty_return(
    request: TokenRequest, return_number: ReturnNumber, asked: ReturnAmendmentAsked
) -> ReturnWhole:
    """Declare the next version of a return. Every line at fault is named, and nothing is kept then."""
    require(request.actor, DECLARE)
    row = find_return(request, return_number, DECLARE)
    written = [written_of(line) for line in asked.lines]
    return whole_return(declaring.declare_amended(row, written, why=asked.why, actor=request.actor.label))


@router.post(
    "/returns/{return_number}/adjustments",
    response=ReturnShown,
    summary="Adjust the duty of a return of excise",
)
def adjust_duty_return(
    request: TokenRequest, return_number: ReturnNumber, asked: ReturnAdjustmentAsked
) -> ReturnShown:
    """Raise or lower what is owed under one code before the return is assessed, once for its key."""
    return _posted(
        request,
        return_number,
        lambda row, actor: accounts.adjust(
            row, asked.code, asked.amount_minor, why=asked.why, key=asked.key, actor=actor
        ),
    )


@router.post("/returns/{return_number}/assessment", response=ReturnShown, summary="Assess a return of excise")
def assess_duty_return(request: TokenRequest, return_number: ReturnNumber) -> ReturnShown:
    """Accept what was declared, with its adjustments."""
    return _posted(request, return_number, lambda row, actor: accounts.assess(row, actor=actor))


@router.post(
    "/returns/{return_number}/payments", response=ReturnShown, summary="Post a payment on a return of excise"
)
def pay_duty_return(
    request: TokenRequest, return_number: ReturnNumber, asked: ReturnPaymentAsked
) -> ReturnShown:
    """Post what arrived at the treasury, once for its key; the answer says what is still owed."""
    on = day_of(asked.on, "on")
    return _posted(
        request,
        return_number,
        lambda row, actor: accounts.pay(
            row, asked.amount_minor, on, bank=asked.bank, key=asked.key, actor=actor
        ),
    )


@router.post(
    "/returns/{return_number}/penalties",
    response=ReturnShown,
    summary="Post a penalty on a return of excise",
)
def penalise_duty_return(
    request: TokenRequest, return_number: ReturnNumber, asked: ReturnPenaltyAsked
) -> ReturnShown:
    """Post a penalty of the terms, once for its key."""
    return _posted(
        request,
        return_number,
        lambda row, actor: accounts.penalise(
            row, asked.kind, asked.amount_minor, why=asked.why, key=asked.key, actor=actor
        ),
    )


@router.post(
    "/returns/{return_number}/interest", response=ReturnShown, summary="Post interest on a return of excise"
)
def charge_duty_interest(
    request: TokenRequest, return_number: ReturnNumber, asked: ReturnInterestAsked
) -> ReturnShown:
    """Post the interest up to a day that is not posted yet; nothing where there is none."""
    until = day_of(asked.until, "until")
    return _posted(
        request, return_number, lambda row, actor: accounts.charge_interest(row, until, actor=actor)
    )


@router.post(
    "/returns/{return_number}/refunds-paid",
    response=ReturnShown,
    summary="Post a refund on a return of excise as paid out",
)
def pay_duty_refund(
    request: TokenRequest, return_number: ReturnNumber, asked: ReturnRefundPaidAsked
) -> ReturnShown:
    """Post what left the treasury for an approved refund, once for its key."""
    return _posted(
        request,
        return_number,
        lambda row, actor: accounts.pay_refund(
            row, asked.amount_minor, bank=asked.bank, key=asked.key, actor=actor
        ),
    )
