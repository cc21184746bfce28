"""The questions of the delegate's form, one a page, and what an officer types to give one out."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.apps.workshops.nominations.models import Gender
from isthmus.apps.workshops.nominations.rules import countries
from isthmus.kit.text import nfc
from isthmus.ui.formats import country_name


class GiveOutForm(OfOrganisation):
    """For whom a form is."""

    meant_for = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=200,
        help_text=gettext_lazy("Only for you, to know the forms apart. The person writes the name anew."),
    )


class _Question(forms.Form):
    @property
    def answers(self) -> dict[str, str]:
        """What was answered, each in one line of NFC."""
        return {name: nfc(" ".join(str(value).split())) for name, value in self.cleaned_data.items()}


class NameQuestion(_Question):
    """The person's name."""

    name = forms.CharField(
        label=gettext_lazy("Your full name"),
        max_length=200,
        help_text=gettext_lazy("As in your passport, in the script that you use."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )


def _countries() -> list[tuple[str, str]]:
    named = [(one, country_name(one)) for one in countries.codes()]
    return [("", ""), *sorted(named, key=lambda one: one[1])]


class CountryQuestion(_Question):
    """Whose passport the person holds: a country nominates its own people."""

    country = forms.ChoiceField(label=gettext_lazy("Whose passport do you hold?"), choices=_countries)

    def clean_country(self) -> str:
        """The country of this node."""
        chosen: str = self.cleaned_data["country"]
        here: str = settings.ISTHMUS.country
        if here and chosen != here:
            message = _(
                "This form is for people of %(here)s. A country nominates its own people only: ask the"
                " focal point of %(chosen)s."
            )
            raise forms.ValidationError(
                message % {"here": country_name(here), "chosen": country_name(chosen)}
            )
        return chosen


class WorkQuestion(_Question):
    """What the person does."""

    position = forms.CharField(label=gettext_lazy("Your position"), max_length=200)
    employer = forms.CharField(label=gettext_lazy("Your employer"), max_length=200)


class ReachQuestion(_Question):
    """Where the person can be reached."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail"),
        required=False,
        help_text=gettext_lazy("For the invitation. Leave it empty if the focal point passes it on."),
    )


class GenderQuestion(_Question):
    """For the balance of the group."""

    gender = forms.ChoiceField(
        label=gettext_lazy("Your gender"),
        choices=Gender.choices,
        initial=Gender.NOT_STATED,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("For the balance of the group. You need not state it."),
    )


class MotivationQuestion(_Question):
    """Why this person."""

    motivation = forms.CharField(
        label=gettext_lazy("What do you want to bring and to take home?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


QUESTIONS: dict[str, tuple[Any, type[_Question]]] = {
    "name": (gettext_lazy("Who are you?"), NameQuestion),
    "country": (gettext_lazy("Which is your country?"), CountryQuestion),
    "work": (gettext_lazy("What do you do?"), WorkQuestion),
    "reach": (gettext_lazy("Where can you be reached?"), ReachQuestion),
    "gender": (gettext_lazy("Your gender"), GenderQuestion),
    "motivation": (gettext_lazy("Why you?"), MotivationQuestion),
}
"""The questions in their order, by the last part of their address."""
