"""What crosses borders about tenders: the request, seals, quotes, the award, acceptance and warranty."""

from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import BeforeValidator, Field

from isthmus.exchange.field_kinds import (
    NO_CONTROLS,
    Currency,
    Day,
    Digest,
    Frozen,
    Moment,
    Money,
    Name,
    Reference,
    listed,
)

TENDER_PATTERN = r"^[A-Z0-9][A-Z0-9-]{2,39}$"
TenderNumber = Annotated[str, Field(pattern=TENDER_PATTERN)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=NO_CONTROLS)]
Text = Annotated[str, Field(min_length=1, max_length=1000, pattern=NO_CONTROLS)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Some = Annotated[int, Field(ge=1, le=10_000_000)]
LotNumber = Annotated[int, Field(ge=1, le=999)]
Incoterm = Literal["DAP", "CIP", "CIF", "FOB"]
Part = TypeVar("Part")
Tuple = Annotated[tuple[Part, ...], BeforeValidator(listed), Field(max_length=200)]


class TenderLotV1(Frozen):
    """One lot: so many systems of one size for one place."""

    lot: LotNumber = Field(title="Lot", description="Its number in the request.")
    name: Name = Field(title="Name of the lot", description="What is wanted, in words.")
    kind: Literal["kit", "component-system"] = Field(
        title="Kind of system", description="A kit of one maker, or a system of components."
    )
    count: Some = Field(title="Systems wanted", description="How many of them.")
    wp: Some = Field(title="Panel (Wp)", description="The least panel of one system, in watt-peak.")
    battery_wh: Some = Field(title="Battery (Wh)", description="The least battery of one, on its label.")
    battery: Literal["lfp", "lead-acid"] = Field(title="Kind of battery", description="Its chemistry.")
    place: Name | None = Field(None, title="Place of delivery", description="Where the lot is delivered.")


class QuoteRequestV1(Frozen):
    """``solar.quote-request/1``: quotes are wanted for lots until a deadline, or no more."""

    record_type: ClassVar[str] = "solar.quote-request"
    record_version: ClassVar[int] = 1

    tender: TenderNumber = Field(title="Tender", description="The asker's number of it.")
    says: Literal["asked", "withdrawn"] = Field(title="What it says", description="Asked, or withdrawn.")
    at: Moment = Field(title="Time", description="When it was said (UTC).")
    title: Name | None = Field(None, title="Title of the tender", description="What it is about.")
    asker: Code | None = Field(None, title="Asker", description="Code of the organisation that asks.")
    asker_name: Name | None = Field(None, title="Name of the asker", description="Who asks.")
    closes: Moment | None = Field(
        None,
        title="Deadline of seals",
        description="A seal that arrives then or later is late (UTC).",
    )
    opens_until: Moment | None = Field(
        None, title="Deadline of openings", description="A quote must be opened before it (UTC)."
    )
    currency: Currency | None = Field(
        None, title="Currency of comparison", description="In which quotes are compared (ISO 4217)."
    )
    incoterm: Incoterm | None = Field(
        None, title="Delivery term", description="Incoterms 2020: who pays which part of the way."
    )
    warranty_months: Annotated[int, Field(ge=0, le=600)] | None = Field(
        None, title="Warranty wanted (months)", description="The shortest that is accepted."
    )
    take_back: bool | None = Field(
        None, title="Take-back wanted", description="The maker takes worn batteries and panels back."
    )
    documents: Tuple[Code] = Field(
        (), title="Documents wanted", description="Which proofs of quality a quote must name."
    )
    lots: Tuple[TenderLotV1] = Field((), title="Lots", description="What is wanted.")
    reason: Text | None = Field(None, title="Reason", description="Why the request is withdrawn.")


class QuoteSealV1(Frozen):
    """``solar.quote-seal/1``: a digest that binds a maker to his quote and tells nothing of it."""

    record_type: ClassVar[str] = "solar.quote-seal"
    record_version: ClassVar[int] = 1

    tender: TenderNumber = Field(title="Tender", description="The asker's number of it.")
    quote: Reference = Field(title="Quote", description="The maker's name of his quote.")
    seal: Digest = Field(
        title="Seal", description="SHA-256 (hex) of the salt and the quote in its canonical form."
    )
    at: Moment = Field(title="Time", description="When it was sealed (UTC).")
    maker: Code | None = Field(None, title="Maker", description="Code of the firm that quotes.")
    maker_name: Name | None = Field(None, title="Name of the maker", description="Who quotes.")


class OfferLineV1(Frozen):
    """What a maker offers for one lot."""

    lot: LotNumber = Field(title="Lot", description="Its number in the request.")
    product: Name = Field(title="Product", description="As the maker's catalogue calls it.")
    count: Some = Field(title="Systems offered", description="How many of them.")
    unit_price: Money = Field(title="Price of one", description="Without freight, insurance, duty and tax.")
    wp: Some = Field(title="Panel offered (Wp)", description="Of one system, in watt-peak.")
    battery_wh: Some = Field(title="Battery offered (Wh)", description="Of one system, on its label.")


class OfferDocumentV1(Frozen):
    """A proof of quality that a maker names."""

    kind: Code = Field(title="Kind of document", description="Such as VeraSol or IEC TS 62257-9-5.")
    number: Code = Field(title="Number of the document", description="By which it can be looked up.")
    valid_until: Day = Field(title="Valid until", description="The last day on which it counts.")


class OfferV1(Frozen):
    """What is sealed, and with it whose it is and for which tender. Nothing in it may be withheld."""

    tender: TenderNumber = Field(title="Tender of the offer", description="The asker's number of it.")
    quote: Reference = Field(title="Quote of the offer", description="The maker's name of it.")
    maker: Code = Field(title="Maker of the offer", description="Code of the firm.")
    maker_name: Name = Field(title="Name of the maker of the offer", description="The firm.")
    currency: Currency = Field(title="Currency of the offer", description="ISO 4217.")
    lines: Tuple[OfferLineV1] = Field(title="Lines", description="A line each lot.")
    freight: Money = Field(title="Freight", description="For all lines, as far as the delivery term says.")
    insurance: Money = Field(title="Insurance", description="For all lines, on the way.")
    incoterm: Incoterm = Field(title="Delivery term offered", description="Incoterms 2020.")
    delivery_days: Annotated[int, Field(ge=1, le=1000)] = Field(
        title="Delivery (days)", description="From the award to the delivery."
    )
    warranty_months: Annotated[int, Field(ge=0, le=600)] = Field(
        title="Warranty (months)", description="From the acceptance."
    )
    take_back: bool = Field(title="Take-back", description="Worn batteries and panels are taken back.")
    valid_until: Day = Field(title="Offer valid until", description="The last day on which it binds.")
    documents: Tuple[OfferDocumentV1] = Field(title="Documents", description="Proofs of quality.")
    remark: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")] = Field(
        title="Remark", description="What else belongs to the offer; may be empty."
    )


