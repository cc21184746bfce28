"""What crosses borders about movements: each message as a record, and each passage of a gate."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from isthmus.exchange.field_kinds import NO_CONTROLS, Day, Frozen, Moment, listed

Arc = Annotated[str, Field(pattern=r"^[0-9]{2}[A-Z]{2}[A-Z0-9]{16}[0-9]$")]
Number = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$")]
Code = Annotated[
    str,
    Field(pattern=r"^IE(801|802|803|807|810|813|818|819|825|837|839|840|871)$"),
]
Short = Annotated[str, Field(min_length=1, max_length=35, pattern=NO_CONTROLS)]
Name = Annotated[str, Field(min_length=1, max_length=182, pattern=NO_CONTROLS)]


class MovedGoodsV1(Frozen):
    """One line of goods; the quantity is in the unit that EMCS gives the product code."""

    number: int = Field(ge=1, le=999, title="Line", description="Position in the document.")
    product_code: Annotated[str, Field(pattern=r"^[A-Z0-9]{4}$")] = Field(
        title="Excise product code", description="Such as W200 or S200."
    )
    cn_code: Annotated[str, Field(pattern=r"^[0-9]{8}$")] = Field(
        title="CN code", description="Eight digits of the Combined Nomenclature."
    )
    description: Annotated[str, Field(min_length=1, max_length=350, pattern=NO_CONTROLS)] | None = Field(
        None, title="Description", description="The goods in words."
    )
    quantity: Number = Field(title="Quantity", description="In the unit of the product code.")
    gross_kg: Number = Field(title="Gross mass (kg)", description="With packaging.")
    net_kg: Number = Field(title="Net mass (kg)", description="Without packaging.")
    abv_percent: Number | None = Field(
        None, title="Strength (% vol)", description="Alcohol by volume at 20 degrees."
    )
    degree_plato: Number | None = Field(None, title="Degrees Plato", description="For beer.")


class MovementMessageV1(Frozen):
    """``excise.movement-message/1``: one EMCS message about a movement, said by the node that signs it.

    ``kind``, ``by`` and ``version`` are the statement that moves it; a message that moves nothing has none.
    ``xml`` is the message byte for byte, with the hash that stays even where an agreement withholds the text.
    """

    record_type: ClassVar[str] = "excise.movement-message"
    record_version: ClassVar[int] = 1

    arc: Arc = Field(title="ARC", description="Administrative reference code of the movement.")
    code: Code = Field(title="Message", description="Number of the EMCS message, such as IE818.")
    emcs_version: Literal["3.13", "3.23"] = Field(
        title="EMCS version", description="Version of the schemas that the message keeps to."
    )
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = Field(
        title="Hash of the message", description="SHA-256 of the XML's bytes."
    )
    key: Annotated[str, Field(min_length=1, max_length=120, pattern=NO_CONTROLS)] = Field(
        title="Name of the statement", description="The same for every repetition of it."
    )
    kind: Annotated[str, Field(pattern=r"^[a-z-]{3,24}$")] | None = Field(
        None, title="What it says", description="accept, receive, cancel and so on."
    )
    by: Annotated[str, Field(pattern=r"^[a-z-]{3,20}$")] | None = Field(
        None, title="Who says it", description="consignor, consignee, an office or customs."
    )
    version: Annotated[int, Field(ge=0, le=99)] = Field(
        0, title="Version of the document", description="Sequence number; 0 for the newest."
    )
    at: Moment = Field(title="Time", description="When it was said (UTC).")
    consignor: Short | None = Field(None, title="Consignor", description="Excise number of the sender.")
    consignor_name: Name | None = Field(None, title="Consignor name", description="Who sends the goods.")
    consignee: Short | None = Field(
        None, title="Consignee", description="Excise number or identification of the receiver."
    )
    consignee_name: Name | None = Field(None, title="Consignee name", description="Who the goods go to.")
    dispatched_from: Short | None = Field(
        None, title="Place of dispatch", description="Excise number of the tax warehouse."
    )
    delivered_to: Name | None = Field(None, title="Place of delivery", description="Where the goods go.")
    destination_type: Annotated[str, Field(pattern=r"^[0-9]{1,2}$")] | None = Field(
        None, title="Destination type", description="EMCS code."
    )
    transport_mode: Annotated[str, Field(pattern=r"^[0-9]{1,2}$")] | None = Field(
        None, title="Mode of transport", description="EMCS code: 1 sea, 3 road and so on."
    )
    journey_time: Annotated[str, Field(pattern=r"^[HD][0-9]{2}$")] | None = Field(
        None, title="Journey time", description="H12 is twelve hours, D20 twenty days."
    )
    dispatched_at: Moment | None = Field(None, title="Dispatched", description="When the goods left (UTC).")
    arrived_on: Day | None = Field(None, title="Arrived on", description="Day of the report of receipt.")
    conclusion: Annotated[str, Field(pattern=r"^[0-9]{1,2}$")] | None = Field(
        None, title="Conclusion", description="EMCS code of the report of receipt."
    )
    lines: Annotated[tuple[MovedGoodsV1, ...], BeforeValidator(listed), Field(max_length=999)] = Field(
        (), title="Goods", description="The lines of the document."
    )
    xml: Annotated[str, Field(max_length=2_000_000)] | None = Field(
        None, title="Message in full", description="The EMCS message as XML."
    )


class GateScanV1(Frozen):
    """``excise.gate-scan/1``: a load under suspension stood at a gate of the sender's country."""

    record_type: ClassVar[str] = "excise.gate-scan"
    record_version: ClassVar[int] = 1

    arc: Arc = Field(title="ARC", description="Administrative reference code that was shown.")
    gate: Annotated[str, Field(min_length=1, max_length=70, pattern=NO_CONTROLS)] = Field(
        title="Gate", description="Border post or gate."
    )
    way: Literal["in", "out"] = Field(title="Direction", description="Into or out of the sender's country.")
    plate: Short = Field(title="Vehicle plate", description="Registration number of the vehicle.")
    seal: Short = Field(title="Seal", description="Number of the seal on the load.")
    scanned_at: Moment = Field(title="Time", description="When it was scanned (UTC).")
    passed: bool = Field(title="Let through", description="Whether the gate opened.")
