"""The prices that come with the product."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from isthmus.apps.solar.sizing.rules.prices import Prices

_FILE = Path(__file__).parent / "params" / "prices.toml"


@cache
def prices() -> Prices:
    """The planning prices."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    checked_on = told["checked_on"]
    assert isinstance(checked_on, date)
    return Prices(
        currency=told["currency"],
        panel_per_wp=Decimal(told["panel_per_wp"]),
        controller_per_wp=Decimal(told["controller_per_wp"]),
        fixed=Decimal(told["fixed"]),
        battery_per_wh={name: Decimal(price) for name, price in told["battery_per_wh"].items()},
        years=int(told["years"]),
        checked_on=checked_on,
        confirmed=bool(told["confirmed"]),
    )
