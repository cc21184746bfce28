"""The options of commands that ask about a place and what is used there, and what follows from them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from isthmus.apps.solar.engine.analytics import Hours
from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES
from isthmus.apps.solar.engine.rules.controller import Pwm
from isthmus.apps.solar.engine.rules.panel import Panel
from isthmus.apps.solar.loads.cli import day_asked
from isthmus.apps.solar.loads.queries import load_of
from isthmus.apps.solar.loads.rules.shapes import EVENING, grown
from isthmus.apps.solar.sizing.analytics import hours_of
from isthmus.apps.solar.sizing.rules.usual import usual_tilt
from isthmus.apps.solar.weather.place_queries import standpoint
from isthmus.apps.solar.weather.queries import Weather, weather_at, weather_in
from isthmus.kit.errors import BadInput

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SOME = click.FloatRange(min=0, min_open=True)
F = TypeVar("F", bound=Callable[..., Any])


def place_options(command: F) -> F:
    """The options that say where, what is used, under which weather and with which battery."""
    options = [
        click.option("--place", help="A town by its name, like Kano or: San Pedro, CI."),
        click.option("--lat", type=float, help="Latitude in degrees, north above zero."),
        click.option("--lon", type=float, help="Longitude in degrees, east above zero."),
        click.option("--wh-per-day", type=float, help="What is used on a day, in Wh."),
        click.option("--appliances", help="Instead of --wh-per-day, for example lamp:3,phone:2,television."),
        click.option("--country", default="", help="Code of a country whose appliances are known."),
        click.option("--measured-wh", type=_SOME, help="Measured use a day, in Wh: corrects --appliances."),
        click.option("--growth", type=click.FloatRange(-0.2, 0.5), default=0.0, help="Of the use in a year."),
        click.option("--owned-wp", type=click.IntRange(0, 100_000), default=0, help="A panel that is there."),
        click.option("--owned-wh", type=click.IntRange(0, 1_000_000), default=0, help="A battery that is."),
        click.option("--shape", type=_FILE, help="24 shares of the day, one a line, from midnight."),
        click.option(
            "--tilt", type=click.FloatRange(0, 90), help="Of the panel, in degrees; default: latitude."
        ),
        click.option(
            "--weather", type=_FILE, help="A file of the place: CSV, PVGIS, EPW, TMY3 or NASA POWER."
        ),
        click.option(
            "--pwm-cells", type=click.IntRange(1, 144), help="A PWM controller: cells of the panel."
        ),
        click.option("--volts", type=click.Choice(["12", "24", "48"]), default="12", show_default=True),
        click.option("--air", type=click.FloatRange(-40, 60), help="The air's mean temperature in °C."),
        click.option("--seed", type=int, default=1, help="Of the synthetic weather.", show_default=True),
        click.option("--battery", type=click.Choice(sorted(CHEMISTRIES)), default="lfp", show_default=True),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _shape(path: Path | None) -> tuple[float, ...]:
    if path is None:
        return EVENING
    try:
        return tuple(float(line) for line in path.read_text(encoding="utf-8").split())
    except (OSError, ValueError) as error:
        raise BadInput(
            "solar.shape", _("%(file)s does not hold 24 numbers, one a line.") % {"file": path.name}
        ) from error


def _load(given: dict[str, Any], by_year: tuple[int, ...]) -> tuple[NDArray[np.float64], float | None]:
    """The load by hour, and what is on at once where appliances say so."""
    if (given["wh_per_day"] is None) == (given["appliances"] is None):
        raise BadInput("solar.use", _("Give either --wh-per-day or --appliances."))
    if given["appliances"] is None:
        wh_per_day, shape, peak = given["wh_per_day"], _shape(given["shape"]), None
    else:
        day = day_asked(given["appliances"], given["country"], given["measured_wh"])
        wh_per_day, shape, peak = day.wh_per_day, day.wh, day.peak_w
    return grown(load_of(wh_per_day, sum(by_year), shape), by_year, given["growth"]), peak


def prepared(given: dict[str, Any]) -> tuple[Weather, Hours, float | None]:
    """The weather, what the engine needs, and what is on at once where appliances say so, W."""
    lat, lon, says = standpoint(given["place"], given["lat"], given["lon"])
    tilt = usual_tilt(lat) if given["tilt"] is None else given["tilt"]
    if given["weather"] is None:
        weather = weather_at(lat, lon, tilt, air_c=given["air"], seed=given["seed"])
    else:
        weather = weather_in(given["weather"], lat, lon, tilt)
    load, peak = _load(given, weather.by_year)
    said = replace(weather, says=(*says, *weather.says))
    pwm = Pwm(given["pwm_cells"], float(given["volts"])) if given["pwm_cells"] else None
    return said, hours_of(weather, load, Panel(), pwm), peak
