"""What crosses borders about country plans: the plan, and how far it is when it is asked about."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from isthmus.apps.workshops.nominations.records import Number
from isthmus.apps.workshops.plans.rules.lines import AMOUNT
from isthmus.exchange.field_kinds import NO_CONTROLS, Day, Frozen, Moment, Name, Reference, listed

MOST_STEPS, MOST_FIGURES = 20, 20
Long = Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_CONTROLS)]
Short = Annotated[str, Field(min_length=1, max_length=300, pattern=NO_CONTROLS)]


class PlanStepV1(Frozen):
    """One step of a plan."""

    what: Short = Field(title="Step", description="What is to be done.")
    by: Day | None = Field(None, title="By", description="The day by which it is to be done.")


class PlanFigureV1(Frozen):
    """One number by which a plan is measured."""

    name: Name = Field(title="Figure", description="What is counted.")
    amount: Annotated[str, Field(pattern=AMOUNT)] = Field(
        title="Amount", description="Digits, and a point before decimals."
    )
    unit: Name | None = Field(None, title="Unit", description="In what it is counted.")


class CountryPlanV1(Frozen):
    """``workshops.country-plan/1``: what a delegate plans for home; the greatest version counts."""

    record_type: ClassVar[str] = "workshops.country-plan"
    record_version: ClassVar[int] = 1

    workshop: Number = Field(title="Workshop", description="The secretariat's number of it.")
    plan: Reference = Field(title="Plan", description="The country's name of it.")
    nomination: Reference = Field(title="Nomination", description="Of the delegate who wrote it.")
    version: Annotated[int, Field(ge=1, le=1000)] = Field(
        title="Version", description="1, and one more each time it is sent anew."
    )
    at: Moment = Field(title="Time", description="When the focal point let it go (UTC).")
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")] = Field(
        title="Language", description="In which it is written."
    )
    title: Name = Field(title="Title", description="What is to be built or changed.")
    problem: Long | None = Field(None, title="Problem", description="What is wrong today.")
    example: Long | None = Field(None, title="Example seen", description="What was seen at the course.")
    steps: Annotated[tuple[PlanStepV1, ...], BeforeValidator(listed), Field(max_length=MOST_STEPS)] | None = (
        Field(None, title="Steps", description="What is to be done, in its order.")
    )
    partner: Long | None = Field(None, title="Partner sought", description="Who could help, and with what.")
    figures: (
        Annotated[tuple[PlanFigureV1, ...], BeforeValidator(listed), Field(max_length=MOST_FIGURES)] | None
    ) = Field(None, title="Figures", description="By which it is measured.")


class CountryPlanProgressV1(Frozen):
    """``workshops.country-plan-progress/1``: how far a plan is; for each question the latest counts."""

    record_type: ClassVar[str] = "workshops.country-plan-progress"
    record_version: ClassVar[int] = 1

    workshop: Number = Field(title="Workshop", description="The secretariat's number of it.")
    plan: Reference = Field(title="Plan", description="The country's name of it.")
    months: Literal[6, 12] = Field(
        title="Asked after", description="So many months after the workshop it was asked."
    )
    at: Moment = Field(title="Time", description="When the focal point let the answer go (UTC).")
    on: Day = Field(title="As of", description="The day of which the answer tells.")
    says: Literal["not-begun", "under-way", "done", "dropped"] = Field(
        title="How far it is", description="Not begun, under way, done, or given up."
    )
    text: Long | None = Field(None, title="Told", description="What happened, or what stands in the way.")
