"""The E-Trade records that cross borders, one strict, frozen model for each type and version.

A published version never changes: its JSON Schema is committed under ``schemas/`` and compared by a test.
Fields follow the ASEAN Customs Declaration Document (ACDD, the data set that the ASEAN Single Window
exchanges) plus a *match block*, the figures by which two customs administrations find the same shipment
in each other's declarations. Quantities and amounts are decimal text, never floats, so that the digits a
trader declared are the digits that arrive. What a source lacks is null; null and absent mean the same.
Titles and descriptions are for officials: pages and agreements list the fields by them.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

MAX_ITEMS = 999
MAX_CONTAINERS = 999


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Unicode's general category Cc, all of it."""


def _readable(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control characters are not text")
    if not text.strip():
        raise ValueError("an empty text says nothing; leave the field out")
    return text


def _calendar_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("this day is not in the calendar") from None
    return text


def _listed(value: object) -> object:
    """JSON knows lists only; a frozen model holds tuples, of one entry at least.

    The length is looked at here, because a minimum length counts the valid entries alone, and would call
    a list with one faulty entry empty.
    """
    found = tuple(value) if isinstance(value, list) else value
    if found == ():
        raise ValueError("there are none")
    return found


Short = Annotated[str, Field(min_length=1, max_length=70), AfterValidator(_readable)]
Long = Annotated[str, Field(min_length=1, max_length=512), AfterValidator(_readable)]
Quantity = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,15})(\.[0-9]{1,6})?$")]
Day = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(_calendar_day),
]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Procedure = Annotated[str, Field(pattern=r"^[0-9A-Z]{2,4}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class DeclaredItemV1(_Part):
    """One line of goods on a declaration."""

    number: int = Field(ge=1, le=99999, title="Item number", description="Position on the declaration.")
    hs_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = Field(
        None, title="HS code", description="Six-digit subheading of the Harmonized System."
    )
    hs_version: Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}$")] | None = Field(
        None, title="HS edition", description="Edition of the Harmonized System that the code belongs to."
    )
    tariff_code: Annotated[str, Field(pattern=r"^[0-9]{6,14}$")] | None = Field(
        None, title="Tariff code", description="The exporting country's full tariff code, as declared."
    )
    description: Long | None = Field(
        None, title="Description of goods", description="The goods in the trader's words."
    )
    quantity: Quantity | None = Field(
        None, title="Quantity", description="Quantity in the unit that the tariff asks for."
    )
    unit: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,3}$")] | None = Field(
        None, title="Unit of quantity", description="UN/ECE Recommendation 20 code, for example KGM."
    )
    origin: Country | None = Field(
        None, title="Country of origin", description="Where the goods were grown or made (ISO 3166)."
    )
    procedure: Procedure | None = Field(
        None, title="Procedure", description="Requested and previous customs procedure of this item."
    )
    net_kg: Quantity | None = Field(
        None, title="Net weight (kg)", description="Weight of this item without packaging."
    )
    gross_kg: Quantity | None = Field(
        None, title="Gross weight (kg)", description="Weight of this item with packaging."
    )
    fob_value: Quantity | None = Field(
        None, title="Item value (FOB)", description="Value at the exporting country's border."
    )


class MatchBlockV1(_Part):
    """The figures by which the partner finds this shipment among its import declarations."""

    net_kg: Quantity | None = Field(
        None, title="Net weight (kg)", description="Weight of all goods without packaging."
    )
    gross_kg: Quantity | None = Field(
        None, title="Gross weight (kg)", description="Weight of all goods with packaging."
    )
    fob_value: Quantity | None = Field(
        None, title="FOB value", description="Value of all goods at the exporting country's border."
    )
    currency: Currency | None = Field(
        None, title="Currency", description="Currency of the FOB values (ISO 4217)."
    )
    incoterm: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = Field(
        None, title="Terms of delivery", description="Incoterms code, for example FOB or CIF."
    )
    transport_document: Short | None = Field(
        None, title="Transport document", description="Number of the bill of lading, air waybill or the like."
    )
    containers: (
        Annotated[
            tuple[Short, ...],
            Field(max_length=MAX_CONTAINERS, json_schema_extra={"minItems": 1}),
            BeforeValidator(_listed),
        ]
        | None
    ) = Field(None, title="Container numbers", description="Containers that carry the goods.")
    plate: Short | None = Field(
        None, title="Vehicle plate", description="Registration number of the road vehicle."
    )
    ucr: Short | None = Field(
        None, title="Consignment reference (UCR)", description="Unique consignment reference of the trader."
    )
    packages: int | None = Field(
        None, ge=0, le=99_999_999, title="Packages", description="Number of packages in all."
    )
    invoice_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        None,
        title="Invoice fingerprint",
        description="SHA-256 of the invoice numbers: compares invoices without showing their numbers.",
    )


