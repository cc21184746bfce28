"""`isthmus solar plan`: a design for every home of a file."""

from dataclasses import asdict
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.apps.solar.numbers_cli import Number
from isthmus.apps.solar.planning.analytics.running import Totals, plan_homes
from isthmus.kit.terminal import Bar, json_option, say, show_one

_IN = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


def _told(totals: Totals) -> dict[str, object]:
    return asdict(totals)


@click.command()
@click.argument("homes", type=_IN)
@click.option("--out", type=_OUT, required=True, help="CSV or Parquet: a row for each home.")
@click.option("--lots", type=_OUT, help="CSV or Parquet: a row for each size in each district.")
@click.option("--llp", type=Number(0.001, 0.2), default=0.03, show_default=True)
@click.option("--battery", type=click.Choice(["lfp", "lead-acid"]), default="lfp", show_default=True)
@click.option("--country", default="", help="Code of a country whose appliances are known.")
@json_option
def plan(
    homes: Path, out: Path, lots: Path | None, llp: float, battery: str, country: str, *, as_json: bool
) -> None:
    """Plan HOMES: CSV or Parquet with id, lat, lon, wh_per_day or appliances; budget, district, homes.

    --llp is the share of the use that may stay unmet. A home whose budget does not reach that is given the
    most reliable system that it does reach.
    """
    with Bar(_("Tables")) as bar:
        found = plan_homes(homes, out, target=llp, battery=battery, country=country, lots=lots, step=bar.step)
    show_one(
        {
            **{name: value for name, value in _told(found.whole).items() if name != "name"},
            "currency": found.currency,
            "lots": found.lots,
            "tables": found.tables,
            "llp": llp,
            "battery": battery,
            "prices": {"checked_on": found.prices.checked_on, "confirmed": found.prices.confirmed},
            "far": [list(place) for place in found.far],
            "districts": [_told(district) for district in found.districts],
            "cpu_seconds": {name: round(value, 2) for name, value in found.seconds.items()},
        },
        as_json=as_json,
    )
    for lat, lon in found.far:
        say(
            _("Around %(lat)g, %(lon)g the climate is of land more than 300 km away: less sure.")
            % {"lat": lat, "lon": lon}
        )
    if not found.prices.confirmed:
        say(
            _("Prices are planning figures of %(day)s, not confirmed.")
            % {"day": found.prices.checked_on.isoformat()}
        )
