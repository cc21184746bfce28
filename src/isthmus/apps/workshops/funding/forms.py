"""What is typed about the rules of the fund: the year of the call, and endorsements that were signed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from isthmus.ui.formats import country_name
from isthmus.ui.forms import Day


class YearForm(forms.Form):
    """The year of the fund's call."""

    year = forms.IntegerField(
        label=gettext_lazy("Year of the call"), min_value=1983, max_value=2100, required=False
    )


class EndorsementForm(forms.Form):
    """An endorsement that a country has signed."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=())
    signed_on = Day(label=gettext_lazy("Signed on"))
    signatory = forms.CharField(
        label=gettext_lazy("Signed by"),
        max_length=200,
        help_text=gettext_lazy("The office and the person, as on the paper."),
    )

    def __init__(self, *args: Any, countries: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["country"]
        assert isinstance(chosen, forms.ChoiceField)
        named = sorted((country_name(one), one) for one in countries)
        chosen.choices = [(code, name) for name, code in named]
