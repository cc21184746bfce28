"""What a family is asked: where it lives, what it wants to use, and what it has already."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.apps.solar.loads.appliance_queries import appliances, countries
from isthmus.apps.solar.loads.rules.appliances import HOURS, MOST_COUNT, Use
from isthmus.apps.solar.loads.rules.limits import LEAST_WH, MOST_WH
from isthmus.apps.solar.loads.wording import APPLIANCES
from isthmus.apps.solar.sizing.forms import BATTERIES, PlaceForm
from isthmus.ui.formats import country_name


def known_countries() -> list[tuple[str, Any]]:
    """The countries of which something is known of appliances, as choices."""
    return [("", _("Another country")), *((code, country_name(code)) for code in countries())]


def _line(field: forms.BoundField) -> dict[str, Any]:
    """A field of the table; a browser shows no word in one for numbers, and the summary names it."""
    told = str(field.value() or "")
    try:
        float(told or 0)
    except ValueError:
        told = ""
    return {"name": field.html_name, "id": field.id_for_label, "value": told}


class FamilyForm(PlaceForm):
    """A home and its appliances; each that is ticked may say how many and for how long."""

    country = forms.ChoiceField(label=_("Country"), choices=known_countries, required=False)
    have = forms.MultipleChoiceField(
        label=_("What do you want to use?"),
        choices=list(APPLIANCES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one thing that you want to use.")},
    )
    measured_wh = forms.FloatField(
        label=_("Measured use a day, in watt-hours"),
        min_value=LEAST_WH,
        max_value=MOST_WH,
        required=False,
        help_text=_("If a meter has counted it. People often say up to four times what they really use."),
    )
    owned_wp = forms.IntegerField(
        label=_("A panel that you have, in watts"),
        min_value=0,
        max_value=10_000,
        required=False,
        help_text=_("For example 100. The number stands on its back."),
    )
    owned_wh = forms.IntegerField(
        label=_("A battery that you have, in watt-hours"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=_("Of the kind below. Volts times ampere-hours: 12 V and 50 Ah are 600."),
    )
    battery = forms.ChoiceField(label=_("Kind of battery"), choices=BATTERIES, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for key, name in APPLIANCES.items():
            self.fields[f"count_{key}"] = forms.IntegerField(
                label=name, min_value=1, max_value=MOST_COUNT, required=False
            )
            self.fields[f"hours_{key}"] = forms.FloatField(
                label=name, min_value=0, max_value=HOURS, required=False
            )

    def details(self) -> list[tuple[Any, Any, Any, Any]]:
        """A line for each appliance: itself, the two fields, and what is taken where they are empty."""
        known = appliances(self.data.get("country", "") if self.is_bound else "")
        return [
            (name, _line(self[f"count_{key}"]), _line(self[f"hours_{key}"]), known.appliances[key])
            for key, name in APPLIANCES.items()
        ]

    def has_details(self) -> bool:
        """Whether anything of the details was filled in, so that they stay open."""
        return any(
            value for name, value in self.data.items() if name.startswith(("count_", "hours_", "measured_"))
        )

    def uses(self) -> tuple[Use, ...]:
        """The appliances that were ticked, for a valid form."""
        told = self.cleaned_data
        known = appliances(told["country"]).appliances
        found = []
        for key in told["have"]:
            hours, count = told[f"hours_{key}"], told[f"count_{key}"]
            one = known[key] if hours is None else replace(known[key], hours=hours)
            found.append(Use(one, count or one.count))
        return tuple(found)
