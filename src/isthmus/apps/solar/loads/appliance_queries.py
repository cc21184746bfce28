"""The appliances that come with the product, by country, and the lists that people write of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from isthmus.apps.solar.loads.rules.appliances import (
    MOST_COUNT,
    Appliance,
    Day,
    Known,
    Use,
    as_measured,
    day_of,
    uses_of,
)
from isthmus.kit.errors import BadInput

_FILE = Path(__file__).parent / "params" / "appliances.toml"
_NAMES = {"from": "start", "current": "ac"}


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        _NAMES.get(name, name): value == "ac" if name == "current" else value for name, value in row.items()
    }


def countries() -> tuple[str, ...]:
    """The codes of the countries of which something is known that differs, in order."""
    return tuple(sorted(_told()["country"]))


@cache
def appliances(country: str = "") -> Known:
    """What is known of appliances in a country; of one that nothing is known of, what is usual."""
    told = _told()
    usual = {key: Appliance(key, **_fields(row)) for key, row in told["appliance"].items()}
    own = dict(told["country"].get(country, {}))
    growth = own.pop("growth", told["growth"])
    there = {key: replace(usual[key], **_fields(row)) for key, row in own.items()}
    return Known(
        country=country if country in told["country"] else "",
        appliances={**usual, **there},
        inverter=told["inverter"],
        growth=growth,
        checked_on=told["checked_on"],
        confirmed=told["confirmed"],
        source=told["source"],
    )


def listed(text: str, known: Known) -> tuple[Use, ...]:
    """The appliances of a list such as ``lamp:3, phone:2``; BadInput names the part that is none."""
    try:
        return uses_of(text, known.appliances)
    except ValueError as error:
        raise BadInput(
            "solar.appliances",
            _("“%(part)s” is no appliance with its number.") % {"part": error},
            next_step=_("Write for example lamp:3, radio, with at most %(most)d of each. There are: %(all)s.")
            % {"most": MOST_COUNT, "all": ", ".join(known.appliances)},
        ) from error


def asked_by(uses: tuple[Use, ...], known: Known) -> Day:
    """The day of a home; BadInput where it uses nothing."""
    day = day_of(uses, known.inverter)
    if day.wh_per_day <= 0.0:
        raise BadInput(
            "solar.no-load",
            _("Nothing is used: there is nothing to supply."),
            next_step=_("Choose at least one appliance."),
        )
    return day


def day_asked(text: str, country: str, measured_wh: float | None) -> tuple[Day, str]:
    """The day of a list of appliances, corrected by what was measured, and what is to be said of it."""
    known = appliances(country)
    if country and not known.country:
        raise BadInput(
            "solar.country",
            _("Nothing of its own is known of appliances in %(country)s.") % {"country": country},
            next_step=_("Leave the country out, or take one of: %(all)s.") % {"all": ", ".join(countries())},
        )
    day = asked_by(listed(text, known), known)
    if measured_wh is not None:
        return as_measured(day, measured_wh), ""
    return day, _("What homes say they use is up to four times what they do. Measure a week.")
