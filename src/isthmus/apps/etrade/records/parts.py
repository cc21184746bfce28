"""What the records of E-Trade share: texts, figures and days, goods line by line, the match block.

Fields follow the ASEAN Customs Declaration Document (ACDD, the data set that the ASEAN Single Window
exchanges) plus a *match block*, the figures by which two customs administrations find the same shipment
in each other's declarations. Quantities and amounts are decimal text, never floats, so that the digits a
trader declared are the digits that arrive. What a source lacks is null; null and absent mean the same.
Titles and descriptions are for officials: pages and agreements list the fields by them.
"""

from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from isthmus.exchange.texts import calendar_day, utc_moment

MAX_ITEMS = 999
MAX_CONTAINERS = 999


class _Readable:
    """A text of a person's: something to read, without control characters (Unicode's category Cc).

    Pydantic's own patterns look at it; a call of Python's for each text takes a tenth of a declaration's
    whole check. The published JSON Schema says what it said before.
    """

    def __init__(self, controls: str) -> None:
        self._checks = [
            core_schema.custom_error_schema(
                core_schema.str_schema(pattern=pattern),
                custom_error_type="unreadable",
                custom_error_message=reason,
            )
            for pattern, reason in (
                (f"^[^{controls}]*$", "control characters are not text"),
                (r"\S", "an empty text says nothing; leave the field out"),
            )
        ]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.chain_schema([handler(source), *self._checks])

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(schema["steps"][0]) if schema["type"] == "chain" else handler(schema)


_LINE = _Readable(r"\x00-\x1f\x7f-\x9f")
_LINES = _Readable(r"\x00-\x08\x0b-\x1f\x7f-\x9f")
"""Prose may have lines and columns."""


def listed(value: object) -> object:
    """JSON knows lists only; a frozen model holds tuples, of one entry at least.

    The length is looked at here, because a minimum length counts the valid entries alone, and would call
    a list with one faulty entry empty.
    """
    found = tuple(value) if isinstance(value, list) else value
    if found == ():
        raise ValueError("there are none")
    return found


Short = Annotated[str, Field(min_length=1, max_length=70), _LINE]
Long = Annotated[str, Field(min_length=1, max_length=512), _LINE]
Quantity = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,15})(\.[0-9]{1,6})?$")]
Day = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(calendar_day),
]
Moment = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$",
        json_schema_extra={"format": "date-time"},
    ),
    AfterValidator(utc_moment),
]
Prose = Annotated[str, Field(min_length=1, max_length=4000), _LINES]
HsCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
HsEdition = Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}$")]
UnitCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,3}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Numbers = Annotated[
    tuple[Short, ...],
    Field(max_length=MAX_CONTAINERS, json_schema_extra={"minItems": 1}),
    BeforeValidator(listed),
]
"""Numbers of containers, seals and the like."""
Procedure = Annotated[str, Field(pattern=r"^[0-9A-Z]{2,4}$")]


class Part(BaseModel):
    """A frozen, strict piece of a record: no field but the known ones, no value of another type."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class DeclaredItemV1(Part):
    """One line of goods on a declaration."""

    number: int = Field(ge=1, le=99999, title="Item number", description="Position on the declaration.")
    hs_code: HsCode | None = Field(
        None, title="HS code", description="Six-digit subheading of the Harmonized System."
    )
    hs_version: HsEdition | None = Field(
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
    unit: UnitCode | None = Field(
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


class MatchBlockV1(Part):
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
    containers: Numbers | None = Field(
        None, title="Container numbers", description="Containers that carry the goods."
    )
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


class ImportedItemV1(DeclaredItemV1):
    """One line of goods on an import declaration."""

    tariff_code: Annotated[str, Field(pattern=r"^[0-9]{6,14}$")] | None = Field(
        None, title="Tariff code", description="The importing country's full tariff code, as declared."
    )
    cif_value: Quantity | None = Field(
        None, title="Item value (CIF)", description="Value at the importing country's border."
    )


class ImportMatchBlockV1(MatchBlockV1):
    """The figures of an import declaration by which the partner finds its own export.

    A declared value is stated as FOB or as CIF, as its terms of delivery say; both where both are known.
    """

    cif_value: Quantity | None = Field(
        None,
        title="CIF value",
        description="Value of all goods at the importing country's border, with freight and insurance.",
    )
    currency: Currency | None = Field(
        None, title="Currency", description="Currency of the values (ISO 4217)."
    )


def title_of(model: type[BaseModel], name: str) -> str:
    """The title of a field in officials' words, or its name; KeyError where the model has no such field."""
    return model.model_fields[name].title or name
