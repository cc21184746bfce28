"""What crosses borders about stamps: that they were sent, and the receiver's answer."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from isthmus.exchange.field_kinds import NO_CONTROLS, Moment, Name

Number = Annotated[int, Field(ge=1, le=20_000_000)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=NO_CONTROLS)]


class StampHandoverV1(BaseModel):
    """``excise.stamp-handover/1``: a run of tax stamps goes to a holder abroad, or what its receiver answers.

    The stamps are in transit, and the sender's, until the other node says that they were received; where it
    refuses them they are the sender's as before. An answer repeats the run that it is about.
    """

    record_type: ClassVar[str] = "excise.stamp-handover"
    record_version: ClassVar[int] = 1
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    handover: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] = Field(
        title="Handover", description="The sender's name of it; an answer bears the same."
    )
    says: Literal["sent", "received", "refused"] = Field(
        title="What it says", description="sent by the holder; received or refused by the other side."
    )
    at: Moment = Field(title="Time", description="When it was said (UTC).")
    issuer: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")] = Field(
        title="Issuer", description="The node that issued the stamps."
    )
    batch: Annotated[int, Field(ge=1, le=2**53 - 1)] = Field(
        title="Batch", description="The issuer's number of the batch."
    )
    first: Number = Field(title="First number", description="Of the run within its batch.")
    last: Number = Field(title="Last number", description="Of the run within its batch.")
    gtin: Annotated[str, Field(pattern=r"^[0-9]{14}$")] | None = Field(
        None, title="GTIN", description="Trade number of the product that the stamps are for."
    )
    product: Name | None = Field(None, title="Product", description="As consumers know it.")
    proof: Literal["plain", "tagged", "signed"] | None = Field(
        None, title="Kind of code", description="What the codes carry beside their serial."
    )
    sender: Code | None = Field(None, title="Sender", description="Code or excise number of the sender.")
    sender_name: Name | None = Field(None, title="Name of the sender", description="Who hands them over.")
    receiver: Code | None = Field(
        None, title="Receiver", description="Code or excise number of the receiver at the other node."
    )
    receiver_name: Name | None = Field(
        None, title="Name of the receiver", description="Who is to count and confirm them."
    )
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=NO_CONTROLS)] | None = Field(
        None, title="Reason", description="Why the stamps are refused."
    )
