"""The common shape of all that is signed: frozen, strict, without unknown members, in one written form."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.ids import NODE_ID_PATTERN
from isthmus.wire import codec
from isthmus.wire.codec import Json


def _uuid(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        found = UUID(value)
    except ValueError:
        found = None
    if found is None or str(found) != value:
        raise ValueError("must be a UUID in lower case with hyphens")
    return found


def _moment(value: object) -> object:
    return clock.from_text(value) if isinstance(value, str) else value


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("must be a time with a zone; one without names no moment")
    return value.astimezone(UTC)


def _array(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


WireUuid = Annotated[UUID, BeforeValidator(_uuid)]
WireTime = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_utc)]
NodeId = Annotated[str, Field(pattern=NODE_ID_PATTERN)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
HashOrNone = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
Code = Annotated[str, Field(pattern=r"^[a-z0-9._-]{0,80}$")]
Sequence = Annotated[int, Field(ge=1, le=codec.MAX_INTEGER)]
AS_ARRAY = BeforeValidator(_array)

LONGEST_REASON = 400


def _cut(value: object) -> object:
    if isinstance(value, str) and len(value) > LONGEST_REASON:
        return value[: LONGEST_REASON - 1] + "…"
    return value


Reason = Annotated[str, BeforeValidator(_cut)]
"""A sentence for a person. A longer one is cut: five hundred verdicts must fit into one receipt."""

_STREAM = re.compile(r"([a-z][a-z0-9-]{1,30})>([a-z][a-z0-9-]{1,30})#([1-9][0-9]{0,8})", re.ASCII)


def stream_name(sender: str, receiver: str, epoch: int = 1) -> str:
    """The name of the ordered sequence of records from one node to another, such as ``mm>cn#1``."""
    return f"{sender}>{receiver}#{epoch}"


def is_stream_of(stream: str, sender: str, receiver: str) -> bool:
    """Whether ``stream`` is the name of some epoch of the stream from ``sender`` to ``receiver``."""
    found = _STREAM.fullmatch(stream)
    return found is not None and found[1] == sender and found[2] == receiver


_AS_IS = frozenset({type(None), str, bool, int, dict})


def _written(value: Any) -> Json:  # noqa: ANN401  whatever a member can be
    if type(value) in _AS_IS:
        return value  # type: ignore[no-any-return]  # one of Json's own kinds
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return clock.to_text(value)
    if isinstance(value, WireModel):
        return value.to_json()
    assert isinstance(value, tuple)
    return [_written(item) for item in value]


class WireModel(BaseModel):
    """A signed statement. ``noun`` names it in errors, whose code is ``wire.<noun>.invalid``."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", validate_by_name=True, validate_by_alias=True
    )
    noun: ClassVar[str] = "statement"

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """Check a decoded document; BadInput ``wire.<noun>.invalid`` names every member at fault."""
        try:
            return cls.model_validate(value, by_alias=True, by_name=False)
        except ValidationError as error:
            faults = tuple(_fault(found) for found in error.errors(include_url=False))
        listed = "; ".join(f"{fault.where}: {fault.message}" for fault in faults)
        raise BadInput(f"wire.{cls.noun}.invalid", f"The {cls.noun} cannot be read: {listed}.", faults=faults)

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """Read the payload of a token: the strict codec first, then the members."""
        return cls.from_json(codec.decode(payload))

    def to_json(self) -> dict[str, Json]:
        """The members under their written names, in their declared order."""
        return {written: _written(getattr(self, name)) for written, name in _members(type(self))}

    def to_bytes(self) -> bytes:
        """The payload as it is signed. BadInput of the codec for what cannot be written."""
        return codec.encode(self.to_json())


@cache
def _members(model: type[WireModel]) -> tuple[tuple[str, str], ...]:
    """The members of a model: their written names and those of their attributes."""
    return tuple((field.alias or name, name) for name, field in model.model_fields.items())


def _fault(error: Mapping[str, Any]) -> FieldFault:
    where = ".".join(str(part) for part in error["loc"]) or "the document"
    return FieldFault(where, str(error["msg"]).removeprefix("Value error, "))
