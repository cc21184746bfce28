"""Declarations: goods that leave the sender's country, and goods that come into it."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from isthmus.apps.etrade.records.parts import (
    MAX_ITEMS,
    Country,
    Day,
    DeclaredItemV1,
    ImportedItemV1,
    ImportMatchBlockV1,
    Long,
    MatchBlockV1,
    Part,
    Procedure,
    Short,
    listed,
    title_of,
)

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


def _no_block_is_an_empty_block(value: object) -> object:
    return {} if value is None else value


class DeclarationV1(Part):
    """What an export and an import declaration have in common: the elements of the ACDD, the match block."""

    _acdd: ClassVar[tuple[str, ...]] = _ACDD_FIELDS

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
        BeforeValidator(listed),
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
        for name in self._acdd:
            if getattr(self, name) is None:
                yield title_of(type(self), name)
        for item in self.items:
            for name in _ACDD_ITEM_FIELDS:
                if getattr(item, name) is None:
                    yield f"Item {item.number}: {title_of(DeclaredItemV1, name)}"


class ExportDeclarationV1(DeclarationV1):
    """``etrade.export-declaration/1``: goods that leave, or have left, the sender's country."""

    record_type: ClassVar[str] = "etrade.export-declaration"
    record_version: ClassVar[int] = 1


class ImportDeclarationV1(DeclarationV1):
    """``etrade.import-declaration/1``: goods that come, or have come, into the sender's country."""

    record_type: ClassVar[str] = "etrade.import-declaration"
    record_version: ClassVar[int] = 1

    permit_number: Short | None = Field(
        None, title="Permit number", description="Import permit or licence under which the goods enter."
    )
    agent_name: Long | None = Field(
        None, title="Agent name", description="Who declares on the consignee's behalf."
    )
    arrival_date: Day | None = Field(
        None, title="Arrival date", description="Day on which the goods reach the country."
    )
    previous_document: Short | None = Field(
        None,
        title="Export declaration",
        description="Number of the export declaration that this one follows, as the documents state it.",
    )
    consigned_from: Country | None = Field(
        None,
        title="Country of consignment",
        description="Country from which the goods were dispatched without being traded on the way "
        "(ISO 3166); it may be another than that of origin.",
    )
    items: Annotated[
        tuple[ImportedItemV1, ...],
        Field(max_length=MAX_ITEMS, json_schema_extra={"minItems": 1}),
        BeforeValidator(listed),
    ] = Field(title="Items", description="The goods, line by line.")
    match: Annotated[
        ImportMatchBlockV1,
        BeforeValidator(_no_block_is_an_empty_block, json_schema_input_type=ImportMatchBlockV1 | None),
    ] = Field(
        default_factory=ImportMatchBlockV1,
        title="Match block",
        description="Figures by which the partner finds the shipment among its own declarations.",
    )

    _acdd: ClassVar[tuple[str, ...]] = tuple(
        "arrival_date" if name == "departure_date" else name for name in _ACDD_FIELDS
    )
