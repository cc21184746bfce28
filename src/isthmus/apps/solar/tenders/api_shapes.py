"""What programs ask about tenders, and what they are answered."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from isthmus.apps.solar.tenders.records import OfferV1, TenderLotV1
from isthmus.exchange.api.fields import Moment, Shown, StrictBody, Text, plain_digits
from isthmus.exchange.api.paging import Paged

TenderId = Annotated[
    int,
    BeforeValidator(plain_digits),
    Field(ge=1, le=2**53 - 1, description="The key of a tender in this node."),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2**53 - 1}),
]
QuoteName = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="The maker's name of a quote.")]
Sum = Annotated[str, Field(description="An amount of money with two decimals.", examples=["1450.00"])]


class TenderSearch(Paged):
    """Which tenders."""

    state: Literal["open", "decided", "withdrawn"] | None = None


class SolarLotAwarded(StrictBody):
    """A lot and the quote that gets it."""

    lot: Annotated[int, Field(ge=1, le=999)]
    partner: Annotated[Text, Field(min_length=1, max_length=31)]
    quote: QuoteName


class SolarAwardAsked(StrictBody):
    """Which quote gets which lot, and why; lots that are not named go to nobody."""

    lots: Annotated[list[SolarLotAwarded], Field(max_length=200)]
    reason: Annotated[Text, Field(min_length=1, max_length=1000)]


class SolarTenderShown(Shown):
    """A request for quotes of this node at a glance."""

    id: int
    number: str
    title: str
    organisation: str = Field(description="Code of the organisation that asks.")
    currency: str = Field(description="In which quotes are compared (ISO 4217).")
    closes: Moment = Field(description="A seal that arrives then or later is late.")
    opens_until: Moment = Field(description="A quote must be opened before it.")
    decided_at: Moment | None
    withdrawn_at: Moment | None


class SolarTendersShown(Shown):
    """One page of tenders, the newest first."""

    items: list[SolarTenderShown]
    next: str | None


class SolarRateShown(Shown):
    """What the asker compares quotes by."""

    kind: str = Field(description="exchange, duty or tax.")
    code: str = Field(description="Currency of a rate of exchange; empty for duty and tax.")
    value: str = Field(description="Units of the tender's currency for one of the code, or percent.")
    on: date
    source: str


class SolarLandedShown(Shown):
    """What a quote costs landed, in the currency of comparison."""

    goods: Sum
    freight: Sum
    insurance: Sum
    duty: Sum
    tax: Sum
    total: Sum


class SolarAcceptanceShown(Shown):
    """The acceptance test of a delivery."""

    delivery: str
    lot: int
    says: str = Field(description="accepted or refused.")
    counted: int
    tested: int
    failed: int
    reason: str
    at: Moment


class SolarTicketSaying(Shown):
    """What one side said about a fault."""

    says: str = Field(description="opened, repair, replace, reject or closed.")
    at: Moment
    lot: int | None
    part: str
    count: int | None
    text: str


class SolarTicketShown(Shown):
    """A fault under warranty."""

    ticket: str
    state: str = Field(description="open, answered or closed.")
    sayings: list[SolarTicketSaying]


class SolarDecisionShown(Shown):
    """What was decided about a quote, and what came of it."""

    quote: str
    says: str = Field(description="awarded, not-awarded or set-aside.")
    lots: list[int]
    landed: str | None
    reason: str
    at: Moment
    acceptances: list[SolarAcceptanceShown]
    tickets: list[SolarTicketShown]


class SolarQuoteSeen(Shown):
    """A quote as it arrived; its offer only where it counts and may be read."""

    partner: str
    quote: str
    maker: str
    standing: str = Field(description="sealed, opened, or why it does not count, such as late.")
    seal: str
    sealed_at: Moment | None
    opened_at: Moment | None
    offer: OfferV1 | None
    landed: SolarLandedShown | None = Field(description="Null where no rate is stated for its currency.")
    lacks: list[str] = Field(description="What it lacks, with the lot or document after a colon.")
    decision: SolarDecisionShown | None


class SolarTenderWhole(SolarTenderShown):
    """A tender with its lots and rates, and every quote as it stands."""

    phase: str = Field(description="sealing, opening, deciding, awarded or withdrawn.")
    incoterm: str | None
    warranty_months: int | None
    take_back: bool | None
    documents: list[str]
    invited: list[str] = Field(description="The partners to whose makers it went.")
    lots: list[TenderLotV1]
    rates: list[SolarRateShown]
    quotes: list[SolarQuoteSeen]


class SolarRequestShown(Shown):
    """A request for quotes from abroad."""

    id: int
    number: str
    partner: str
    title: str
    asker: str
    currency: str
    closes: Moment
    opens_until: Moment
    takes_seals: bool = Field(description="Whether a seal sent now can still be in time.")
    withdrawn_at: Moment | None
    documents: list[str]
    lots: list[TenderLotV1]


class SolarRequestsShown(Shown):
    """One page of requests from abroad, the newest first."""

    items: list[SolarRequestShown]
    next: str | None


class OwnQuoteSearch(Paged):
    """Which of the firm's own quotes."""

    state: Literal["draft", "sealed", "opened", "awarded", "not-awarded", "set-aside"] | None = None


class SolarOwnQuoteShown(Shown):
    """A quote of the token's own firm. Its salt, which opens the seal, is not told."""

    quote: str
    tender: str
    partner: str
    organisation: str
    state: str = Field(description="draft, sealed, opened, awarded, not-awarded or set-aside.")
    seal: str
    sealed_at: Moment | None
    opened_at: Moment | None
    decided_at: Moment | None
    lots: list[int] = Field(description="The lots that were awarded to it.")
    reason: str
    offer: OfferV1
    acceptances: list[SolarAcceptanceShown] = Field(description="Tests of deliveries, by the asker.")
    tickets: list[SolarTicketShown] = Field(description="Faults that the asker told of.")


class SolarOwnQuotesShown(Shown):
    """One page of the firm's own quotes, the newest first."""

    items: list[SolarOwnQuoteShown]
    next: str | None


class SolarLotAward(Shown):
    """Who got a lot."""

    partner: str
    quote: str
    maker: str


class SolarLotSeen(Shown):
    """A lot from what was asked to the faults that wait."""

    tender: int
    number: str = Field(description="Of the tender.")
    lot: TenderLotV1
    quotes: int = Field(description="Open quotes that count and offer it.")
    awarded: SolarLotAward | None
    came: int = Field(description="Systems of deliveries that were accepted.")
    refused: int = Field(description="Deliveries that were refused.")
    open_tickets: int


class SolarWaste(Shown):
    """What wears out in a year of all that was accepted, by planning figures."""

    year: int
    material: str
    kg: float


class SolarLotsShown(Shown):
    """The lots of one page of tenders, the newest first, and what their systems leave."""

    items: list[SolarLotSeen]
    waste: list[SolarWaste]
    next: str | None
