"""`isthmus solar size` and `isthmus solar simulate`."""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from isthmus.apps.solar.engine import single_analytics as single
from isthmus.apps.solar.engine.analytics import Hours
from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES, LEAD_ACID
from isthmus.apps.solar.engine.rules.controller import Pwm
from isthmus.apps.solar.engine.rules.kibam import LEAD_ACID_WELLS
from isthmus.apps.solar.engine.rules.panel import Panel
from isthmus.apps.solar.engine.rules.peaks import Peak
from isthmus.apps.solar.loads.cli import day_asked
from isthmus.apps.solar.loads.queries import load_of
from isthmus.apps.solar.loads.rules.shapes import grown
from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing.analytics import Design, hours_of, size_each
from isthmus.apps.solar.sizing.analytics import simulate as simulate_design
from isthmus.apps.solar.sizing.living_analytics import Life, live
from isthmus.apps.solar.sizing.rules.living import months_short
from isthmus.apps.solar.sizing.rules.prices import Owned
from isthmus.apps.solar.sizing.rules.usual import TARGETS, usual_tilt
from isthmus.apps.solar.sizing.wording import peak_words
from isthmus.apps.solar.weather.place_queries import standpoint
from isthmus.apps.solar.weather.queries import Weather, weather_at, weather_in
from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, say, write_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SOME = click.FloatRange(min=0, min_open=True)
F = TypeVar("F", bound=Callable[..., Any])


def _place(command: F) -> F:
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
    from isthmus.apps.solar.loads.rules.shapes import EVENING

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


def _prepared(given: dict[str, Any]) -> tuple[Weather, Hours, float | None]:
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


def _object(name: str, design: Design, life: Life) -> dict[str, object]:
    shares = ("by_energy", "by_hours", "low", "high")
    told = {key: round(value, 6) if key in shares else value for key, value in asdict(design).items()}
    return {
        "design": name,
        **told,
        "tier": life.achieved.tier,
        "tier_holds_back": life.achieved.holds_back(),
        "gives": {key: round(value, 2) for key, value in asdict(life.achieved).items()},
        "months_short": [month + 1 for month in months_short(life.by_month)],
        "short_by_month": [round(share, 5) for share in life.by_month.tolist()],
        "peak": None if life.peak is None else _peak(life.peak),
    }


def _peak(peak: Peak) -> dict[str, object]:
    return {
        "asks_w": round(peak.asks_w, 1),
        "gives_w": round(peak.gives_w, 1),
        "is_carried": peak.is_carried,
        "least_battery_wh": round(peak.least_wh, 1),
    }


def _line(name: str, design: Design, life: Life) -> None:
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
    months = ", ".join(str(MONTHS[month + 1]) for month in months_short(life.by_month))
    if months:
        click.echo(_("  runs short in: %(months)s") % {"months": months})
    click.echo(
        _("  tier of access achieved: %(tier)d of 5; %(price)s %(currency)s a month over its life")
        % {"tier": life.achieved.tier, "price": design.a_month, "currency": design.currency}
    )
    too_much = peak_words(life.peak)
    if too_much:
        click.echo(f"  {too_much}")


def _show(
    weather: Weather,
    hours: Hours,
    peak: float | None,
    designs: dict[str, Design],
    as_json: bool,
    more: dict[str, object] | None = None,
) -> None:
    prices = queries.prices()
    lives = {
        name: live(hours, one.wp, one.battery_wh, CHEMISTRIES[one.battery], peak)
        for name, one in designs.items()
    }
    if as_json:
        write_json(
            {
                "designs": [_object(name, design, lives[name]) for name, design in designs.items()],
                "prices": {"checked_on": prices.checked_on.isoformat(), "confirmed": prices.confirmed},
                "says": list(weather.says),
                **(more or {}),
            }
        )
        return
    for name, design in designs.items():
        _line(name, design, lives[name])
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
    weather, hours, peak = _prepared(given)
    targets = TARGETS if llp is None else {"asked": llp}
    owned = Owned(given["owned_wp"], given["owned_wh"])
    designs = size_each(hours, CHEMISTRIES[given["battery"]], queries.prices(), targets, owned)
    _show(weather, hours, peak, designs, as_json)


@click.command()
@_place
@click.option("--pv-wp", type=click.IntRange(0, 100_000), required=True, help="The panel, in Wp.")
@click.option("--battery-wh", type=click.IntRange(0, 1_000_000), required=True, help="On its label, in Wh.")
@click.option("--details", is_flag=True, help="With --json: also PVGIS's off-grid fields, charge and more.")
@click.option("--wells", is_flag=True, help="In the details, lead-acid as two wells (KiBaM).")
@json_option
def simulate(pv_wp: int, battery_wh: int, details: bool, wells: bool, as_json: bool, **given: Any) -> None:
    """How a system does that exists or is thought of."""
    weather, hours, peak = _prepared(given)
    owned = Owned(given["owned_wp"], given["owned_wh"])
    battery = CHEMISTRIES[given["battery"]]
    design = simulate_design(hours, pv_wp, battery_wh, battery, queries.prices(), owned)
    more: dict[str, object] = {}
    if details and as_json:
        kinetic = LEAD_ACID_WELLS if wells and battery is LEAD_ACID else None
        more["details"] = single.details(hours, pv_wp, battery_wh * battery.usable, battery, kinetic)
    _show(weather, hours, peak, {"given": design}, as_json, more)
