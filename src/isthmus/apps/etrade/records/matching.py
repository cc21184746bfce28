"""What two nodes exchange before any record is shared: keyed hashes of shipments, and which of them hit.

The keyed hashes are made with a secret that only the two nodes share (`reconciliation.rules.private`).
"""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from isthmus.apps.etrade.records.parts import Day, Part, Short, listed

MAX_TOKENS = 12_000
"""Of 67 bytes each in a record of at most a megabyte, with room for the rest."""

Token = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Thumbprint = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class MatchTokensV1(Part):
    """``etrade.match-tokens/1``: keyed hashes of declarations that the sender has not shared.

    They stand sorted, so that neither their order nor their number tells which belong to one declaration.
    """

    record_type: ClassVar[str] = "etrade.match-tokens"
    record_version: ClassVar[int] = 1

    number: Short = Field(title="Number", description="The asker's number of this comparison.")
    declarations: Literal["export", "import"] = Field(
        title="Kind of declarations",
        description="Whether the hashes are of the sender's export or import declarations.",
    )
    from_day: Day = Field(title="From", description="First day of the declarations.")
    until_day: Day = Field(title="Until", description="Last day of the declarations.")
    sender_key: Thumbprint = Field(
        title="Sender's key",
        description="Thumbprint of the sender's encryption key behind the shared secret.",
    )
    receiver_key: Thumbprint = Field(
        title="Receiver's key",
        description="Thumbprint of the receiver's encryption key behind the shared secret.",
    )
    tokens: Annotated[
        tuple[Token, ...],
        Field(max_length=MAX_TOKENS, json_schema_extra={"minItems": 1}),
        BeforeValidator(listed),
    ] = Field(title="Keyed hashes", description="HMAC-SHA-256 of marks, and of goods with weight, sorted.")


class MatchHitsV1(Part):
    """``etrade.match-hits/1``: which of the receiver's keyed hashes fit declarations of the sender."""

    record_type: ClassVar[str] = "etrade.match-hits"
    record_version: ClassVar[int] = 1

    tokens_number: Short = Field(title="Number", description="The asker's number of the comparison.")
    compared: int = Field(
        ge=0, le=99_999_999, title="Compared", description="With how many declarations they were compared."
    )
    hits: Annotated[tuple[Token, ...], Field(max_length=MAX_TOKENS), BeforeValidator(_as_tuple)] = Field(
        title="Hits", description="The keyed hashes that fit, sorted; none where nothing does."
    )
