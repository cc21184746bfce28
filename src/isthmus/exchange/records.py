"""The exchange's own records: agreements and what parties say about them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_serializer

from isthmus.kit import clock
from isthmus.kit.ids import NODE_ID_PATTERN

NodeId = Annotated[str, Field(pattern=NODE_ID_PATTERN)]
FieldPath = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=120)]
TypeKey = Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z][a-z0-9-]*)+/[1-9][0-9]*$", max_length=100)]


def _sorted_and_unique(values: tuple[str, ...]) -> tuple[str, ...]:
    if list(values) != sorted(set(values)):
        raise ValueError("must be sorted and name nothing twice")
    return values


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class GrantV1(_Frozen):
    """One direction of one record type, and the fields that cross."""

    record_type: TypeKey
    sender: NodeId
    receiver: NodeId
    fields: Annotated[tuple[FieldPath, ...], AfterValidator(_sorted_and_unique), Field(min_length=1)]


class AgreementV1(_Frozen):
    """`exchange.agreement/1`: terms that bind once every party has signed them."""

    agreement: UUID
    title: str = Field(min_length=1, max_length=200)
    purpose: str = Field(min_length=1, max_length=1000)
    legal_basis: str = Field(min_length=1, max_length=1000)
    parties: Annotated[tuple[NodeId, ...], AfterValidator(_sorted_and_unique), Field(min_length=2)]
    grants: Annotated[tuple[GrantV1, ...], Field(min_length=1, max_length=200)]
    retention_days: int = Field(ge=1, le=36_600)
    onward_sharing: Literal["never", "with-consent"]
    valid_from: AwareDatetime
    valid_until: AwareDatetime

    @field_serializer("valid_from", "valid_until")
    def _written(self, value: datetime) -> str:
        return clock.to_text(value)


class AgreementAnswerV1(_Frozen):
    """`exchange.agreement-answer/1`: a party's answer to terms, named by their digest (SHA-256, hex)."""

    agreement: UUID
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    decision: Literal["signed", "declined", "withdrawn"]
    reason: str = Field(default="", max_length=500)


Leaf = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
LeafOrNone = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
StreamName = Annotated[str, Field(pattern=r"^[a-z0-9-]+>[a-z0-9-]+#[1-9][0-9]{0,8}$", max_length=80)]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]


class RecoveryV1(_Frozen):
    """`exchange.recovery/1`: this node came back from an older state, so its log has a new history.

    The log's first ``kept_size`` entries (root ``kept_root``, hex) are those of the history that the
    receiver knows; what it saw behind them is not in this log. ``checkpoint`` is the first signed head of
    the new history.
    """

    restored_at: AwareDatetime
    kept_size: Count
    kept_root: Leaf
    checkpoint: str = Field(min_length=1, max_length=8192)
    reason: str = Field(min_length=1, max_length=500)

    @field_serializer("restored_at")
    def _written(self, value: datetime) -> str:
        return clock.to_text(value)


class StreamEpochV1(_Frozen):
    """`exchange.stream-epoch/1`, the first record of a new epoch: it closes the stream before it.

    ``last_seq`` and ``last_leaf`` are the receiver's own signed statement of what it holds of ``closes``;
    ``diverged_seq`` is the first number that the sender signed twice.
    """

    closes: StreamName
    last_seq: Count
    last_leaf: LeafOrNone
    diverged_seq: Count
    reason: str = Field(min_length=1, max_length=500)


class StreamEpochAnswerV1(_Frozen):
    """`exchange.stream-epoch-answer/1`: the receiver's signature under a new epoch, or its reason against.

    ``leaf`` names the `exchange.stream-epoch/1` that this answers.
    """

    opens: StreamName
    closes: StreamName
    last_seq: Count
    last_leaf: LeafOrNone
    leaf: Leaf
    decision: Literal["accepted", "declined"]
    reason: str = Field(default="", max_length=500)
