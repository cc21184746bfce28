"""Licences and vehicle permits: what a country allows before goods or lorries come."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from isthmus.apps.etrade.records.certificates import Version
from isthmus.apps.etrade.records.parts import (
    MAX_ITEMS,
    Country,
    Currency,
    Day,
    HsEdition,
    Long,
    Part,
    Quantity,
    Short,
    UnitCode,
    listed,
)


class LicensedItemV1(Part):
    """One line of goods that a licence allows, and how much of them."""

    number: int = Field(ge=1, le=99999, title="Item number", description="Position on the licence.")
    hs_prefix: Annotated[str, Field(pattern=r"^[0-9]{2,6}$")] | None = Field(
        None, title="HS code", description="Chapter, heading or subheading that the line allows."
    )
    hs_version: HsEdition | None = Field(
        None, title="HS edition", description="Edition of the Harmonized System that the code belongs to."
    )
    description: Long | None = Field(None, title="Description of goods", description="The goods in words.")
    quantity: Quantity | None = Field(
        None, title="Quantity allowed", description="The most that may cross, in the unit stated."
    )
    unit: UnitCode | None = Field(
        None, title="Unit of quantity", description="UN/ECE Recommendation 20 code, for example KGM."
    )
    value: Quantity | None = Field(
        None, title="Value allowed", description="The most that may cross, in the licence's currency."
    )
    drawn_quantity: Quantity | None = Field(
        None, title="Quantity drawn", description="What had crossed when this was stated."
    )
    drawn_value: Quantity | None = Field(
        None, title="Value drawn", description="What had crossed when this was stated."
    )


class LicenceV1(Part):
    """``etrade.licence/1``: the sender's authority allows a firm to import or export goods, up to a limit."""

    record_type: ClassVar[str] = "etrade.licence"
    record_version: ClassVar[int] = 1

    number: Short = Field(title="Licence number", description="Number of the licence.")
    version: Version = Field(
        title="Version", description="1 when issued; one more with each statement after."
    )
    status: Literal["issued", "amended", "suspended", "cancelled"] = Field(
        title="Status", description="What the issuer says of the licence with this version."
    )
    direction: Literal["export", "import"] | None = Field(
        None, title="Direction", description="Whether goods may leave or enter the issuer's country."
    )
    issuing_authority: Long | None = Field(
        None, title="Issuing authority", description="Authority that granted the licence."
    )
    issuing_country: Country | None = Field(
        None, title="Issuing country", description="Country that granted the licence (ISO 3166)."
    )
    partner_country: Country | None = Field(
        None, title="Partner country", description="Country that the goods go to or come from (ISO 3166)."
    )
    holder_id: Short | None = Field(
        None, title="Holder identifier", description="Holder's customs or tax number."
    )
    holder_name: Long | None = Field(None, title="Holder name", description="Who may use the licence.")
    issued_on: Day | None = Field(None, title="Issued on", description="Day on which it was granted.")
    valid_from: Day | None = Field(None, title="Valid from", description="First day of use.")
    valid_until: Day | None = Field(None, title="Valid until", description="Last day of use.")
    currency: Currency | None = Field(
        None, title="Currency", description="Currency of the values allowed (ISO 4217)."
    )
    reason: Long | None = Field(
        None, title="Reason", description="Why it was amended, suspended or cancelled."
    )
    items: Annotated[
        tuple[LicensedItemV1, ...],
        Field(max_length=MAX_ITEMS, json_schema_extra={"minItems": 1}),
        BeforeValidator(listed),
    ] = Field(title="Items", description="What may cross, line by line.")


class VehiclePermitV1(Part):
    """``etrade.vehicle-permit/1``: the sender's authority lets a vehicle cross, for some trips or a time."""

    record_type: ClassVar[str] = "etrade.vehicle-permit"
    record_version: ClassVar[int] = 1

    number: Short = Field(title="Permit number", description="Number of the permit.")
    version: Version = Field(
        title="Version", description="1 when issued; one more with each statement after."
    )
    status: Literal["issued", "amended", "suspended", "cancelled"] = Field(
        title="Status", description="What the issuer says of the permit with this version."
    )
    plate: Short | None = Field(
        None, title="Vehicle plate", description="Registration number of the vehicle."
    )
    trailer_plate: Short | None = Field(
        None, title="Trailer plate", description="Registration number of the trailer."
    )
    registered_in: Country | None = Field(
        None, title="Country of registration", description="Where the vehicle is registered (ISO 3166)."
    )
    vehicle_type: Literal["lorry", "tractor", "bus", "van", "tanker", "other"] | None = Field(
        None, title="Vehicle type", description="What kind of vehicle it is."
    )
    operator_id: Short | None = Field(
        None, title="Operator identifier", description="Number of the transport operator's licence."
    )
    operator_name: Long | None = Field(None, title="Operator name", description="Firm that runs the vehicle.")
    issuing_authority: Long | None = Field(
        None, title="Issuing authority", description="Authority that granted the permit."
    )
    issuing_country: Country | None = Field(
        None, title="Issuing country", description="Country that granted the permit (ISO 3166)."
    )
    issued_on: Day | None = Field(None, title="Issued on", description="Day on which it was granted.")
    valid_from: Day | None = Field(None, title="Valid from", description="First day of use.")
    valid_until: Day | None = Field(None, title="Valid until", description="Last day of use.")
    trips: int | None = Field(
        None, ge=1, le=9999, title="Trips allowed", description="How often it may cross; null for any number."
    )
    route: Long | None = Field(None, title="Route", description="Roads on which the permit holds.")
    gates: Long | None = Field(None, title="Gates", description="Border gates at which the permit holds.")
    reason: Long | None = Field(
        None, title="Reason", description="Why it was amended, suspended or cancelled."
    )
