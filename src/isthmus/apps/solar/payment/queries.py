"""The planning figures that come with the product."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from isthmus.apps.solar.payment.rules.sources import Source

_FILE = Path(__file__).parent / "params" / "sources.toml"


@cache
def sources() -> tuple[tuple[Source, ...], int]:
    """Other sources of power, and over how many years they are compared."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    checked_on = told["checked_on"]
    assert isinstance(checked_on, date)
    found = tuple(
        Source(
            one["name"],
            Decimal(one["first_cost"]),
            Decimal(one["per_kwh"]),
            Decimal(one["co2_kg_per_kwh"]),
            Decimal(one["service"]),
            one["source"],
            checked_on,
            bool(one["confirmed"]),
        )
        for one in told["sources"]
    )
    return found, int(told["years"])
