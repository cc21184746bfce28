"""What programs ask about workshops, and what they are answered. Amounts are text with their decimals."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from isthmus.exchange.api.fields import Moment, Shown, StrictBody, Text, plain_digits

_PLACE = r"^[A-Z0-9][A-Z0-9-]{2,39}$"
ProgrammeCode = Annotated[str, Field(pattern=_PLACE, description="Code of a programme.")]
WorkshopNumber = Annotated[str, Field(pattern=_PLACE, description="Number of a workshop.")]
CallId = Annotated[
    int,
    BeforeValidator(plain_digits),
    Field(ge=1, le=2**53 - 1, description="The key of a call in this node."),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2**53 - 1}),
]
Sum = Annotated[str, Field(description="An amount with the decimals of its currency.", examples=["7945.00"])]
SumAsked = Annotated[
    str, Field(pattern=r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,4})?$", description="Digits, and a point.")
]
HowFarShown = Literal["not-begun", "under-way", "done", "dropped"]
Heading = Annotated[Text, Field(min_length=1, max_length=100)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.", examples=["USD"])]


class WorkshopsProgrammeShown(Shown):
    """A programme at a glance."""

    code: str
    title: str
    fund: str
    reference: str
    currency: str
    starts: date
    ends: date
    closed_at: Moment | None


class WorkshopsProgrammesShown(Shown):
    """One page of programmes, the newest first."""

    items: list[WorkshopsProgrammeShown]
    next: str | None


class WorkshopShown(Shown):
    """A workshop, and how far it is."""

    number: str
    title: str
    theme: str
    host: str
    place: str
    starts: date
    ends: date
    state: Literal["planned", "invited", "held", "reported"]
    participants: int
    participants_are: Literal["counted", "stated", "unknown"]


class WorkshopsProgrammeWhole(WorkshopsProgrammeShown):
    """A programme with its workshops and its money in all."""

    workshops: list[WorkshopShown]
    participants: int
    remainder: int | None = Field(description="Of them stated in all, by no workshop.")
    budget: Sum
    spent: Sum


class WorkshopsDifferenceShown(Shown):
    """A sum or line that does not agree."""

    about: str
    spent: Sum | None
    declared: Sum | None
    difference: Sum


class WorkshopsHeadingShown(Shown):
    """What was spent under a heading."""

    heading: str
    total: Sum


class WorkshopsLedgerShown(Shown):
    """Sums of a book or sheet, and where they do not agree."""

    currency: str
    headings: list[WorkshopsHeadingShown]
    subtotal: Sum
    overhead: Sum
    total: Sum
    agrees: bool
    differences: list[WorkshopsDifferenceShown]


class WorkshopsBookShown(WorkshopsLedgerShown):
    """The book of a programme."""

    closed_at: Moment | None
    to_approve: list[int] = Field(description="Numbers of entries that wait for a second person.")
    without_receipt: list[int] = Field(description="Numbers of entries that name no receipt.")


class WorkshopsLine(StrictBody):
    """One line of a sheet."""

    heading: Heading
    line: Heading
    amount: SumAsked


class WorkshopsTotal(StrictBody):
    """What is declared for a heading, or for Subtotal, Overhead or Total."""

    heading: Heading
    total: SumAsked


class WorkshopsSheetAsked(StrictBody):
    """A sheet to be added up and compared; nothing of it is kept."""

    currency: Currency
    lines: Annotated[list[WorkshopsLine], Field(min_length=1, max_length=1000)]
    totals: Annotated[list[WorkshopsTotal], Field(max_length=1000)] = []
    budget: Annotated[list[WorkshopsLine], Field(max_length=1000)] = []


class WorkshopsCallShown(Shown):
    """A workshop to which this country is called."""

    id: int
    number: str
    partner: str
    title: str
    place: str
    starts: date
    ends: date
    until: Moment
    quota: int


class WorkshopsCallsShown(Shown):
    """One page of calls, the newest first."""

    items: list[WorkshopsCallShown]
    next: str | None


class WorkshopsNominationShown(Shown):
    """A person whom this country nominates, and how far that is."""

    reference: str
    workshop: str
    name: str
    organisation: str
    state: Literal["draft", "sent", "accepted", "waiting", "declined", "withdrawn"]
    sent_at: Moment | None
    reason: str


class WorkshopsNominationsShown(Shown):
    """One page of nominations, the newest first."""

    items: list[WorkshopsNominationShown]
    next: str | None


class WorkshopsPlanShown(Shown):
    """A plan of a delegate for home, and what was told about it after six and twelve months."""

    reference: str
    workshop: str
    country: str
    title: str
    version: int
    state: Literal["draft", "handed-in", "sent", "arrived"]
    at: Moment | None = Field(description="When it was sent last, or arrived.")
    asked_after: int | None = Field(description="After so many months it is asked about now.")
    after_6: HowFarShown | None
    after_12: HowFarShown | None


class WorkshopsPlansShown(Shown):
    """Plans of delegates for home."""

    items: list[WorkshopsPlanShown]
    next: str | None


class WorkshopsNominationAsked(StrictBody):
    """A person to be nominated; the focal point approves it on the page of the node."""

    call: Annotated[int, Field(ge=1, le=2**53 - 1)]
    name: Annotated[Text, Field(min_length=1, max_length=200)]
    position: Annotated[Text, Field(max_length=200)] = ""
    employer: Annotated[Text, Field(max_length=200)] = ""
    email: Annotated[Text, Field(max_length=254)] = ""
    gender: Literal["female", "male", "other", "not-stated"] = "not-stated"
    motivation: Annotated[Text, Field(max_length=2000)] = ""


class WorkshopsNomineeShown(Shown):
    """A nominee of a workshop of this node: how it stands, and what was decided."""

    reference: str
    name: str
    country: str
    place: int = Field(description="Among the nominations of its country; 0 where it was withdrawn.")
    late: bool
    over_quota: bool
    withdrawn: bool
    decision: Literal["accepted", "waiting", "declined"] | None


class WorkshopsNomineesShown(Shown):
    """The nominees of a workshop, by country and place."""

    items: list[WorkshopsNomineeShown]


class WorkshopsEntryShown(Shown):
    """A session of a published agenda."""

    uid: str = Field(description="Its name in calendars; it stays.")
    kind: str
    title: str
    room: str
    starts: Moment | None
    ends: Moment | None
    speakers: list[str]
    cancelled: bool
    sequence: int = Field(description="Published changes so far.")
    changed: Moment | None


class WorkshopsAgendaShown(Shown):
    """The agenda of a workshop as it was published last."""

    time_zone: str = Field(description="IANA name of the zone of the place.")
    version: int = Field(description="0 before the first is published.")
    published_at: Moment | None
    entries: list[WorkshopsEntryShown]


class WorkshopsDayShown(Shown):
    """How many were there on a day."""

    on: date
    present: int


class WorkshopsCountryShown(Shown):
    """How many of a country were there."""

    country: str = Field(description="ISO 3166-1, two letters.")
    present: int


class WorkshopsAttendanceShown(Shown):
    """How many may come, and how many came. Nobody is named."""

    accepted: int
    present: int = Field(description="People who were there on one day at least.")
    days: list[WorkshopsDayShown]
    countries: list[WorkshopsCountryShown]


class WorkshopsAnswersShown(Shown):
    """Answers of a group of five or more on a scale."""

    group: str = Field(description="all, or the kind of office that people come from.")
    answers: int
    counts: list[int] = Field(description="How many gave each step, from 1, poor, to 5, very good.")
    mean: str = Field(description="With two decimals.")


class WorkshopsQuestionShown(Shown):
    """A question, and what five or more answered."""

    question: str
    groups: list[WorkshopsAnswersShown]
    texts: list[str] = Field(description="In the order of the alphabet.")


class WorkshopsEvaluationShown(Shown):
    """What people thought of a workshop; results stand here once it is closed."""

    state: Literal["none", "open", "closed"]
    closed_at: Moment | None
    answers: int
    questions: list[WorkshopsQuestionShown]