def _no_block_is_an_empty_block(value: object) -> object:
    return {} if value is None else value


class ExportDeclarationV1(_Part):
    """``etrade.export-declaration/1``: goods that leave, or have left, the sender's country."""

    record_type: ClassVar[str] = "etrade.export-declaration"
    record_version: ClassVar[int] = 1

    declaration_number: Short = Field(
        title="Declaration number",
        description="Number given by customs; before it is given, the declarant's own reference.",
    )
    local_reference: Short | None = Field(
        None, title="Declarant's reference", description="The declarant's own reference for the declaration."
    )
    declaration_type: Annotated[str, Field(pattern=r"^[A-Z]{2,3}$")] | None = Field(
        None, title="Declaration type", description="Type and additional type, for example EXA."
    )
    procedure: Procedure | None = Field(
        None, title="Procedure", description="Customs procedure, where all items share one."
    )
    permit_number: Short | None = Field(
        None, title="Permit number", description="Export permit or licence under which the goods leave."
    )
    lodged_on: Day | None = Field(
        None, title="Lodged on", description="Day on which the declaration was lodged."
    )
    accepted_on: Day | None = Field(
        None, title="Accepted on", description="Day on which customs accepted the declaration."
    )
    exporter_id: Short | None = Field(
        None, title="Exporter identifier", description="Exporter's customs or tax number."
    )
    exporter_name: Long | None = Field(None, title="Exporter name", description="Who sends the goods.")
    consignee_id: Short | None = Field(
        None, title="Consignee identifier", description="Consignee's customs or tax number."
    )
    consignee_name: Long | None = Field(
        None, title="Consignee name", description="Who the goods are sent to."
    )
    consignee_address: Long | None = Field(
        None, title="Consignee address", description="Where the consignee is established."
    )
    agent_id: Short | None = Field(
        None, title="Agent identifier", description="Customs or tax number of the declaring agent."
    )
    agent_name: Long | None = Field(
        None, title="Agent name", description="Who declares on the exporter's behalf."
    )
    departure_date: Day | None = Field(
        None, title="Departure date", description="Day on which the goods leave the country."
    )
    transport_mode: Annotated[str, Field(pattern=r"^[0-9]$")] | None = Field(
        None,
        title="Transport mode",
        description="How the goods cross the border: 1 sea, 2 rail, 3 road, 4 air, 5 post, 6 several modes, "
        "7 pipe or cable, 8 inland water, 9 not known (UN/ECE Recommendation 19).",
    )
    port_of_discharge: Short | None = Field(
        None, title="Port of discharge", description="UN/LOCODE of the place where the goods are unloaded."
    )
    export_country: Country | None = Field(
        None, title="Country of export", description="Country that the goods leave (ISO 3166)."
    )
    destination_country: Country | None = Field(
        None, title="Country of destination", description="Country that the goods go to (ISO 3166)."
    )
    items: Annotated[
        tuple[DeclaredItemV1, ...],
        Field(max_length=MAX_ITEMS, json_schema_extra={"minItems": 1}),
        BeforeValidator(_listed),
    ] = Field(title="Items", description="The goods, line by line.")
    match: Annotated[
        MatchBlockV1,
        BeforeValidator(_no_block_is_an_empty_block, json_schema_input_type=MatchBlockV1 | None),
    ] = Field(
        default_factory=MatchBlockV1,
        title="Match block",
        description="Figures by which the partner finds the shipment among its own declarations.",
    )

    @property
    def missing(self) -> tuple[str, ...]:
        """The ACDD elements that this declaration lacks, by their titles, items' ones with their number."""
        return tuple(self._missing())

    def _missing(self) -> Iterator[str]:
        for name in _ACDD_FIELDS:
            if getattr(self, name) is None:
                yield title_of(type(self), name)
        for item in self.items:
            for name in _ACDD_ITEM_FIELDS:
                if getattr(item, name) is None:
                    yield f"Item {item.number}: {title_of(DeclaredItemV1, name)}"


# The declaration number and the item number are required, and cannot be missing.
_ACDD_FIELDS = (
    "permit_number",
    "exporter_id",
    "exporter_name",
    "consignee_name",
    "consignee_address",
    "agent_id",
    "agent_name",
    "departure_date",
    "transport_mode",
    "port_of_discharge",
)
_ACDD_ITEM_FIELDS = ("hs_code", "quantity", "unit", "origin")


def title_of(model: type[BaseModel], name: str) -> str:
    """The title of a field in officials' words, or its name; KeyError where the model has no such field."""
    return model.model_fields[name].title or name
