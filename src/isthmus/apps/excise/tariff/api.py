"""Excise for programs: the duty of lines with every step, and the tariffs it is worked out by."""

from datetime import date
from typing import Annotated

from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.apps.excise.tariff import queries
from isthmus.apps.excise.tariff.formats.lines import Written, line_of
from isthmus.apps.excise.tariff.rules.model import LineFault, Row, Tariff
from isthmus.apps.excise.tariff.services import Answer, answers
from isthmus.apps.excise.tariff.wording import bands_words, rate_words, rounding_words
from isthmus.exchange.api.fields import Shown, StrictBody, Text, example_of
from isthmus.exchange.api.routes import Routes

VIEW = "excise.tariff.view"
MOST_LINES = 1000
router = Routes("excise")

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166 alpha-2.")]
Figure = Annotated[str, Field(pattern=r"^-?[0-9]{1,20}(\.[0-9]{1,12})?$", description="A decimal as text.")]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A day, ISO 8601.")]
Short = Annotated[Text, Field(max_length=100)]


class LineAsked(StrictBody):
    """A line of goods, with the columns of the command's list."""

    line: Short
    product: Short = ""
    hs: Short = ""
    abv: Figure | None = None
    volume_l: Figure | None = None
    quantity: Figure | None = None
    cif: Figure | None = None
    date: Day | None = None
    producer_hl: Figure | None = None
    plato: Figure | None = None
    retail: Figure | None = None
    relief: Short = ""


class DutyAsked(StrictBody):
    """Lines of goods under one tariff."""

    tariff: Country
    lines: Annotated[list[LineAsked], Field(min_length=1, max_length=MOST_LINES)]


class StepShown(Shown):
    """One step of a calculation."""

    step: str
    text: str
    value: str
    unit: str


class ChargeShown(Shown):
    """A charge beside the duty; null where the line does not state the value it is on."""

    name: str
    amount_minor: int | None


class LineShown(Shown):
    """What one line owes in minor units; null with the error where it is at fault."""

    line: str
    duty_minor: int | None
    rule: str
    steps: list[StepShown]
    charges: list[ChargeShown]
    error: str


class DutyShown(Shown):
    """What the lines owe."""

    currency: str
    lines: list[LineShown]


class RowShown(Shown):
    """A dated row of a tariff."""

    rule: str
    group: str
    code: str
    relief: str
    first_day: date
    last_day: date | None
    bands: str
    rate: str
    roundings: list[str]
    act: str
    source: str
    confirmed: bool = Field(description="Whether the row and its roundings were checked against the act.")


class TariffShown(Shown):
    """A tariff, by its country."""

    model_config = example_of(
        country="MD",
        title="Republic of Moldova",
        currency="MDL",
        is_example=False,
        checked_on="2023-12-31",
        rows=[],
    )

    country: str
    title: str
    currency: str
    is_example: bool
    checked_on: date
    rows: list[RowShown]


def _written(asked: LineAsked) -> Written:
    members = {name: value for name, value in asked.model_dump(exclude={"line"}).items() if value is not None}
    try:
        return Written(asked.line, line_of(members))
    except LineFault as fault:
        return Written(asked.line, None, fault)


def _line(answer: Answer) -> LineShown:
    return LineShown(
        line=answer.name,
        duty_minor=answer.duty_minor,
        rule=answer.rule,
        steps=[
            StepShown(step=told.kind, text=told.text, value=told.value, unit=told.unit)
            for told in answer.steps
        ],
        charges=[ChargeShown(name=one.name, amount_minor=one.amount_minor) for one in answer.charges],
        error=answer.error,
    )


def _row(row: Row, tariff: Tariff) -> RowShown:
    return RowShown(
        rule=row.rule,
        group=row.group,
        code=row.code,
        relief=row.relief,
        first_day=row.first_day,
        last_day=row.last_day,
        bands=bands_words(row),
        rate=rate_words(row, tariff.currency),
        roundings=[rounding_words(one) for one in row.roundings],
        act=row.act,
        source=row.source,
        confirmed=row.settled,
    )


@router.post("/duty", response=DutyShown, summary="Work out duty")
def work_out_duty(request: TokenRequest, asked: DutyAsked) -> DutyShown:
    """The duty of each line with every step. A line at fault has its error, and the others are worked out."""
    require(request.actor, VIEW)
    tariff = queries.tariff_of(asked.tariff)
    found = answers(tariff, map(_written, asked.lines), explained=True)
    return DutyShown(currency=tariff.currency, lines=[_line(answer) for answer in found])


@router.get("/tariffs", response=list[TariffShown], summary="List tariffs")
def list_tariffs(request: TokenRequest) -> list[TariffShown]:
    """Every tariff with its rows, their days, acts and sources, and what is not confirmed."""
    require(request.actor, VIEW)
    return [
        TariffShown(
            country=tariff.country,
            title=tariff.title,
            currency=tariff.currency,
            is_example=tariff.is_example,
            checked_on=tariff.checked_on,
            rows=[_row(row, tariff) for row in tariff.rows],
        )
        for tariff in queries.tariffs()
    ]
