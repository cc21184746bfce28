"""Workshops for programs: programmes and their books, calls and nominations; a sheet to be added up.

To decide, to approve and to send are acts of people on their pages. A program may write a nomination, which
waits for the focal point like any other.
"""

from collections.abc import Iterable
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Query, Status

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.models import Organisation
from isthmus.accounts.policy import require
from isthmus.apps.workshops import held_queries, told_queries
from isthmus.apps.workshops.api_shapes import (
    ProgrammeCode,
    WorkshopNumber,
    WorkshopsAgendaShown,
    WorkshopsAttendanceShown,
    WorkshopsBookShown,
    WorkshopsCallShown,
    WorkshopsCallsShown,
    WorkshopsEvaluationShown,
    WorkshopsLedgerShown,
    WorkshopsLine,
    WorkshopsNominationAsked,
    WorkshopsNominationShown,
    WorkshopsNominationsShown,
    WorkshopsNomineeShown,
    WorkshopsNomineesShown,
    WorkshopsPlanShown,
    WorkshopsPlansShown,
    WorkshopsProgrammeShown,
    WorkshopsProgrammesShown,
    WorkshopsProgrammeWhole,
    WorkshopsSheetAsked,
)
from isthmus.apps.workshops.expenditure.rules.amounts import minor_of
from isthmus.apps.workshops.expenditure.rules.sums import OVERHEAD, Spent, differences, over_budget, sums
from isthmus.apps.workshops.nominations import queries as nominations
from isthmus.apps.workshops.nominations.house import CALLS, NOMINATE
from isthmus.apps.workshops.nominations.services import nominating
from isthmus.apps.workshops.plans import queries as plans
from isthmus.apps.workshops.plans import told_queries as told_plans
from isthmus.apps.workshops.plans.house import VIEW as VIEW_PLANS
from isthmus.apps.workshops.programme import queries
from isthmus.apps.workshops.programme.house import VIEW
from isthmus.apps.workshops.programme.models import Programme, Workshop
from isthmus.apps.workshops.programme.wording import digits_of
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import BadInput, FieldFault, NotFound

router = Routes("workshops")


def _programme(request: TokenRequest, code: str) -> Programme:
    row = queries.programmes_for(request.actor).filter(code=code).first()
    if row is None:
        raise NotFound("workshops.no-programme", _("There is no such programme."))
    return row


def _workshop(request: TokenRequest, number: str) -> Workshop:
    require(request.actor, VIEW)
    row = queries.workshops_for(request.actor).filter(number=number).first()
    if row is None:
        raise NotFound("workshops.no-workshop", _("There is no such workshop."))
    return row


@router.get("/programmes", response=WorkshopsProgrammesShown, summary="List programmes")
def list_workshops_programmes(
    request: TokenRequest, asked: Annotated[Paged, Query()]
) -> WorkshopsProgrammesShown:
    """The programmes that the token may see."""
    require(request.actor, VIEW)
    found, after = take_page(queries.programmes_for(request.actor), asked)
    items = [WorkshopsProgrammeShown.model_validate(told_queries.glance(row)) for row in found]
    return WorkshopsProgrammesShown(items=items, next=after)


@router.get("/programmes/{programme}", response=WorkshopsProgrammeWhole, summary="Show a programme")
def show_workshops_programme(request: TokenRequest, programme: ProgrammeCode) -> WorkshopsProgrammeWhole:
    """One programme: its workshops, how far each is, who took part, and its money in all."""
    require(request.actor, VIEW)
    return WorkshopsProgrammeWhole.model_validate(told_queries.whole(_programme(request, programme)))


@router.get("/programmes/{programme}/ledger", response=WorkshopsBookShown, summary="Check a book")
def check_workshops_book(request: TokenRequest, programme: ProgrammeCode) -> WorkshopsBookShown:
    """The sums of a programme's book against what is declared to the fund, and what keeps it open."""
    require(request.actor, VIEW)
    return WorkshopsBookShown.model_validate(told_queries.book(_programme(request, programme)))


@router.get("/workshops/{workshop}/nominees", response=WorkshopsNomineesShown, summary="List nominees")
def list_workshops_nominees(request: TokenRequest, workshop: WorkshopNumber) -> WorkshopsNomineesShown:
    """Everybody who was nominated for a workshop of this node, by country and place."""
    row = _workshop(request, workshop)
    return WorkshopsNomineesShown(
        items=[
            WorkshopsNomineeShown.model_validate(told_queries.nominee(seen))
            for seen in nominations.nominees_of(row)
        ]
    )


@router.get("/workshops/{workshop}/agenda", response=WorkshopsAgendaShown, summary="Show an agenda")
def show_workshops_agenda(request: TokenRequest, workshop: WorkshopNumber) -> WorkshopsAgendaShown:
    """The agenda of a workshop as it was published last."""
    return WorkshopsAgendaShown.model_validate(held_queries.agenda(_workshop(request, workshop)))


@router.get("/workshops/{workshop}/attendance", response=WorkshopsAttendanceShown, summary="Count attendance")
def count_workshops_attendance(request: TokenRequest, workshop: WorkshopNumber) -> WorkshopsAttendanceShown:
    """How many may come to a workshop and how many came, by day and country."""
    return WorkshopsAttendanceShown.model_validate(held_queries.attendance(_workshop(request, workshop)))


