"""Files of terms: TOML in, dated terms out, or every fault of the file by its place."""

import tomllib
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from isthmus.apps.excise.returns.rules.terms import Dated, DayRate, Penalty, Per, TaxPoint, Terms
from isthmus.kit.errors import BadInput, FieldFault

_Name = Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,30}$")]
_Words = Annotated[str, Field(min_length=1, max_length=300)]
_Percent = Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,8})?$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Dated(_Part):
    first_day: date
    last_day: date | None = None
    act: str = ""
    source: str = ""
    confirmed: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> "_Dated":
        if self.last_day is not None and self.last_day < self.first_day:
            raise ValueError("last_day lies before first_day")
        return self


class _TaxPoint(_Dated):
    name: _Name
    title: _Words
    per: Per
    months_after: int = Field(0, ge=0, le=24)
    due_day: int | None = Field(None, ge=1, le=31)


class _Rate(_Dated):
    percent_a_day: _Percent


class _Penalty(_Dated):
    name: _Name
    title: _Words
    fixed_minor: int | None = Field(None, ge=1)
    percent: _Percent | None = None
    missing: str = ""

    @model_validator(mode="after")
    def _one_amount(self) -> "_Penalty":
        if [self.fixed_minor is None, self.percent is None, not self.missing].count(False) != 1:
            raise ValueError("give one of fixed_minor, percent and missing")
        return self


class _File(_Part):
    format: int = Field(ge=1, le=1)
    country: str = Field(pattern=r"^[A-Z]{2}$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    checked_on: date
    act: _Words
    source: _Words
    tax_points: list[_TaxPoint] = Field(min_length=1)
    rates: list[_Rate] = []
    penalties: list[_Penalty] = []


def _overlapping(name: str, rows: Sequence[tuple[str, Dated]]) -> list[FieldFault]:
    return [
        FieldFault(f"{name}[{at}]", "counts on days on which another row of the same name counts")
        for at, (called, row) in enumerate(rows)
        for other, earlier in rows[:at]
        if other == called and (earlier.in_force(row.first_day) or row.in_force(earlier.first_day))
    ]


def read_terms(content: bytes, name: str) -> Terms:
    """The terms of a file. BadInput ``excise.terms-file`` names every fault by its place in the file."""
    try:
        file = _File.model_validate(tomllib.loads(content.decode()))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput("excise.terms-file", f"{name} is no TOML file in UTF-8: {error}") from error
    except ValidationError as error:
        faults = tuple(
            FieldFault(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors(include_url=False)
        )
        raise BadInput("excise.terms-file", f"{name} cannot be used.", faults=faults) from error

    def dated(row: _Dated) -> tuple[date, date | None, str, str, bool]:
        return row.first_day, row.last_day, row.act or file.act, row.source or file.source, row.confirmed

    points = tuple(
        TaxPoint(*dated(one), one.name, one.title, one.per, one.months_after, one.due_day)
        for one in file.tax_points
    )
    rates = tuple(DayRate(*dated(one), Fraction(one.percent_a_day)) for one in file.rates)
    penalties = tuple(
        Penalty(
            *dated(one),
            one.name,
            one.title,
            one.fixed_minor,
            None if one.percent is None else Fraction(one.percent),
            one.missing,
        )
        for one in file.penalties
    )
    overlaps = [
        *_overlapping("tax_points", [(one.name, one) for one in points]),
        *_overlapping("rates", [("", one) for one in rates]),
        *_overlapping("penalties", [(one.name, one) for one in penalties]),
    ]
    if overlaps:
        raise BadInput("excise.terms-file", f"{name} cannot be used.", faults=tuple(overlaps))
    return Terms(file.country, file.currency, file.checked_on, points, rates, penalties)
