"""What programs send and get about import permits, in ml of pure alcohol."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from isthmus.apps.excise.api_fields import DeedKey, ExciseNumber, Why
from isthmus.apps.excise.returns.api import ReturnLineAsked
from isthmus.exchange.api.fields import DayAsked, Moment, Shown, StrictBody, Text, plain_digits
from isthmus.exchange.api.paging import Paged

QuotaYear = Annotated[int, Field(ge=2000, le=2100)]
YearAsked = Annotated[
    int,
    BeforeValidator(plain_digits),
    Field(ge=2000, le=2100),
    WithJsonSchema({"type": "integer", "minimum": 2000, "maximum": 2100}),
]
Millilitres = Annotated[int, Field(ge=1, le=10**15, description="Millilitres of pure alcohol.")]
Reference = Annotated[Text, Field(min_length=1, max_length=60)]


class PermitSearch(Paged):
    """Which permits."""

    operator: ExciseNumber | None = None
    year: YearAsked | None = None
    state: Literal["applied", "approved", "refused"] | None = None


class QuotaSearch(Paged):
    """Which quotas."""

    operator: ExciseNumber | None = None
    year: YearAsked | None = None


class QuotaTransferAsked(StrictBody):
    """What is left of a quota, to another resort's quota of the same year; the reference is used once."""

    to: Annotated[int, Field(ge=1, le=2**53 - 1, description="Id of the quota that takes it.")]
    amount_ml: Millilitres
    reference: Reference
    why: Why
    on: DayAsked


class PermitAsked(StrictBody):
    """An application for a permit within the quota of a year."""

    operator: ExciseNumber
    year: QuotaYear
    goods: Annotated[Text, Field(min_length=1, max_length=500)]
    asked_ml: Millilitres


class PermitDrawAsked(StrictBody):
    """Goods that came: cleared at import, or released from the bonded store; once for its `key`."""

    key: DeedKey
    how: Literal["clearance", "ex-bond"]
    on: DayAsked
    lines: Annotated[list[ReturnLineAsked], Field(min_length=1, max_length=1000)]


class DrawReversalAsked(StrictBody):
    """Why a draw-down is taken back, once for its `key`."""

    key: DeedKey
    on: DayAsked
    why: Why


class BondArrivalAsked(StrictBody):
    """Goods brought into a bonded store; `reference` is the number of the customs declaration."""

    key: DeedKey
    amount_ml: Millilitres
    on: DayAsked
    reference: Reference


class BondCountAsked(StrictBody):
    """A count of a bonded store; a reason is needed where it differs from the book."""

    key: DeedKey
    counted_ml: Annotated[int, Field(ge=0, le=10**15)]
    on: DayAsked
    why: Annotated[Text, Field(max_length=500)] = ""


class ExciseQuotaShown(Shown):
    """A quota by island and year, in ml of pure alcohol: granted and transferred make up used and left."""

    id: int
    operator: str = Field(description="Excise number of the resort.")
    island: str
    year: int
    granted_ml: int
    transferred_ml: int
    used_ml: int
    left_ml: int


class ExciseQuotasShown(Shown):
    """One page of quotas, the newest first."""

    items: list[ExciseQuotaShown]
    next: str | None


class ExciseDrawShown(Shown):
    """Goods that came under a permit. Where it was taken back, the return is the version without goods."""

    id: int
    key: str
    how: str
    on: date
    amount_ml: int
    return_number: str
    duty_minor: int = Field(description="Duty and charges that were declared for the goods.")
    currency: str
    reversed_on: date | None
    reversed_why: str


class ExcisePermitShown(Shown):
    """An import permit or an application for one, in ml of pure alcohol."""

    id: int
    number: str
    operator: str = Field(description="Excise number of the resort.")
    year: int
    goods: str
    state: str
    asked_ml: int
    granted_ml: int
    left_ml: int
    why: str = Field(description="Why it was refused.")
    applied_at: Moment
    decided_at: Moment | None


class ExcisePermitWhole(ExcisePermitShown):
    """A permit with its draw-downs."""

    draws: list[ExciseDrawShown]


class ExcisePermitsShown(Shown):
    """One page of permits, the newest first."""

    items: list[ExcisePermitShown]
    next: str | None


class ExciseBondCountShown(Shown):
    """A count beside what the book said at that moment; below zero, something is missing."""

    on: date
    book_ml: int
    counted_ml: int
    difference_ml: int
    why: str


class ExciseBondShown(Shown):
    """A resort's bonded store by the book, in ml of pure alcohol, with its newest hundred counts."""

    operator: str
    held_ml: int
    released_ml: int
    missing_ml: int = Field(description="Missing by all counts together; below zero, found too much.")
    counts: list[ExciseBondCountShown]
