"""The format of a tariff file (TOML): what may stand in it, field by field, each with its unit."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from isthmus.apps.excise.tariff.rules.model import At, Base, Choose, Direction, ValueOf

MOST_DECIMALS = 6


def _exact(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number, without quotation marks")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("must be a finite number")
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    if -exponent > MOST_DECIMALS or abs(number) >= 10**9:
        raise ValueError(f"must have at most {MOST_DECIMALS} decimals and be below a thousand million")
    return number


Number = Annotated[Decimal, BeforeValidator(_exact), WithJsonSchema({"type": "number"})]
Positive = Annotated[Number, Field(gt=0)]
NotNegative = Annotated[Number, Field(ge=0)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Words = Annotated[str, Field(min_length=1, max_length=500)]


class Part(BaseModel):
    """Base of the parts of a file: nothing unknown, nothing converted."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BandFile(Part):
    """A band; `from` and `to` include their figure, `above` and `below` do not."""

    from_: NotNegative | None = Field(None, alias="from")
    above: NotNegative | None = None
    to: NotNegative | None = None
    below: NotNegative | None = None


class RoundingFile(Part):
    """A rounding: where it happens, to multiples of what, which way, and whether the law is known to say
    so.
    """

    at: At
    to: Positive
    direction: Direction
    confirmed: bool = True


class RateFile(Part):
    """A rate: units of the currency for each unit of the base; of a `value`, per cent."""

    base: Base
    rate: NotNegative
    of: ValueOf | None = Field(None, description="The named base, where the base is a value.")


class DiscountBandFile(Part):
    """Hectolitres of pure alcohol a year above `above` up to `up_to`; the discount is (C + M(A - S)) / A."""

    above: NotNegative
    up_to: Positive
    marginal: Number
    cumulative: NotNegative


class DiscountFile(Part):
    """A table of discounts for small producers."""

    name: Name
    act: Words
    source: Words = ""
    confirmed: bool = True
    bands: list[DiscountBandFile] = Field(min_length=1, max_length=50)


class ChargeFile(Part):
    """A charge on a value, shown as a line of its own beside the duty."""

    name: Name
    title: Name
    rate: Positive = Field(description="Per cent.")
    of: ValueOf
    rounding: RoundingFile
    act: Words
    confirmed: bool = True


class GroupFile(Part):
    """A product group: its HS or CN codes, the excise codes that name it, and other names for it."""

    name: Name
    title: Name
    hs: list[Annotated[str, Field(pattern=r"^[0-9]{2,12}$")]] = []
    codes: list[Name] = []
    also: list[Name] = []
    alcohol: bool = Field(True, description="Whether its lines must state their strength.")


class RowFile(Part):
    """A dated row. It has one rate, several parts, or says that it is exempt or that its rate is missing."""

    group: Name
    code: str = Field("", max_length=20, description="National tax-type code.")
    first_day: date
    last_day: date | None = None
    base: Base | None = None
    rate: NotNegative | None = None
    of: ValueOf | None = None
    parts: list[RateFile] = Field([], max_length=3)
    choose: Choose = Choose.SUM
    abv: BandFile | None = Field(None, description="Per cent by volume.")
    plato: BandFile | None = Field(None, description="Degrees Plato.")
    size_l: BandFile | None = Field(None, description="Litres of one container.")
    producer_hl: BandFile | None = Field(None, description="The producer's hectolitres of alcohol a year.")
    free_abv: Annotated[NotNegative, Field(le=100)] = Field(
        Decimal(0), description="Per cent of strength on which nothing is charged."
    )
    relief: str = Field("", max_length=100, description="`draught`, `small producer`, or both with a `+`.")
    discount: str = Field("", description="Name of a table of discounts.")
    charges: list[Name] = []
    roundings: list[RoundingFile] | None = None
    exempt: bool = False
    missing: str = Field("", max_length=500, description="Why the rate is not known.")
    act: str = Field("", max_length=500)
    source: str = Field("", max_length=500)
    confirmed: bool = True
    note: str = Field("", max_length=500)


class ExampleFile(Part):
    """A worked example: a line as people write it, and its duty, or the code of its fault."""

    title: Words
    product: str = ""
    hs: str = ""
    abv: NotNegative | None = None
    volume_l: NotNegative | None = None
    quantity: NotNegative | None = None
    cif: NotNegative | None = None
    retail: NotNegative | None = None
    plato: NotNegative | None = None
    producer_hl: NotNegative | None = None
    relief: str = ""
    date: date
    duty: NotNegative | None = Field(None, description="Units of the currency.")
    charges: dict[Name, NotNegative] = {}
    fault: str = ""


class StampFile(Part):
    """Goods that bear no stamp; every condition that is given must hold."""

    words: Words
    act: Words
    groups: list[Name] = []
    abv: BandFile | None = None
    size_l: BandFile | None = None
    sizes_l: list[Positive] = []
    purpose: str = Field("", max_length=100, description="What the goods must be meant for.")


class TariffFile(Part):
    """A country's tariff of excise on alcohol."""

    format: Literal[1]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166 alpha-2.")]
    title: Name
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")]
    minor_digits: Annotated[int, Field(ge=0, le=4, strict=True)]
    checked_on: date = Field(description="The last day that the author looked at; later days say so.")
    is_example: bool = Field(False, description="Shows the format; not kept up for use.")
    act: Words
    source: Words
    roundings: list[RoundingFile] = Field(min_length=1, description="For rows that have none of their own.")
    groups: list[GroupFile] = Field(min_length=1, max_length=200)
    discounts: list[DiscountFile] = []
    charges: list[ChargeFile] = []
    rows: list[RowFile] = Field(min_length=1, max_length=5000)
    stamp_act: str = ""
    stamp_exemptions: list[StampFile] = []
    examples: list[ExampleFile] = Field(min_length=1, max_length=1000)


def json_schema() -> dict[str, Any]:
    """The format as JSON Schema, for editors and other programs; dates are TOML dates."""
    return TariffFile.model_json_schema()
