"""Certificates of origin, what importers draw on them, and phytosanitary certificates.

A certificate is stated anew with a higher version when it is amended or cancelled; the newest statement of
its issuer holds.
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from isthmus.apps.etrade.records.parts import (
    MAX_ITEMS,
    Country,
    Currency,
    Day,
    HsCode,
    HsEdition,
    Long,
    Part,
    Prose,
    Quantity,
    Short,
    UnitCode,
    listed,
)
from isthmus.wire.attachment import AttachmentRef

Version = Annotated[int, Field(ge=1, le=9999)]
TransportMode = Annotated[str, Field(pattern=r"^[0-9]$")]
Percent = Annotated[str, Field(pattern=r"^(100(\.0{1,2})?|[1-9]?[0-9](\.[0-9]{1,2})?)$")]


class OriginItemV1(Part):
    """One line of goods on a certificate of origin (boxes 5 to 10 of Form D)."""

    number: int = Field(ge=1, le=99999, title="Item number", description="Position on the certificate.")
    hs_code: HsCode | None = Field(
        None, title="HS code", description="Six-digit subheading of the Harmonized System."
    )
    hs_version: HsEdition | None = Field(
        None, title="HS edition", description="Edition of the Harmonized System that the code belongs to."
    )
    description: Long | None = Field(None, title="Description of goods", description="The goods in words.")
    marks: Long | None = Field(
        None, title="Marks and numbers", description="Marks and numbers on the packages."
    )
    packages: int | None = Field(
        None, ge=0, le=99_999_999, title="Packages", description="Number of packages of this item."
    )
    origin: Country | None = Field(
        None, title="Country of origin", description="Where the goods were grown or made (ISO 3166)."
    )
    criterion: Literal["WO", "RVC", "CTC", "PSR", "PE", "SP"] | None = Field(
        None,
        title="Origin criterion",
        description="WO wholly obtained, RVC regional value content, CTC change in tariff classification, "
        "PSR product-specific rule, PE made of originating materials only, SP specific process.",
    )
    rvc_percent: Percent | None = Field(
        None, title="Regional value content (%)", description="Share of regional value, for RVC."
    )
    quantity: Quantity | None = Field(None, title="Quantity", description="Quantity in the unit stated.")
    unit: UnitCode | None = Field(
        None, title="Unit of quantity", description="UN/ECE Recommendation 20 code, for example KGM."
    )
    gross_kg: Quantity | None = Field(
        None, title="Gross weight (kg)", description="Weight of this item with packaging."
    )
    fob_value: Quantity | None = Field(
        None, title="FOB value", description="Value at the border, which RVC asks for."
    )
    invoice_number: Short | None = Field(
        None, title="Invoice number", description="Invoice that lists the goods."
    )
    invoice_date: Day | None = Field(None, title="Invoice date", description="Day of that invoice.")


class CertificateOfOriginV1(Part):
    """``etrade.certificate-of-origin/1``: the sender's authority certifies where goods originate.

    The boxes are those of Form D of the ASEAN Trade in Goods Agreement (ATIGA, Annex 7) and of Form E of the
    ASEAN-China Free Trade Area, which name them alike.
    """

    record_type: ClassVar[str] = "etrade.certificate-of-origin"
    record_version: ClassVar[int] = 1

    number: Short = Field(title="Certificate number", description="Reference number of the certificate.")
    version: Version = Field(
        title="Version", description="1 when issued; one more with each statement after."
    )
    status: Literal["issued", "amended", "cancelled"] = Field(
        title="Status", description="What the issuer says of the certificate with this version."
    )
    form: Short | None = Field(None, title="Form", description="Form of the agreement, for example D or E.")
    issued_on: Day | None = Field(None, title="Issued on", description="Day on which it was issued.")
    valid_until: Day | None = Field(
        None, title="Valid until", description="Last day on which it is accepted."
    )
    issuing_authority: Long | None = Field(
        None, title="Issuing authority", description="Authority that certifies the origin."
    )
    issuing_country: Country | None = Field(
        None, title="Issuing country", description="Country that issues the certificate (ISO 3166)."
    )
    importing_country: Country | None = Field(
        None, title="Importing country", description="Country that grants the preference (ISO 3166)."
    )
    exporter_id: Short | None = Field(
        None, title="Exporter identifier", description="Exporter's customs or tax number."
    )
    exporter_name: Long | None = Field(None, title="Exporter name", description="Who sends the goods.")
    exporter_address: Long | None = Field(
        None, title="Exporter address", description="Where the exporter is established."
    )
    consignee_name: Long | None = Field(
        None, title="Consignee name", description="Who the goods are sent to."
    )
    consignee_address: Long | None = Field(
        None, title="Consignee address", description="Where the consignee is established."
    )
    departure_date: Day | None = Field(
        None, title="Departure date", description="Day on which the goods leave."
    )
    transport_mode: TransportMode | None = Field(
        None, title="Transport mode", description="How the goods cross the border (UN/ECE Recommendation 19)."
    )
    conveyance: Short | None = Field(
        None, title="Conveyance", description="Vessel's name, flight number or plate."
    )
    port_of_discharge: Short | None = Field(
        None, title="Port of discharge", description="UN/LOCODE of the place where the goods are unloaded."
    )
    currency: Currency | None = Field(
        None, title="Currency", description="Currency of the FOB values (ISO 4217)."
    )
    third_country_invoicing: bool | None = Field(
        None, title="Third-country invoicing", description="The invoice was issued in another country."
    )
    back_to_back: bool | None = Field(
        None, title="Back-to-back", description="Issued on the strength of another country's certificate."
    )
    original_certificate: Short | None = Field(
        None, title="Original certificate", description="The certificate that a back-to-back one rests on."
    )
    accumulation: bool | None = Field(
        None, title="Accumulation", description="Materials of other members of the agreement count as own."
    )
    partial_cumulation: bool | None = Field(
        None, title="Partial cumulation", description="Materials below the threshold count in part."
    )
    de_minimis: bool | None = Field(
        None, title="De minimis", description="A small part of other origin is passed over."
    )
    exhibition: bool | None = Field(
        None, title="Exhibition", description="The goods were sold during or after an exhibition."
    )
    issued_retroactively: bool | None = Field(
        None, title="Issued retroactively", description="Issued after the goods had left."
    )
    replaces: Short | None = Field(
        None, title="Replaces certificate", description="The certificate whose place this one takes."
    )
    declaration_number: Short | None = Field(
        None, title="Export declaration", description="Number of the export declaration of the goods."
    )
    reason: Long | None = Field(None, title="Reason", description="Why it was amended or cancelled.")
    items: Annotated[
        tuple[OriginItemV1, ...],
        Field(max_length=MAX_ITEMS, json_schema_extra={"minItems": 1}),
        BeforeValidator(listed),
    ] = Field(title="Items", description="The goods, line by line.")

    @model_validator(mode="after")
    def _counts_each_item_once(self) -> Self:
        numbers = [item.number for item in self.items]
        if len(set(numbers)) < len(numbers):
            raise ValueError("two items have one number, so nobody could say which of them was used")
        return self


class UsedItemV1(Part):
    """How much of an item of a certificate one import took."""

    number: int = Field(ge=1, le=99999, title="Item number", description="Position on the certificate.")
    quantity: Quantity | None = Field(
        None, title="Quantity", description="Quantity taken, in the unit stated."
    )
    unit: UnitCode | None = Field(
        None, title="Unit of quantity", description="UN/ECE Recommendation 20 code, for example KGM."
    )


class CertificateUtilisationV1(Part):
    """``etrade.certificate-utilisation/1``: what importers did with a certificate of the receiver."""

    record_type: ClassVar[str] = "etrade.certificate-utilisation"
    record_version: ClassVar[int] = 1

    reference: Short = Field(
        title="Reference", description="Names this use: stated again under it, the use counts once."
    )
    certificate_number: Short = Field(
        title="Certificate number", description="Reference number of the certificate."
    )
    outcome: Literal["used", "partly-used", "rejected", "reversed"] = Field(
        title="Outcome",
        description="Used in full, used in part, rejected, or an earlier use under this reference undone.",
    )
    used_on: Day | None = Field(None, title="Day", description="Day on which the preference was decided.")
    import_number: Short | None = Field(
        None, title="Import declaration", description="Number of the import declaration that used it."
    )
    reason: Long | None = Field(None, title="Reason", description="Why it was rejected, or undone.")
    items: (
        Annotated[
            tuple[UsedItemV1, ...],
            Field(max_length=MAX_ITEMS, json_schema_extra={"minItems": 1}),
            BeforeValidator(listed),
        ]
        | None
    ) = Field(None, title="Items", description="What was taken of each item; needed for a use in part.")


class PlantItemV1(Part):
    """One line of plants or plant products on a phytosanitary certificate."""

    number: int = Field(ge=1, le=99999, title="Item number", description="Position on the certificate.")
    botanical_name: Long | None = Field(
        None, title="Botanical name", description="Scientific name of the plants."
    )
    description: Long | None = Field(
        None, title="Description of goods", description="The plants or products in words."
    )
    hs_code: HsCode | None = Field(
        None, title="HS code", description="Six-digit subheading of the Harmonized System."
    )
    origin: Country | None = Field(
        None, title="Place of origin", description="Where the plants were grown (ISO 3166)."
    )
    packages: int | None = Field(
        None, ge=0, le=99_999_999, title="Packages", description="How many packages."
    )
    net_kg: Quantity | None = Field(
        None, title="Net weight (kg)", description="Weight of this item without packaging."
    )
    quantity: Quantity | None = Field(None, title="Quantity", description="Quantity in the unit stated.")
    unit: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,3}$")] | None = Field(
        None, title="Unit of quantity", description="UN/ECE Recommendation 20 code, for example KGM."
    )


class CertificateNoteV1(Part):
    """A note of a phytosanitary certificate, with the subject code under which the XML has it."""

    subject: Short | None = Field(None, title="Subject", description="Code of the note, for example ADTQ.")
    content: Prose = Field(title="Text", description="The note as it stands on the certificate.")
    item: int | None = Field(
        None,
        ge=1,
        le=99999,
        title="Item",
        description="Line of goods that it is about; null for all of them.",
    )
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")] | None = Field(
        None, title="Language", description="Language of the text, as an IETF tag."
    )


class PhytosanitaryCertificateV1(Part):
    """``etrade.phytosanitary-certificate/1``: index of a certificate whose XML travels beside it.

    The XML is the SPS certificate of UN/CEFACT (schema SPSCertificate 17) as the IPPC ePhyto Hub profiles it;
    the model certificate is that of ISPM 12. The XML is the certificate; the fields here are its index.
    """

    record_type: ClassVar[str] = "etrade.phytosanitary-certificate"
    record_version: ClassVar[int] = 1

    number: Short = Field(title="Certificate number", description="Number of the certificate.")
    version: Version = Field(
        title="Version", description="1 when issued; one more with each statement after."
    )
    status: Literal["issued", "amended", "cancelled"] = Field(
        title="Status", description="What the issuer says of the certificate with this version."
    )
    kind: Literal["phytosanitary", "re-export"] | None = Field(
        None, title="Kind", description="For export, or for re-export of plants that came from elsewhere."
    )
    issued_on: Day | None = Field(None, title="Issued on", description="Day on which it was issued.")
    issuing_authority: Long | None = Field(
        None, title="Issuing authority", description="Plant protection organisation that certifies."
    )
    issuing_country: Country | None = Field(
        None, title="Issuing country", description="Country that issues the certificate (ISO 3166)."
    )
    importing_country: Country | None = Field(
        None,
        title="Importing country",
        description="Country to whose organisation it is addressed (ISO 3166).",
    )
    exporter_name: Long | None = Field(None, title="Exporter name", description="Who sends the goods.")
    exporter_address: Long | None = Field(
        None, title="Exporter address", description="Where the exporter is established."
    )
    consignee_name: Long | None = Field(
        None, title="Consignee name", description="Who the goods are sent to."
    )
    consignee_address: Long | None = Field(
        None, title="Consignee address", description="Where the consignee is established."
    )
    conveyance: Long | None = Field(
        None, title="Means of conveyance", description="How the goods travel, as the certificate says."
    )
    point_of_entry: Long | None = Field(
        None, title="Point of entry", description="Where the goods enter the importing country."
    )
    items: (
        Annotated[
            tuple[PlantItemV1, ...],
            Field(max_length=MAX_ITEMS, json_schema_extra={"minItems": 1}),
            BeforeValidator(listed),
        ]
        | None
    ) = Field(None, title="Items", description="The plants and plant products, line by line.")
    notes: (
        Annotated[
            tuple[CertificateNoteV1, ...],
            Field(max_length=MAX_ITEMS, json_schema_extra={"minItems": 1}),
            BeforeValidator(listed),
        ]
        | None
    ) = Field(None, title="Notes", description="Every note of the certificate, in its order.")
    reason: Long | None = Field(None, title="Reason", description="Why it was amended or cancelled.")
    document: AttachmentRef | None = Field(
        None, title="Certificate (XML)", description="The certificate itself, byte for byte."
    )
