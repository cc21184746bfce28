"""`isthmus solar size` and `isthmus solar simulate`."""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

import click
from django.utils.translation import gettext as _

from isthmus.apps.solar.engine.analytics import Hours
from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES
from isthmus.apps.solar.engine.rules.panel import Panel
from isthmus.apps.solar.loads.queries import load_of
from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing.analytics import Design, hours_of, size_each
from isthmus.apps.solar.sizing.analytics import simulate as simulate_design
from isthmus.apps.solar.sizing.rules.usual import TARGETS, usual_tilt
from isthmus.apps.solar.weather.places import standpoint
from isthmus.apps.solar.weather.queries import Weather, weather_at, weather_in
from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, say, write_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
F = TypeVar("F", bound=Callable[..., Any])


def _place(command: F) -> F:
    options = [
        click.option("--place", help="A town by its name, like Kano or: San Pedro, CI."),
        click.option("--lat", type=float, help="Latitude in degrees, north above zero."),
        click.option("--lon", type=float, help="Longitude in degrees, east above zero."),
        click.option("--wh-per-day", type=float, required=True, help="What is used on a day, in Wh."),
        click.option("--shape", type=_FILE, help="24 shares of the day, one a line, from midnight."),
        click.option(
            "--tilt", type=click.FloatRange(0, 90), help="Of the panel, in degrees; default: latitude."
        ),
        click.option(
            "--weather", type=_FILE, help="A file of the place: CSV, PVGIS, EPW, TMY3 or NASA POWER."
        ),
        click.option("--air", type=click.FloatRange(-40, 60), help="The air's mean temperature in °C."),
        click.option("--seed", type=int, default=1, help="Of the synthetic weather.", show_default=True),
        click.option("--battery", type=click.Choice(sorted(CHEMISTRIES)), default="lfp", show_default=True),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _shape(path: Path | None) -> tuple[float, ...]:
    from isthmus.apps.solar.loads.rules.shapes import EVENING

    if path is None:
        return EVENING
    try:
        return tuple(float(line) for line in path.read_text(encoding="utf-8").split())
    except (OSError, ValueError) as error:
        raise BadInput(
            "solar.shape", _("%(file)s does not hold 24 numbers, one a line.") % {"file": path.name}
        ) from error


def _prepared(given: dict[str, Any]) -> tuple[Weather, Hours]:
    lat, lon, says = standpoint(given["place"], given["lat"], given["lon"])
    tilt = usual_tilt(lat) if given["tilt"] is None else given["tilt"]
    if given["weather"] is None:
        weather = weather_at(lat, lon, tilt, air_c=given["air"], seed=given["seed"])
    else:
        weather = weather_in(given["weather"], lat, lon, tilt)
    load = load_of(given["wh_per_day"], sum(weather.by_year), _shape(given["shape"]))
    return replace(weather, says=(*says, *weather.says)), hours_of(weather, load, Panel())


def _object(name: str, design: Design) -> dict[str, object]:
    told = asdict(design)
    shares = ("by_energy", "by_hours", "low", "high")
    return {
        "design": name,
        **{key: round(value, 6) if key in shares else value for key, value in told.items()},
        "price": str(design.price),
    }


def _show(weather: Weather, designs: dict[str, Design], as_json: bool) -> None:
    prices = queries.prices()
    if as_json:
        write_json(
            {
                "designs": [_object(name, design) for name, design in designs.items()],
                "prices": {"checked_on": prices.checked_on.isoformat(), "confirmed": prices.confirmed},
                "says": list(weather.says),
            }
        )
        return
    for name, design in designs.items():
        click.echo(
            _("%(name)s: panel %(wp)d Wp, battery %(wh)d Wh (%(kind)s), %(price)s %(currency)s")
            % {
                "name": name,
                "wp": design.wp,
                "wh": design.battery_wh,
                "kind": design.battery,
                "price": design.price,
                "currency": design.currency,
            }
        )
        click.echo(
            _("  %(short)s %% of the use is not met (%(low)s to %(high)s %% in nine years of ten)")
            % {
                "short": f"{design.by_energy * 100:.2f}",
                "low": f"{design.low * 100:.2f}",
                "high": f"{design.high * 100:.2f}",
            }
        )
        click.echo(_("  longest time without power: %(hours)d hours") % {"hours": design.longest_dark_hours})
    for sentence in weather.says:
        say(sentence)
    if not prices.confirmed:
        say(
            _("Prices are planning figures of %(day)s, not confirmed.")
            % {"day": prices.checked_on.isoformat()}
        )


@click.command()
@_place
@click.option("--llp", type=click.FloatRange(0, 1), help="The share of the use that may stay unmet.")
@json_option
def size(llp: float | None, as_json: bool, **given: Any) -> None:
    """How large a system must be: the cheapest that is good enough, or three of them without --llp."""
    weather, hours = _prepared(given)
    battery = CHEMISTRIES[given["battery"]]
    targets = TARGETS if llp is None else {"asked": llp}
    _show(weather, size_each(hours, battery, queries.prices(), targets), as_json)


@click.command()
@_place
@click.option("--pv-wp", type=click.IntRange(0, 100_000), required=True, help="The panel, in Wp.")
@click.option("--battery-wh", type=click.IntRange(0, 1_000_000), required=True, help="On its label, in Wh.")
@json_option
def simulate(pv_wp: int, battery_wh: int, as_json: bool, **given: Any) -> None:
    """How a system does that exists or is thought of."""
    weather, hours = _prepared(given)
    design = simulate_design(hours, pv_wp, battery_wh, CHEMISTRIES[given["battery"]], queries.prices())
    _show(weather, {"given": design}, as_json)
