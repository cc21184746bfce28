"""The types of parameters and members that the API's routes share."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from isthmus.kit import clock
from isthmus.kit.ids import NODE_ID_PATTERN
from isthmus.kit.text import nfc

TYPE_KEY_PATTERN = r"^[a-z]+(\.[a-z][a-z0-9-]*)+/[1-9][0-9]{0,8}$"


def storable(text: str) -> str:
    """``text`` in NFC; ValueError for the characters that a database cannot hold."""
    if any(sign == "\0" or unicodedata.category(sign) == "Cs" for sign in text):
        raise ValueError("must not hold the character U+0000 or half of a surrogate pair")
    return nfc(text)


def plain_digits(value: object) -> object:
    """A number in an address is written in plain digits; Python would also read 1_000 and ٣."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) <= 16):
        raise ValueError("must be a whole number in plain digits")
    return value


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _calendar_day(value: object) -> object:
    """A day as it is written; Python would also read days of weeks (2026-W01-1) and numbers of seconds."""
    if not isinstance(value, str):
        return value
    if not _DAY.fullmatch(value):
        raise ValueError("must be a day such as 2026-11-23")
    return date.fromisoformat(value)


DayAsked = Annotated[
    date,
    BeforeValidator(_calendar_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]
"""A day in an address or a body, ISO 8601."""


def _moment(value: object) -> object:
    return clock.from_text(value) if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(storable)]
NodeId = Annotated[str, Field(pattern=NODE_ID_PATTERN, description="Id of a node.", examples=["cn"])]
TypeKey = Annotated[
    str,
    Field(
        pattern=TYPE_KEY_PATTERN,
        max_length=100,
        description="Record type and version.",
        examples=["etrade.export-declaration/1"],
    ),
]
Leaf = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 (hex) that names a signed text: its leaf in the log.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]
Size = Annotated[
    int,
    BeforeValidator(plain_digits),
    Field(ge=1, le=2**53 - 1, description="A number of leaves of the log."),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2**53 - 1}),
]
_TIME = {
    "type": "string",
    "format": "date-time",
    "examples": ["2026-11-23T10:02:00Z"],
}
MomentAsked = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({**_TIME, "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$"}),
]
Moment = Annotated[datetime, PlainSerializer(clock.to_text, return_type=str), WithJsonSchema(_TIME)]


class Shown(BaseModel):
    """Base of what the API answers with."""

    model_config = ConfigDict(frozen=True)


class Asked(BaseModel):
    """Base of what the API is asked with: strict, and nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StrictBody(BaseModel):
    """Base of JSON bodies: no member is converted, and nothing unknown is passed over."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def example_of(**members: Any) -> ConfigDict:
    """The configuration of an answer with one example in the OpenAPI document."""
    return ConfigDict(frozen=True, json_schema_extra={"examples": [members]})
