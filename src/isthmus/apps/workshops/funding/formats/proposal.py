"""A proposal as a TOML file, and the fund's data."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from isthmus.apps.workshops.funding.rules.pgtf import Proposal
from isthmus.kit.errors import BadInput, FieldFault

_PARAMS = Path(__file__).resolve().parents[1] / "params" / "pgtf.toml"
_Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


@cache
def params() -> dict[str, Any]:
    """The fund's data: least number of countries, currency, ceilings with their sources."""
    return tomllib.loads(_PARAMS.read_text(encoding="utf-8"))


def ceilings() -> dict[int, int]:
    """The most that one project gets, by year."""
    return {one["year"]: one["amount"] for one in params()["ceilings"]}


class _Told(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    institution: Annotated[str, Field(min_length=1, max_length=200)]
    year: Annotated[int, Field(ge=1983, le=2100)]
    countries: list[_Country]
    at_home: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    endorsed: list[_Country] | None = None
    requested: Annotated[int, Field(ge=1)]
    matching: Annotated[int, Field(ge=0)] | None = None
    earlier: Annotated[int, Field(ge=0)] | None = None


def read_proposal(content: bytes, name: str) -> Proposal:
    """A proposal; BadInput names the field that cannot be used."""
    try:
        told = _Told.model_validate(tomllib.loads(content.decode("utf-8")))
    except ValidationError as error:
        faults = tuple(FieldFault(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()[:20])
        said = "; ".join(f"{one.where}: {one.message}" for one in faults)
        raise BadInput("workshops.proposal", f"{name}: {said}", faults=faults) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            "workshops.proposal", _("%(file)s is no TOML file in UTF-8.") % {"file": name}
        ) from error
    endorsed = None if told.endorsed is None else frozenset(told.endorsed)
    return Proposal(
        told.institution,
        told.year,
        frozenset(told.countries),
        told.at_home,
        endorsed,
        told.requested,
        told.matching,
        told.earlier,
    )