@router.get(
    "/workshops/{workshop}/evaluation", response=WorkshopsEvaluationShown, summary="Show an evaluation"
)
def show_workshops_evaluation(request: TokenRequest, workshop: WorkshopNumber) -> WorkshopsEvaluationShown:
    """What people thought of a workshop; results once it is closed, of groups of five or more."""
    return WorkshopsEvaluationShown.model_validate(held_queries.evaluation(_workshop(request, workshop)))


def _minor(where: str, text: str, digits: int) -> int:
    try:
        return minor_of(text, digits)
    except ValueError as error:
        message = _("“%(text)s” is no amount: write digits, and a point before %(digits)d decimals.")
        said = message % {"text": text[:40], "digits": digits}
        raise BadInput("workshops.sheet", said, faults=(FieldFault(where, said),)) from error


def _spent(name: str, lines: Iterable[WorkshopsLine], digits: int) -> list[Spent]:
    found: dict[tuple[str, str], Spent] = {}
    for place, one in enumerate(lines):
        key = (one.heading, one.line)
        if key in found:
            message = _("“%(line)s” stands twice under “%(heading)s”.") % {
                "line": one.line,
                "heading": one.heading,
            }
            raise BadInput("workshops.sheet", message, faults=(FieldFault(f"{name}.{place}", message),))
        minor = _minor(f"{name}.{place}.amount", one.amount, digits)
        found[key] = Spent(*key, minor, one.heading.casefold() == OVERHEAD.casefold())
    return list(found.values())


@router.post("/ledger-check", response=WorkshopsLedgerShown, summary="Check a sheet of expenditure")
def check_workshops_sheet(request: TokenRequest, asked: WorkshopsSheetAsked) -> WorkshopsLedgerShown:
    """Add up a sheet, and compare it with declared totals and an approved budget; nothing is kept."""
    require(request.actor, VIEW)
    digits = digits_of(asked.currency)
    spent = _spent("lines", asked.lines, digits)
    found = sums(spent)
    totals = {
        one.heading: _minor(f"totals.{place}.total", one.total, digits)
        for place, one in enumerate(asked.totals)
    }
    wrong = list(differences(found.named(), totals)) if totals else []
    if asked.budget:
        wrong += over_budget(spent, _spent("budget", asked.budget, digits))
    return WorkshopsLedgerShown.model_validate(told_queries.ledger(found, wrong, asked.currency))


@router.get("/calls", response=WorkshopsCallsShown, summary="List calls to workshops")
def list_workshops_calls(request: TokenRequest, asked: Annotated[Paged, Query()]) -> WorkshopsCallsShown:
    """The workshops to which this country is called."""
    require(request.actor, CALLS)
    found, after = take_page(nominations.calls_for(request.actor), asked)
    names = ("number", "partner", "title", "place", "starts", "ends", "until", "quota")
    items = [
        WorkshopsCallShown.model_validate({"id": row.pk, **{name: getattr(row, name) for name in names}})
        for row in found
    ]
    return WorkshopsCallsShown(items=items, next=after)


@router.get("/nominations", response=WorkshopsNominationsShown, summary="List nominations")
def list_workshops_nominations(
    request: TokenRequest, asked: Annotated[Paged, Query()]
) -> WorkshopsNominationsShown:
    """Whom the token's organisation nominated, and how far each is."""
    require(request.actor, NOMINATE)
    found, after = take_page(nominations.nominations_for(request.actor), asked)
    items = [WorkshopsNominationShown.model_validate(told_queries.nomination(row)) for row in found]
    return WorkshopsNominationsShown(items=items, next=after)


@router.post("/nominations", response={201: WorkshopsNominationShown}, summary="Nominate a person")
def nominate_for_workshop(
    request: TokenRequest, asked: WorkshopsNominationAsked
) -> Status[WorkshopsNominationShown]:
    """Write a nomination; nothing leaves this node before the focal point approves it on its page."""
    require(request.actor, NOMINATE)
    call = nominations.calls_for(request.actor).filter(pk=asked.call).first()
    if call is None:
        raise NotFound("workshops.no-call", _("There is no such call."))
    person = {name: " ".join(text.split()) for name, text in asked.model_dump(exclude={"call"}).items()}
    organisation = Organisation.objects.get(pk=min(request.actor.organisation_ids))
    row = nominating.nominate(call, organisation, person, actor=request.actor.label)
    return Status(201, WorkshopsNominationShown.model_validate(told_queries.nomination(row)))


@router.get("/plans", response=WorkshopsPlansShown, summary="List country plans of this country")
def list_workshops_plans(request: TokenRequest, asked: Annotated[Paged, Query()]) -> WorkshopsPlansShown:
    """What delegates of this country plan for home, and how far each is."""
    require(request.actor, VIEW_PLANS)
    found, after = take_page(plans.plans_for(request.actor), asked)
    items = [WorkshopsPlanShown.model_validate(told_plans.own(row)) for row in found]
    return WorkshopsPlansShown(items=items, next=after)


@router.get("/workshops/{workshop}/plans", response=WorkshopsPlansShown, summary="List plans of a workshop")
def list_workshops_plans_of_a_workshop(
    request: TokenRequest, workshop: WorkshopNumber, asked: Annotated[Paged, Query()]
) -> WorkshopsPlansShown:
    """The plans that arrived about a workshop of this node."""
    require(request.actor, VIEW_PLANS)
    rows = plans.held_for(request.actor).filter(nominee__invitation__workshop__number=workshop)
    found, after = take_page(rows, asked)
    items = [WorkshopsPlanShown.model_validate(told_plans.held(row)) for row in found]
    return WorkshopsPlansShown(items=items, next=after)
