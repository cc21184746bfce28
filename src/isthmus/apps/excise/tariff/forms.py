"""What somebody asks of a tariff: one line of goods, under one tariff or two."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.apps.excise.tariff.formats.lines import MOST_TEXT, Written, line_of
from isthmus.apps.excise.tariff.queries import tariffs
from isthmus.apps.excise.tariff.rules.model import LineFault
from isthmus.ui.forms import Day


class DutyForm(forms.Form):
    """A line of goods as the command's list has it, read by the same reader: figures stay text until then."""

    tariff = forms.ChoiceField(label=_("Tariff"))
    other = forms.ChoiceField(label=_("Compare with"), required=False)
    product = forms.CharField(
        label=_("Product"),
        required=False,
        max_length=MOST_TEXT,
        help_text=_("A name or code of the tariff, such as beer, spirits or S200; or give the HS code."),
    )
    hs = forms.CharField(label=_("HS code"), required=False, max_length=10)
    abv = forms.CharField(
        label=_("Strength, % by volume"), required=False, max_length=20, help_text=_("For example 12.5.")
    )
    volume_l = forms.CharField(
        label=_("Volume of one container, in litres"),
        required=False,
        max_length=20,
        help_text=_("For example 0.75."),
    )
    quantity = forms.CharField(label=_("Number of containers"), required=False, max_length=20)
    cif = forms.CharField(
        label=_("CIF value of all"),
        required=False,
        max_length=20,
        help_text=_("In the currency of the tariff: cost, insurance and freight up to the border."),
    )
    date = Day(label=_("Day"), help_text=_("The day on which the duty falls due."))
    producer_hl = forms.CharField(
        label=_("The producer's output a year, in hectolitres of pure alcohol"), required=False, max_length=20
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(tariff.country, f"{tariff.country} · {tariff.title}") for tariff in tariffs()]
        for name, choices in (("tariff", known), ("other", [("", _("No other tariff")), *known])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def written(self) -> Written:
        """The line that a valid form states, or why it cannot be read."""
        asked = {
            name: self.cleaned_data[name] for name in self.fields if name not in {"tariff", "other", "date"}
        }
        try:
            return Written("1", line_of(asked, self.cleaned_data["date"]))
        except LineFault as fault:
            return Written("1", None, fault)
