"""The options of commands that ask about a place and what is used there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from django.utils.translation import gettext as _

from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES
from isthmus.apps.solar.loads.rules.shapes import EVENING
from isthmus.apps.solar.numbers_cli import Number
from isthmus.apps.solar.sizing.question_analytics import MOST_SEEDS, Question
from isthmus.apps.solar.sizing.rules.prices import Owned
from isthmus.kit.errors import BadInput

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SOME = Number(min=0, min_open=True)
_AS_GIVEN = (
    "place", "lat", "lon", "wh_per_day", "appliances", "measured_wh", "growth", "tilt", "weather",
    "pwm_cells", "seed", "seeds", "battery",
)  # fmt: skip
F = TypeVar("F", bound=Callable[..., Any])


def place_options(command: F) -> F:
    """The options that say where, what is used, under which weather and with which battery."""
    options = [
        click.option("--place", help="A town by its name, like Kano or: San Pedro, CI."),
        click.option("--lat", type=Number(), help="Latitude in degrees, north above zero."),
        click.option("--lon", type=Number(), help="Longitude in degrees, east above zero."),
        click.option("--wh-per-day", type=Number(), help="What is used on a day, in Wh."),
        click.option("--appliances", help="Instead of --wh-per-day, for example lamp:3,phone:2,television."),
        click.option("--country", default="", help="Code of a country whose appliances are known."),
        click.option("--measured-wh", type=_SOME, help="Measured use a day, in Wh: corrects --appliances."),
        click.option("--growth", type=Number(-0.2, 0.5), default=0.0, help="Of the use in a year."),
        click.option("--owned-wp", type=click.IntRange(0, 100_000), default=0, help="A panel that is there."),
        click.option("--owned-wh", type=click.IntRange(0, 1_000_000), default=0, help="A battery that is."),
        click.option("--shape", type=_FILE, help="24 shares of the day, one a line, from midnight."),
        click.option("--tilt", type=Number(0, 90), help="Of the panel, in degrees; default: latitude."),
        click.option(
            "--weather", type=_FILE, help="A file of the place: CSV, PVGIS, EPW, TMY3 or NASA POWER."
        ),
        click.option(
            "--pwm-cells", type=click.IntRange(1, 144), help="A PWM controller: cells of the panel."
        ),
        click.option("--volts", type=click.Choice(["12", "24", "48"]), default="12", show_default=True),
        click.option("--air", type=Number(-40, 60), help="The air's mean temperature in °C."),
        click.option(
            "--seed",
            type=click.IntRange(0, 2**31 - 1),
            default=1,
            help="Of the synthetic weather.",
            show_default=True,
        ),
        click.option(
            "--seeds",
            type=click.IntRange(1, MOST_SEEDS),
            default=1,
            show_default=True,
            help="How many synthetic weathers of 20 years, for a surer interval.",
        ),
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


def asked_by(given: dict[str, Any]) -> Question:
    """What the options ask; BadInput where they say the use twice or not at all."""
    if (given["wh_per_day"] is None) == (given["appliances"] is None):
        raise BadInput("solar.use", _("Give either --wh-per-day or --appliances."))
    if given["shape"] is not None and given["appliances"] is not None:
        raise BadInput(
            "solar.shape",
            _("Appliances say when they are used: --shape goes with --wh-per-day."),
            next_step=_("Leave --shape or --appliances out."),
        )
    return Question(
        **{name: given[name] for name in _AS_GIVEN},
        owned=Owned(given["owned_wp"], given["owned_wh"]),
        shape=_shape(given["shape"]),
        volts=float(given["volts"]),
        air_c=given["air"],
        country=given["country"].upper(),
    )