class QuotationV1(Frozen):
    """``solar.quote/1``: the maker opens his quote after the deadline; salt and offer must give the seal."""

    record_type: ClassVar[str] = "solar.quote"
    record_version: ClassVar[int] = 1

    tender: TenderNumber = Field(title="Tender", description="The asker's number of it.")
    quote: Reference = Field(title="Quote", description="The maker's name of his quote.")
    salt: Digest = Field(title="Salt", description="32 random bytes (hex) that kept the seal from guessing.")
    offer: OfferV1 = Field(title="Offer", description="What was sealed.")


class AwardV1(Frozen):
    """``solar.award/1``: what the asker decided about a quote."""

    record_type: ClassVar[str] = "solar.award"
    record_version: ClassVar[int] = 1

    tender: TenderNumber = Field(title="Tender", description="The asker's number of it.")
    quote: Reference = Field(title="Quote", description="The maker's name of his quote.")
    says: Literal["awarded", "not-awarded", "set-aside"] = Field(
        title="Decision", description="Awarded, not awarded, or set aside because of its form."
    )
    at: Moment = Field(title="Time", description="When it was decided (UTC).")
    seal: Digest | None = Field(None, title="Seal of the quote", description="Which quote was meant.")
    lots: Tuple[LotNumber] = Field((), title="Lots awarded", description="Their numbers in the request.")
    currency: Currency | None = Field(None, title="Currency of the award", description="ISO 4217.")
    landed: Money | None = Field(
        None, title="Landed cost", description="What the lots cost by the asker's comparison."
    )
    reason: Text | None = Field(None, title="Reason", description="Why it was decided so.")


class AcceptanceCheckV1(Frozen):
    """One check of the acceptance test."""

    name: Code = Field(title="Check", description="What was tried.")
    passed: bool = Field(title="Passed", description="Whether it held.")


class AcceptanceV1(Frozen):
    """``solar.acceptance/1``: what came was counted and tested, and is accepted or refused."""

    record_type: ClassVar[str] = "solar.acceptance"
    record_version: ClassVar[int] = 1

    tender: TenderNumber = Field(title="Tender", description="The asker's number of it.")
    quote: Reference = Field(title="Quote", description="Under which the goods came.")
    lot: LotNumber = Field(title="Lot", description="Its number in the request.")
    delivery: Reference = Field(title="Delivery", description="The asker's name of this delivery.")
    says: Literal["accepted", "refused"] = Field(title="Result", description="Accepted or refused.")
    at: Moment = Field(title="Time", description="When it was said (UTC).")
    counted: Count = Field(title="Counted", description="How many systems came.")
    tested: Count = Field(title="Tested", description="How many of them were tested.")
    failed: Count = Field(title="Failed", description="How many of the tested did not pass.")
    checks: Tuple[AcceptanceCheckV1] = Field((), title="Checks", description="What was tried.")
    reason: Text | None = Field(None, title="Reason", description="Why it is refused, or a remark.")


class WarrantyTicketV1(Frozen):
    """``solar.warranty-ticket/1``: a fault under warranty is told, answered by the maker, and closed."""

    record_type: ClassVar[str] = "solar.warranty-ticket"
    record_version: ClassVar[int] = 1

    tender: TenderNumber = Field(title="Tender", description="The asker's number of it.")
    quote: Reference = Field(title="Quote", description="Under which the goods came.")
    ticket: Reference = Field(title="Ticket", description="The asker's name of it.")
    says: Literal["opened", "repair", "replace", "reject", "closed"] = Field(
        title="What it says", description="Opened and closed by the asker; the maker answers between."
    )
    at: Moment = Field(title="Time", description="When it was said (UTC).")
    lot: LotNumber | None = Field(None, title="Lot", description="Its number in the request.")
    part: Literal["panel", "battery", "controller", "lamp", "wiring", "other"] | None = Field(
        None, title="Part", description="What does not work."
    )
    count: Some | None = Field(None, title="How many", description="Systems with this fault.")
    text: Text | None = Field(None, title="What is the matter", description="The fault, or the answer.")
