"""What a planner says: a place, what is used there, and how reliable the supply is to be."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from isthmus.apps.solar.loads.appliance_queries import appliances, asked_by
from isthmus.apps.solar.loads.rules.appliances import MOST_COUNT, Day, Use, as_measured
from isthmus.apps.solar.loads.rules.limits import LEAST_WH, MOST_WH
from isthmus.apps.solar.loads.wording import APPLIANCES, SHAPES
from isthmus.apps.solar.sizing.family_forms import known_countries
from isthmus.apps.solar.sizing.forms import BATTERIES, PlaceForm
from isthmus.apps.solar.surface.rules.usual import LADDER
from isthmus.apps.solar.surface.shares_wording import percent_text

_percent = lazy(percent_text, str)


class SurfaceForm(PlaceForm):
    """A place by name or coordinates, a day's use by watt-hours or appliances, and a reliability."""

    wh_per_day = forms.FloatField(
        label=_("Use a day, in watt-hours"),
        min_value=LEAST_WH,
        max_value=MOST_WH,
        required=False,
        help_text=_(
            "Measured, if you can. With appliances below, this is the amount and they are its shape."
        ),
    )
    shape = forms.ChoiceField(
        label=_("When it is used"),
        choices=list(SHAPES.items()),
        required=False,
        help_text=_("Counts where no appliances are given."),
    )
    country = forms.ChoiceField(label=_("Country of the appliances"), choices=known_countries, required=False)
    llp = forms.TypedChoiceField(
        label=_("How much of the use may stay unmet"),
        choices=[(str(share), _percent(share)) for share in LADDER],
        coerce=float,
        initial="0.03",
    )
    battery = forms.ChoiceField(label=_("Kind of battery"), choices=BATTERIES)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for key, name in APPLIANCES.items():
            self.fields[f"count_{key}"] = forms.IntegerField(
                label=name, min_value=0, max_value=MOST_COUNT, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Something has to be used."""
        told = super().clean() or {}
        if not self.errors and told["wh_per_day"] is None and not self._counts():
            self.add_error("wh_per_day", _("Say what is used: watt-hours a day, or appliances below."))
        return told

    def _counts(self) -> dict[str, int]:
        told = self.cleaned_data
        return {key: told[f"count_{key}"] for key in APPLIANCES if told.get(f"count_{key}")}

    def lines(self) -> list[forms.BoundField]:
        """The fields of the appliances."""
        return [self[f"count_{key}"] for key in APPLIANCES]

    def has_appliances(self) -> bool:
        """Whether any appliance was filled in, so that they stay open."""
        return any(value for name, value in self.data.items() if name.startswith("count_"))

    def use(self) -> tuple[float, tuple[float, ...]]:
        """What is used on a day, Wh, and its 24 shares, for a valid form."""
        from isthmus.apps.solar.loads.rules.shapes import SHAPES as SHARES

        told, counts = self.cleaned_data, self._counts()
        if not counts:
            return told["wh_per_day"], SHARES[told["shape"] or "evening"]
        known = appliances(told["country"])
        day: Day = asked_by(tuple(Use(known.appliances[key], n) for key, n in counts.items()), known)
        day = day if told["wh_per_day"] is None else as_measured(day, told["wh_per_day"])
        return day.wh_per_day, day.wh
