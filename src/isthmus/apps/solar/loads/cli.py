"""`isthmus solar load`: what a list of appliances asks for."""

import click

from isthmus.apps.solar.loads.appliance_queries import appliances, day_asked
from isthmus.apps.solar.numbers_cli import Number
from isthmus.kit.terminal import json_option, say, show_one


@click.command()
@click.option("--appliances", "text", required=True, help="For example lamp:3,phone:2,television.")
@click.option("--country", default="", help="Code of a country whose appliances are known, such as NG.")
@click.option("--measured-wh", type=Number(min=0, min_open=True), help="Measured use a day, in Wh.")
@json_option
def load(text: str, country: str, measured_wh: float | None, *, as_json: bool) -> None:
    """What appliances ask for on a day: watt-hours by hour, the peak and the start of a motor."""
    day, says = day_asked(text, country.upper(), measured_wh)
    if says:
        say(says)
    known = appliances(country.upper())
    show_one(
        {
            "wh_per_day": round(day.wh_per_day, 2),
            "peak_w": round(day.peak_w, 1),
            "surge_w": round(day.surge_w, 1),
            "ac_w": round(day.ac_w, 1),
            "hourly_wh": [round(wh, 3) for wh in day.wh],
            "growth": known.growth,
            "checked_on": known.checked_on,
            "confirmed": known.confirmed,
            "source": known.source,
        },
        as_json=as_json,
    )
