"""The catalogue that comes with the product."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from isthmus.apps.solar.catalogue.rules.products import (
    BatteryProduct,
    Catalogue,
    ControllerProduct,
    Document,
    KitProduct,
    LampProduct,
    PanelProduct,
)

_FILE = Path(__file__).parent / "params" / "products.toml"
_DECIMALS = ("vmp", "voc", "isc", "volts", "most_volts", "kg", "price")


def _members(told: dict[str, Any]) -> dict[str, Any]:
    found = {name: Decimal(str(value)) if name in _DECIMALS else value for name, value in told.items()}
    if "documents" in told:
        found["documents"] = tuple(Document(*one) for one in told["documents"])
    return found


@cache
def catalogue() -> Catalogue:
    """The sample catalogue; its products are invented."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    checked_on = told["checked_on"]
    assert isinstance(checked_on, date)
    return Catalogue(
        bool(told["sample"]),
        told["currency"],
        checked_on,
        tuple(PanelProduct(**_members(one)) for one in told["panels"]),
        tuple(BatteryProduct(**_members(one)) for one in told["batteries"]),
        tuple(ControllerProduct(**_members(one)) for one in told["controllers"]),
        tuple(LampProduct(**_members(one)) for one in told["lamps"]),
        tuple(KitProduct(**_members(one)) for one in told["kits"]),
        {Decimal(size): Decimal(price) for size, price in told["wires"].items()},
    )
