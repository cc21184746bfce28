"""Kinds of fields that records of several applications have: moments, days, codes, names, and their base."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from isthmus.exchange.texts import calendar_day, utc_moment

NO_CONTROLS: Final = r"^[^\x00-\x1f\x7f-\x9f]+$"
"""Text in one line."""
Moment = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$",
        json_schema_extra={"format": "date-time"},
    ),
    AfterValidator(utc_moment),
]
Day = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(calendar_day),
]
Reference = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Money = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,12})\.[0-9]{2}$")]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_CONTROLS)]
Email = Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^\s@]+@[^\s@]+$")]


def listed(value: object) -> object:
    """JSON knows lists only; a frozen model holds tuples."""
    return tuple(value) if isinstance(value, list) else value


class Frozen(BaseModel):
    """What every body and every part of one is: strict, without other members, never changed."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
