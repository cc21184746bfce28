"""The planning figures that come with the product."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from isthmus.apps.solar.catalogue.queries import catalogue
from isthmus.apps.solar.payment.rules.sources import Source
from isthmus.apps.solar.payment.rules.waste import Masses

_PARAMS = Path(__file__).parent / "params"
_FILE = _PARAMS / "sources.toml"
CURRENCY = "USD"
"""In which the planning figures are."""


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
            Decimal(one["most_wh_per_day"]) if "most_wh_per_day" in one else None,
        )
        for one in told["sources"]
    )
    return found, int(told["years"])


@cache
def masses() -> Masses:
    """What panels and batteries weigh: of batteries the mean of the catalogue's, by chemistry."""
    told = tomllib.loads((_PARAMS / "waste.toml").read_text(encoding="utf-8"))
    held: dict[str, list[float]] = {}
    for one in catalogue().batteries:
        held.setdefault(one.chemistry, []).append(float(one.kg) * 1000 / one.wh)
    return Masses(
        float(told["panel_grams_per_wp"]),
        int(told["panel_years"]),
        {chemistry: sum(each) / len(each) for chemistry, each in held.items()},
        {chemistry: int(years) for chemistry, years in told["battery_years"].items()},
    )
