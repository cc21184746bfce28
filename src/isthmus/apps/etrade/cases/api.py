"""Cases for programs: what does not tally, why, and what an officer decides."""

from decimal import Decimal
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from ninja import Query
from ninja.responses import Status
from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require, visible
from isthmus.apps.etrade.api_desk import Prose, QuestionShown, question_shown
from isthmus.apps.etrade.api_fields import Identifier
from isthmus.apps.etrade.cases.models import Case, CaseState, Ground, ReasonCode, StakeKind, Way
from isthmus.apps.etrade.cases.queries import calibration_of
from isthmus.apps.etrade.cases.rules.moves import moves_from
from isthmus.apps.etrade.cases.services.deciding import ask_partner, decide
from isthmus.apps.etrade.cases.wording import explanation, statement
from isthmus.exchange.api.fields import Moment, NodeId, Shown, StrictBody, example_of
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import NotFound

VIEW = "etrade.case.view"
DECIDE = "etrade.case.decide"
Move = Literal["ask", "accept", "escalate", "dismiss", "reopen"]
router = Routes("cases")


_EXAMPLE: dict[str, Any] = {
    "id": 17,
    "number": "C1f0a9c2b7d31",
    "partner": "cn",
    "way": "in",
    "reason": "low-value",
    "state": "open",
    "found": True,
    "export": "26CN0000000000017",
    "imported": "26MM0000000000412",
    "hs_code": "071331",
    "ratio": "0.61",
    "stake": "4100.00",
    "stake_kind": "duty",
    "currency": "USD",
    "matter": "26MM0000000000412 declares 61 % of the value that left as 26CN0000000000017.",
    "opened_at": "2026-11-23T10:02:00Z",
}


class CaseShown(Shown):
    """A case at a glance."""

    model_config = example_of(**_EXAMPLE)

    id: int
    number: str
    partner: NodeId
    way: Way = Field(description="Whether the goods come here or go there.")
    reason: ReasonCode
    state: CaseState
    found: bool = Field(description="Whether the last comparison still finds it.")
    export: str | None = Field(description="Number of the export declaration; null where it is missing.")
    imported: str | None = Field(description="Number of the import declaration; null where it is missing.")
    hs_code: str
    ratio: str | None = Field(description="Import value to export value, a decimal as text.")
    stake: str = Field(description="The amount at stake, a decimal as text.")
    stake_kind: StakeKind
    currency: str = Field(description="ISO 4217, or empty where it is not known.")
    matter: str = Field(description="The matter in one sentence.")
    opened_at: Moment


class CaseWhole(CaseShown):
    """A case with why it is one."""

    model_config = example_of(
        **_EXAMPLE,
        explanation="The weights agree; 43 other shipments of HS 0713.31 on this corridor have a ratio of"
        " 1.03 to 1.09: most likely undervaluation.",
        moves=["ask", "accept", "escalate", "dismiss"],
    )

    explanation: str = Field(description="The likely reason, with the figures of comparable shipments.")
    moves: list[Move] = Field(description="What can be done with it from where it stands.")


class CasePage(Shown):
    """A page of cases."""

    items: list[CaseShown]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class CaseFilters(Paged):
    """Which cases to list; every filter given must fit."""

    state: CaseState | None = None
    reason: ReasonCode | None = None
    partner: NodeId | None = None
    way: Way | None = None


def _rows() -> QuerySet[Case]:
    return Case.objects.select_related("corridor", "export", "imported")


def _shown(case: Case) -> dict[str, Any]:
    return {
        "id": case.pk,
        "number": case.number,
        "partner": case.corridor.partner,
        "way": case.corridor.way,
        "reason": case.reason,
        "state": case.state,
        "found": case.found,
        "export": case.export.number if case.export is not None else None,
        "imported": case.imported.number if case.imported is not None else None,
        "hs_code": case.hs_code,
        "ratio": format(Decimal(case.ratio) / 1000, "f") if case.ratio is not None else None,
        "stake": format(case.stake, "f"),
        "stake_kind": case.stake_kind,
        "currency": case.corridor.currency,
        "matter": statement(case),
        "opened_at": case.opened_at,
    }


@router.get("/cases", response=CasePage, summary="List cases")
def list_cases(request: TokenRequest, asked: Query[CaseFilters]) -> CasePage:
    """What does not tally between the declarations of both sides, newest first."""
    require(request.actor, VIEW)
    wanted = {
        "state": asked.state,
        "reason": asked.reason,
        "corridor__partner": asked.partner,
        "corridor__way": asked.way,
    }
    rows = visible(request.actor, VIEW, _rows()).filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    found, cursor = take_page(rows.order_by("-pk"), asked)
    return CasePage(items=[CaseShown(**_shown(case)) for case in found], next=cursor)


@router.get("/cases/{case}", response=CaseWhole, summary="Show a case")
def show_case(request: TokenRequest, case: Identifier) -> CaseWhole:
    """One case, with the likely reason and its evidence in words."""
    return _whole(_seen(request, case))


class CaseDecision(StrictBody):
    """What an officer decides about a case."""

    move: Literal["accept", "escalate", "dismiss", "reopen"]
    ground: Ground | None = Field(None, description="Why it is none; a dismissal needs it.", strict=False)
    note: Prose | None = Field(None, description="In the officer's words; the ground `other` needs it.")


class CaseQuestion(StrictBody):
    """A question to the partner about a case."""

    question: Prose | None = Field(
        None, description="In the officer's words; without it the question that the case suggests is sent."
    )


def _seen(request: TokenRequest, case: int) -> Case:
    require(request.actor, VIEW)
    row = visible(request.actor, VIEW, _rows()).filter(pk=case).first()
    if row is None:
        raise NotFound("etrade.no-case", _("There is no such case, or none that you may see."))
    return row


def _whole(row: Case) -> CaseWhole:
    said = explanation(row, calibration_of(row.corridor))
    return CaseWhole(**_shown(row), explanation=said, moves=list(moves_from(row.state)))


@router.post("/cases/{case}/decisions", response={201: CaseWhole}, summary="Decide a case")
def decide_case(request: TokenRequest, case: Identifier, asked: CaseDecision) -> Status[CaseWhole]:
    """Confirm a case, escalate it, dismiss it with a reason, or open it again.

    Answered with 409 where it stands elsewhere by now, as when another officer was first.
    """
    row = _seen(request, case)
    require(request.actor, DECIDE, row)
    decide(row, asked.move, actor=request.actor.label, note=asked.note or "", ground=asked.ground or "")
    return Status(201, _whole(_rows().get(pk=row.pk)))


@router.post("/cases/{case}/questions", response={201: QuestionShown}, summary="Ask the partner about a case")
def ask_about_case(request: TokenRequest, case: Identifier, asked: CaseQuestion) -> Status[QuestionShown]:
    """Send the partner the signed question of a case; its answer stands in the case when it comes."""
    row = _seen(request, case)
    require(request.actor, DECIDE, row)
    query = ask_partner(row, actor=request.actor.label, text=asked.question or "")
    return Status(201, question_shown(query))
