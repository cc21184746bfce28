"""What crosses borders between business partners: needs, offers, introductions and letters of intent.

A need or an offer tells country, goods and class of volume, and nothing of who writes it. Names, contacts,
exact figures and terms are ``DetailsV1``, which only an introduction carries to which both sides have agreed.
"""

from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import BeforeValidator, Field

from isthmus.apps.partners.rules.goods import HS_PATTERN, LAST_CLASS
from isthmus.exchange.field_kinds import (
    NO_CONTROLS,
    Country,
    Day,
    Email,
    Frozen,
    Moment,
    Name,
    Reference,
    listed,
)

Code = Annotated[str, Field(min_length=1, max_length=60, pattern=NO_CONTROLS)]
Text = Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_CONTROLS)]
Unit = Literal["pcs", "set", "t", "kwp"]
Level = Literal["skd", "ckd", "complete"]
Incoterm = Literal["EXW", "FCA", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP"]
Percent = Annotated[int, Field(ge=0, le=100)]
Quantity = Annotated[int, Field(ge=1, le=1_000_000_000)]
Part = TypeVar("Part")
Tuple = Annotated[tuple[Part, ...], BeforeValidator(listed), Field(max_length=60)]


class CertificateKindV1(Frozen):
    """A certificate without its number, which would tell whose it is."""

    kind: Code = Field(title="Kind of certificate", description="Such as ISO 9001 or IEC 61215.")
    valid_until: Day | None = Field(None, title="Valid until", description="The last day on which it counts.")


class _ListingV1(Frozen):
    """What a need and an offer have in common."""

    reference: Reference = Field(title="Reference", description="Its node's name of it.")
    revision: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        title="Revision", description="The highest one counts."
    )
    says: Literal["open", "withdrawn"] = Field(title="What it says", description="Open, or withdrawn.")
    at: Moment = Field(title="Time", description="When it was last confirmed (UTC).")
    expires: Moment = Field(title="Expires", description="Without a new confirmation it ends then (UTC).")
    country: Country | None = Field(None, title="Country", description="Where it comes from (ISO 3166-1).")
    product: Name | None = Field(None, title="Product", description="The goods, in a few words.")
    title: Name | None = Field(None, title="Title", description="What it is about.")
    text: Text | None = Field(
        None, title="Text", description="The goods and the work, without who writes it."
    )
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[a-z]{2,8})?$")] | None = Field(
        None, title="Language", description="In which title and text are written."
    )
    hs_code: Annotated[str, Field(pattern=HS_PATTERN)] | None = Field(
        None, title="HS code", description="Heading or subheading of the Harmonized System."
    )
    unit: Unit | None = Field(None, title="Unit of volume", description="Pieces, sets, tonnes, or kWp.")
    volume_class: Annotated[int, Field(ge=0, le=LAST_CLASS)] | None = Field(
        None,
        title="Class of yearly volume",
        description="0 below 100, 1 below 1,000, 2 below 10,000, 3 below 100,000, 4 below 1,000,000, 5 more.",
    )
    levels: Tuple[Level] = Field(
        (), title="Levels of assembly", description="Semi or completely knocked down, or complete."
    )
    local_content: Percent | None = Field(
        None, title="Local content (%)", description="Share of local value: wanted, or reached."
    )
    certificates: Tuple[CertificateKindV1] = Field(
        (), title="Certificates", description="Wanted, or held; without their numbers."
    )
    countries: Tuple[Country] = Field(
        (), title="Countries", description="With which one would work; none: with any."
    )


class NeedV1(_ListingV1):
    """``partners.need/1``: somebody in this country looks for a partner; says not who."""

    record_type: ClassVar[str] = "partners.need"
    record_version: ClassVar[int] = 1


class OfferV1(_ListingV1):
    """``partners.offer/1``: somebody in this country offers to be a partner; says not who."""

    record_type: ClassVar[str] = "partners.offer"
    record_version: ClassVar[int] = 1


