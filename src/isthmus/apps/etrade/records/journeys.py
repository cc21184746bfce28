"""Transit movements and manifests: goods on their way, and what carries them."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from isthmus.apps.etrade.records.certificates import TransportMode, Version
from isthmus.apps.etrade.records.parts import (
    MAX_ITEMS,
    Country,
    Day,
    HsCode,
    Long,
    Moment,
    Numbers,
    Part,
    Prose,
    Quantity,
    Short,
    listed,
)

MAX_CONSIGNMENTS = 9999


class TransitItemV1(Part):
    """One line of goods in transit."""

    number: int = Field(
        ge=1, le=99999, title="Item number", description="Position on the transit declaration."
    )
    hs_code: HsCode | None = Field(
        None, title="HS code", description="Six-digit subheading of the Harmonized System."
    )
    description: Long | None = Field(None, title="Description of goods", description="The goods in words.")
    packages: int | None = Field(
        None, ge=0, le=99_999_999, title="Packages", description="How many packages."
    )
    gross_kg: Quantity | None = Field(
        None, title="Gross weight (kg)", description="Weight of this item with packaging."
    )


class TransitV1(Part):
    """``etrade.transit/1``: where a sealed movement stands, as the office that states it sees it.

    The office of departure states ``departed`` and ``cancelled``; offices on the way and that of destination
    state ``passed``, ``arrived``, ``discrepancy`` and ``discharged`` (Revised Kyoto Convention, Specific
    Annex E, Chapter 1).
    """

    record_type: ClassVar[str] = "etrade.transit"
    record_version: ClassVar[int] = 1

    number: Short = Field(
        title="Movement number", description="Number that the office of departure gave the movement (MRN)."
    )
    version: Version = Field(
        title="Version", description="1 for the sender's first statement on it; one more with each after."
    )
    status: Literal["departed", "passed", "arrived", "discrepancy", "discharged", "cancelled"] = Field(
        title="Status", description="What the sender's office states."
    )
    stated_at: Moment | None = Field(None, title="Time", description="When the office found so (UTC).")
    office: Short | None = Field(None, title="Stating office", description="Customs office that states it.")
    office_of_departure: Short | None = Field(
        None, title="Office of departure", description="Customs office at which the movement begins."
    )
    office_of_destination: Short | None = Field(
        None, title="Office of destination", description="Customs office at which it must be presented."
    )
    departure_country: Country | None = Field(
        None, title="Country of departure", description="Country of the office of departure (ISO 3166)."
    )
    destination_country: Country | None = Field(
        None, title="Country of destination", description="Country of the office of destination (ISO 3166)."
    )
    departed_on: Day | None = Field(None, title="Departed on", description="Day on which it began.")
    arrive_by: Day | None = Field(
        None, title="Arrive by", description="Last day on which it must be presented."
    )
    arrived_on: Day | None = Field(None, title="Arrived on", description="Day on which it was presented.")
    principal_name: Long | None = Field(
        None, title="Principal", description="Who is answerable for the movement."
    )
    carrier_name: Long | None = Field(None, title="Carrier", description="Who carries the goods.")
    plate: Short | None = Field(
        None, title="Vehicle plate", description="Registration number of the vehicle."
    )
    containers: Numbers | None = Field(
        None, title="Container numbers", description="Containers that carry the goods."
    )
    seals: Numbers | None = Field(None, title="Seals", description="Numbers of the customs seals.")
    seals_intact: bool | None = Field(
        None, title="Seals intact", description="Whether the seals were found whole."
    )
    guarantee: Short | None = Field(
        None, title="Guarantee reference", description="Guarantee that covers the duties."
    )
    declaration_number: Short | None = Field(
        None, title="Export declaration", description="Number of the export declaration of the goods."
    )
    discrepancy: Prose | None = Field(
        None, title="Discrepancy", description="What differs from what was stated at departure."
    )
    items: (
        Annotated[
            tuple[TransitItemV1, ...],
            Field(max_length=MAX_ITEMS, json_schema_extra={"minItems": 1}),
            BeforeValidator(listed),
        ]
        | None
    ) = Field(None, title="Items", description="The goods, line by line.")


class ConsignmentV1(Part):
    """One consignment on a manifest."""

    number: int = Field(ge=1, le=99999, title="Number", description="Position on the manifest.")
    transport_document: Short | None = Field(
        None, title="Transport document", description="Number of the bill of lading, air waybill or the like."
    )
    shipper_name: Long | None = Field(None, title="Shipper name", description="Who sends the goods.")
    consignee_name: Long | None = Field(
        None, title="Consignee name", description="Who the goods are sent to."
    )
    description: Long | None = Field(None, title="Description of goods", description="The goods in words.")
    hs_code: HsCode | None = Field(
        None, title="HS code", description="Six-digit subheading of the Harmonized System."
    )
    packages: int | None = Field(
        None, ge=0, le=99_999_999, title="Packages", description="How many packages."
    )
    gross_kg: Quantity | None = Field(
        None, title="Gross weight (kg)", description="Weight of the consignment with packaging."
    )
    containers: Numbers | None = Field(
        None, title="Container numbers", description="Containers that carry the goods."
    )
    declaration_number: Short | None = Field(
        None, title="Export declaration", description="Number of the export declaration of the goods."
    )


class ManifestV1(Part):
    """``etrade.manifest/1``: what one conveyance carries on one voyage to the receiver's country."""

    record_type: ClassVar[str] = "etrade.manifest"
    record_version: ClassVar[int] = 1

    number: Short = Field(title="Manifest number", description="Number of the manifest.")
    version: Version = Field(
        title="Version", description="1 when lodged; one more with each statement after."
    )
    status: Literal["lodged", "amended", "departed", "cancelled"] = Field(
        title="Status", description="What the sender says of the manifest with this version."
    )
    conveyance: Short | None = Field(
        None, title="Conveyance", description="Vessel's name, flight number or plate."
    )
    conveyance_id: Short | None = Field(
        None, title="Conveyance identifier", description="IMO number, registration or the like."
    )
    voyage: Short | None = Field(None, title="Voyage", description="Number of the voyage, flight or trip.")
    transport_mode: TransportMode | None = Field(
        None, title="Transport mode", description="How the goods cross the border (UN/ECE Recommendation 19)."
    )
    carrier_name: Long | None = Field(None, title="Carrier", description="Who runs the conveyance.")
    port_of_loading: Short | None = Field(
        None, title="Port of loading", description="UN/LOCODE of the place where the goods were loaded."
    )
    port_of_discharge: Short | None = Field(
        None, title="Port of discharge", description="UN/LOCODE of the place where the goods are unloaded."
    )
    departure_date: Day | None = Field(None, title="Departure date", description="Day on which it leaves.")
    arrival_date: Day | None = Field(None, title="Arrival date", description="Day on which it is expected.")
    reason: Long | None = Field(None, title="Reason", description="Why it was amended or cancelled.")
    consignments: (
        Annotated[
            tuple[ConsignmentV1, ...],
            Field(max_length=MAX_CONSIGNMENTS, json_schema_extra={"minItems": 1}),
            BeforeValidator(listed),
        ]
        | None
    ) = Field(None, title="Consignments", description="What is on board, consignment by consignment.")
