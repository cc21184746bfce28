"""What is asked of an accepted person for the journey, and in which wording a letter is made."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.apps.workshops.letters.queries import Choice, usual
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


class LetterForm(forms.Form):
    """The embassy at which the person applies, or the usual wording in a language."""

    wording = forms.ChoiceField(label=_("Letter for"), choices=())

    def __init__(self, *args: Any, offered: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["wording"]
        assert isinstance(field, forms.ChoiceField)
        taken = usual(list(offered))
        if taken is not None:
            self.initial["wording"] = taken.key
        nothing = [("", _("Choose the embassy"))] if taken is None else []
        field.choices = [*nothing, *((one.key, one.label) for one in offered)]
        if taken is None:
            field.help_text = _("There is more than one: ask the person where they apply.")
