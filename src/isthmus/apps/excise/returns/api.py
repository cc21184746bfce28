"""Returns of excise for programs: declare, list, say where one stands, show an account."""

from datetime import date
from typing import Annotated, Literal

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.apps.excise.registry.queries import operators_of
from isthmus.apps.excise.returns import queries
from isthmus.apps.excise.returns.models import DutyReturn
from isthmus.apps.excise.returns.services import declaring
from isthmus.apps.excise.tariff.formats.lines import Written, line_of
from isthmus.apps.excise.tariff.rules.model import LineFault
from isthmus.exchange.api.fields import Shown, StrictBody, Text
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import BadInput, FieldFault, NotFound

VIEW, DECLARE = queries.VIEW, "excise.return.declare"
router = Routes("excise")

ReturnNumber = Annotated[str, Field(pattern=r"^RET-[0-9]{4}-[0-9]{6}$", examples=["RET-2023-000001"])]
ExciseNumber = Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Z0-9]{11}$", examples=["MD00000000017"])]
Figure = Annotated[str, Field(pattern=r"^[0-9]{1,18}(\.[0-9]{1,6})?$", description="A decimal as text.")]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A day, ISO 8601.")]
Short = Annotated[Text, Field(max_length=100)]
Minor = Annotated[int, Field(ge=1, le=10**15, description="Minor units of the currency.")]


class ReturnLineAsked(StrictBody):
    """A line of goods, with the columns of the command's list; `product` may be a GTIN of the registry."""

    line: Short
    product: Short = ""
    hs: Short = ""
    abv: Figure | None = None
    volume_l: Figure | None = None
    quantity: Figure | None = None
    cif: Figure | None = None
    date: Day
    producer_hl: Figure | None = None
    plato: Figure | None = None
    retail: Figure | None = None
    relief: Short = ""


class ReturnAsked(StrictBody):
    """A return to declare: the goods of the month of `day`, or of the event on it."""

    operator: ExciseNumber
    day: Day
    tax_point: Literal["release", "import", "clearance", "ex-bond"]
    lines: Annotated[list[ReturnLineAsked], Field(max_length=1000)]


class ReturnLineShown(Shown):
    """What one line owes, and every step of it."""

    line: str
    product: str
    code: str
    day: date
    duty_minor: int
    charges_minor: dict[str, int]
    steps: list[str]


class ReturnShown(Shown):
    """A return and where it stands; `owed_minor` is what the duty book says today."""

    number: str
    version: int
    operator: str
    tax_point: str
    month: str
    due_on: date
    state: str
    currency: str
    duty_minor: int
    charges_minor: int
    owed_minor: int


class ReturnWhole(ReturnShown):
    """A return with its lines."""

    lines: list[ReturnLineShown]


class ReturnEntryShown(Shown):
    """One entry of an operator's account."""

    entry: int
    kind: str
    reference: str
    value_on: date
    amount_minor: int
    owed_minor: int


class ReturnStatementShown(Shown):
    """An operator's account in one currency, with its newest entries."""

    currency: str
    owed_minor: int
    refunds_due_minor: int
    before_minor: int
    entries: list[ReturnEntryShown]


def day_of(text: str, where: str) -> date:
    """The day that a member states; BadInput where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = _("“%(given)s” is no day.") % {"given": text}
        raise BadInput("excise.no-day", message, faults=(FieldFault(where, message),)) from error


def return_facts(row: DutyReturn) -> dict[str, object]:
    """What `ReturnShown` says of a return."""
    return {
        "number": row.number or "",
        "version": row.version,
        "operator": row.operator.excise_number,
        "tax_point": row.tax_point,
        "month": f"{row.period:%Y-%m}",
        "due_on": row.due_on,
        "state": row.state,
        "currency": row.currency,
        "duty_minor": row.duty_minor,
        "charges_minor": row.charges_minor,
        "owed_minor": row.owed if hasattr(row, "owed") else queries.held(row, "owed"),
    }


def whole_return(row: DutyReturn) -> ReturnWhole:
    """A return with its lines."""
    lines = [
        ReturnLineShown(
            line=line.name,
            product=line.gtin or line.product or line.hs,
            code=line.code,
            day=line.day,
            duty_minor=line.duty_minor,
            charges_minor=line.charges,
            steps=[step["text"] for step in line.steps],
        )
        for line in row.lines.all()
    ]
    return ReturnWhole.model_validate({**return_facts(row), "lines": lines})


def find_return(request: TokenRequest, number: str, action: str) -> DutyReturn:
    """The version that stands of a return on which the token may do ``action``. NotFound."""
    rows = queries.returns_of(request.actor, action).filter(number=number).exclude(state="draft")
    row = rows.order_by("-version").first()
    if row is None:
        raise NotFound("excise.no-return", _("There is no such return."))
    return row


@router.get("/returns", response=list[ReturnShown], summary="List returns of excise")
def list_duty_returns(request: TokenRequest) -> list[ReturnShown]:
    """Up to a hundred declared returns that the token may see, what is overdue first."""
    require(request.actor, VIEW)
    rows = queries.with_owed(queries.returns_of(request.actor), queries.today()).exclude(state="draft")
    return [
        ReturnShown.model_validate(return_facts(row)) for row in rows.order_by("rank", "due_on", "pk")[:100]
    ]


@router.get("/returns/{return_number}", response=ReturnWhole, summary="Show a return of excise")
def show_duty_return(request: TokenRequest, return_number: ReturnNumber) -> ReturnWhole:
    """The version of a return that stands, with why each line owes what it owes."""
    require(request.actor, VIEW)
    return whole_return(find_return(request, return_number, VIEW))


def written_of(asked: ReturnLineAsked) -> Written:
    """A line as the tariff engine takes it, with its fault where it has one."""
    members = {name: value for name, value in asked.model_dump(exclude={"line"}).items() if value is not None}
    try:
        return Written(asked.line, line_of(members))
    except LineFault as fault:
        return Written(asked.line, None, fault)


@router.post("/returns", response=ReturnWhole, summary="Declare a return of excise")
def declare_duty_return(request: TokenRequest, asked: ReturnAsked) -> ReturnWhole:
    """Declare goods. Every line at fault is named, and nothing is kept then."""
    require(request.actor, DECLARE)
    operator = queries.operator_by_number(asked.operator, operators_of(request.actor, DECLARE))
    written = [written_of(line) for line in asked.lines]
    with transaction.atomic():
        made = declaring.draft(
            operator, day_of(asked.day, "day"), asked.tax_point, written, actor=request.actor.label
        )
        return whole_return(declaring.declare(made, actor=request.actor.label))


@router.get(
    "/returns/accounts/{excise_number}",
    response=list[ReturnStatementShown],
    summary="Show an operator's account of excise",
)
def show_duty_account(request: TokenRequest, excise_number: ExciseNumber) -> list[ReturnStatementShown]:
    """What an operator owes, an account a currency, with the newest two hundred entries."""
    require(request.actor, VIEW)
    operator = queries.operator_by_number(excise_number, operators_of(request.actor, VIEW))
    return [
        ReturnStatementShown(
            currency=one.currency,
            owed_minor=one.owed,
            refunds_due_minor=one.refunds,
            before_minor=one.before,
            entries=[
                ReturnEntryShown(
                    entry=line.entry.number,
                    kind=line.entry.kind,
                    reference=line.entry.reference,
                    value_on=line.entry.value_on,
                    amount_minor=line.amount,
                    owed_minor=line.after,
                )
                for line in one.lines
            ],
        )
        for one in queries.statements(operator)
    ]
