"""`isthmus solar load`: what a list of appliances asks for."""

import click
from django.utils.translation import gettext as _

from isthmus.apps.solar.loads.appliance_queries import appliances, asked_by, countries, listed
from isthmus.apps.solar.loads.rules.appliances import Day, as_measured
from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, say, show_one


def day_asked(text: str, country: str, measured_wh: float | None) -> Day:
    """The day of a list of appliances, corrected by what was measured; what belongs beside it is said."""
    known = appliances(country)
    if country and not known.country:
        raise BadInput(
            "solar.country",
            _("Nothing of its own is known of appliances in %(country)s.") % {"country": country},
            next_step=_("Leave the country out, or take one of: %(all)s.") % {"all": ", ".join(countries())},
        )
    day = asked_by(listed(text, known), known)
    if measured_wh is not None:
        return as_measured(day, measured_wh)
    say(_("What homes say they use is up to four times what they do. Measure a week: --measured-wh."))
    return day


@click.command()
@click.option("--appliances", "text", required=True, help="For example lamp:3,phone:2,television.")
@click.option("--country", default="", help="Code of a country whose appliances are known, such as NG.")
@click.option("--measured-wh", type=click.FloatRange(min=0, min_open=True), help="Measured use a day, in Wh.")
@json_option
def load(text: str, country: str, measured_wh: float | None, *, as_json: bool) -> None:
    """What appliances ask for on a day: watt-hours by hour, the peak and the start of a motor."""
    day = day_asked(text, country, measured_wh)
    known = appliances(country)
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