class CertificateV1(Frozen):
    """A certificate by which its holder can be looked up."""

    kind: Code = Field(title="Kind of certificate", description="Such as ISO 9001 or IEC 61215.")
    number: Code | None = Field(None, title="Number of the certificate", description="As issued.")
    valid_until: Day | None = Field(None, title="Valid until", description="The last day on which it counts.")


class DetailsV1(Frozen):
    """Who one is and how to be reached; leaves its node only after both sides have agreed."""

    organisation: Name = Field(title="Name of the organisation", description="Who needs or offers.")
    contact: Name = Field(title="Contact", description="With whom to speak.")
    email: Email = Field(title="E-mail", description="Where the contact can be reached.")
    phone: Code | None = Field(None, title="Telephone", description="Where the contact can be reached.")
    quantity: Quantity | None = Field(None, title="Yearly volume", description="The exact figure.")
    certificates: Tuple[CertificateV1] = Field(
        (), title="Certificates with numbers", description="As issued."
    )
    incoterm: Incoterm | None = Field(None, title="Delivery term", description="Incoterms 2020.")
    payment: Name | None = Field(None, title="Payment", description="How one would pay or be paid.")


class IntroductionV1(Frozen):
    """``partners.introduction/1``: a side asks, answers, opens its details or withdraws."""

    record_type: ClassVar[str] = "partners.introduction"
    record_version: ClassVar[int] = 1

    introduction: Reference = Field(title="Introduction", description="The asker's name of it.")
    need: Reference = Field(title="Need", description="Its node's name of the need.")
    offer: Reference = Field(title="Offer", description="Its node's name of the offer.")
    asked_by: Literal["need", "offer"] = Field(title="Asked by", description="Which side asked.")
    says: Literal["asked", "agreed", "refused", "expired", "opened", "withdrawn"] = Field(
        title="What it says", description="Asked, an answer, details opened, or withdrawn."
    )
    at: Moment = Field(title="Time", description="When it was said (UTC).")
    reason: Text | None = Field(None, title="Reason", description="Why it is refused or withdrawn.")
    details: DetailsV1 | None = Field(
        None, title="Details", description="Name, contact and figures of the side that says this."
    )


class LetterOfIntentV1(Frozen):
    """``partners.letter-of-intent/1``: what two partners intend; counts once both nodes have signed it."""

    record_type: ClassVar[str] = "partners.letter-of-intent"
    record_version: ClassVar[int] = 1

    letter: Reference = Field(title="Letter of intent", description="Its writer's name of it.")
    introduction: Reference = Field(title="Introduction", description="That of which it came.")
    at: Moment = Field(title="Time", description="When it was signed first (UTC).")
    buyer: Name = Field(title="Buyer", description="The organisation that has the need.")
    supplier: Name = Field(title="Supplier", description="The organisation that has the offer.")
    product: Name = Field(title="Product", description="The goods.")
    hs_code: Annotated[str, Field(pattern=HS_PATTERN)] = Field(
        title="HS code", description="Heading or subheading of the Harmonized System."
    )
    quantity: Quantity = Field(title="Yearly volume", description="In the unit.")
    unit: Unit = Field(title="Unit of volume", description="Pieces, sets, tonnes, or kWp.")
    level: Level = Field(title="Level of assembly", description="As the goods are delivered.")
    incoterm: Incoterm | None = Field(None, title="Delivery term", description="Incoterms 2020.")
    payment: Name | None = Field(None, title="Payment", description="How it is paid.")
    terms: Text = Field(title="Terms", description="What the two intend.")
    valid_until: Day = Field(title="Valid until", description="The last day of the intention.")


class LetterAnswerV1(Frozen):
    """``partners.letter-answer/1``: a letter that was sent comes to nothing. A signature is none."""

    record_type: ClassVar[str] = "partners.letter-answer"
    record_version: ClassVar[int] = 1

    letter: Reference = Field(title="Letter of intent", description="Its writer's name of it.")
    introduction: Reference = Field(title="Introduction", description="That of which it came.")
    says: Literal["declined", "withdrawn"] = Field(
        title="What it says", description="Declined by its receiver, or withdrawn by its writer."
    )
    at: Moment = Field(title="Time", description="When it was said (UTC).")
    reason: Text = Field(title="Reason", description="Why.")
