"""What is asked of an accepted person for the journey."""

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.ui.forms import Day


class TravelForm(forms.Form):
    """Passport, journey, diet and room."""

    passport = forms.CharField(label=_("Passport number"), max_length=30, required=False)
    born = Day(label=_("Day of birth"), required=False)
    expires = Day(label=_("Passport valid until"), required=False)
    arrives = Day(label=_("Arrives on"), required=False)
    leaves = Day(label=_("Leaves on"), required=False)
    diet = forms.CharField(label=_("Diet"), max_length=200, required=False)
    room = forms.CharField(
        label=_("Room"), max_length=200, required=False, help_text=_("Such as: on the ground floor.")
    )

    @property
    def told(self) -> dict[str, str]:
        """Everything as text, days in ISO form."""
        return {
            name: "" if value is None else " ".join(str(value).split())
            for name, value in self.cleaned_data.items()
        }
