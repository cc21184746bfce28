"""What somebody asks of sizing: a place, a day's use and a battery."""

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.apps.solar.loads.rules.limits import LEAST_WH, MOST_WH

BATTERIES = [("lfp", _("Lithium iron phosphate (LFP)")), ("lead-acid", _("Lead-acid"))]


def air_field() -> forms.FloatField:
    """The mean air of the year at a place, °C, which is estimated where nobody knows it."""
    return forms.FloatField(
        label=_("Mean temperature of the air, in °C"),
        min_value=-40,
        max_value=60,
        required=False,
        help_text=_("Of the whole year. Estimated from latitude and height where you leave it empty."),
    )


class PlaceForm(forms.Form):
    """A place by the name of a town or by coordinates, with its mean temperature where it is known."""

    place = forms.CharField(
        label=_("Town or village"),
        max_length=60,
        required=False,
        help_text=_("The nearest one with a name on maps, for example Kano, NG."),
    )
    lat = forms.FloatField(
        label=_("Latitude"),
        min_value=-90,
        max_value=90,
        required=False,
        help_text=_("In degrees, for example 12.05; south of the equator below zero."),
    )
    lon = forms.FloatField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        required=False,
        help_text=_("In degrees, for example 8.52; west of Greenwich below zero."),
    )
    air_c = air_field()


class SizeForm(forms.Form):
    """A place by its coordinates, and what is used there on a day."""

    lat = forms.FloatField(
        label=_("Latitude, in degrees"),
        min_value=-90,
        max_value=90,
        help_text=_("North of the equator above zero, for example 12.05."),
    )
    lon = forms.FloatField(
        label=_("Longitude, in degrees"),
        min_value=-180,
        max_value=180,
        help_text=_("East of Greenwich above zero, for example 8.52."),
    )
    wh_per_day = forms.FloatField(
        label=_("Use a day, in watt-hours"),
        min_value=LEAST_WH,
        max_value=MOST_WH,
        help_text=_("A lamp of 5 W for 4 hours is 20 Wh; a small television for 4 hours is about 100 Wh."),
    )
    air_c = air_field()
    battery = forms.ChoiceField(label=_("Kind of battery"), choices=BATTERIES)
