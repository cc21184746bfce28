"""What a secretariat types about an embassy and the letters that it wants."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.apps.workshops.embassies.rules import texts
from isthmus.apps.workshops.embassies.rules.texts import Wording
from isthmus.apps.workshops.embassies.services import Place
from isthmus.apps.workshops.embassies.wording import languages
from isthmus.apps.workshops.nominations.rules.countries import codes
from isthmus.apps.workshops.programme.forms import joined, long_text
from isthmus.ui.formats import country_name
from isthmus.ui.forms import Day

_BLANK_LINES = re.compile(r"\n\s*\n")
_MOST = texts.MOST_PARAGRAPHS * (texts.LONGEST_PARAGRAPH + 2)


def _choices(form: forms.Form, field: str, choices: list[tuple[str, str]]) -> None:
    chosen = form.fields[field]
    assert isinstance(chosen, forms.ChoiceField)
    chosen.choices = choices


class WordingForm(forms.Form):
    """The words of the letters, and from when on they are used."""

    language = forms.ChoiceField(label=_("Language of the letters"), choices=())
    addressee = forms.CharField(
        label=_("Whom the letters address"),
        max_length=texts.LONGEST_ADDRESSEE,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    invitation = long_text(_("Letter of invitation"), rows=8, most=_MOST, required=True)
    visa = long_text(_("Letter for a visa"), rows=10, most=_MOST, required=True)
    starts = Day(label=_("In force from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "language", languages())
        for name in ("invitation", "visa"):
            self.fields[name].widget.attrs["dir"] = "auto"
            self.fields[name].help_text = _("An empty line begins a new paragraph.")

    @property
    def wording(self) -> Wording:
        """The words as they were typed, in paragraphs."""
        told = self.cleaned_data
        return Wording(
            told["language"], joined(told["addressee"]), _parts(told["invitation"]), _parts(told["visa"])
        )

    @property
    def first_day(self) -> date:
        """The day from which they are in force."""
        day: date = self.cleaned_data["starts"]
        return day


class EmbassyForm(OfOrganisation, WordingForm):
    """An embassy with the first version of its letters."""

    country = forms.ChoiceField(
        label=_("For people of"),
        choices=(),
        help_text=_("The country whose people apply there, wherever the embassy is."),
    )
    name = forms.CharField(
        label=_("Embassy or consulate"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    city = forms.CharField(label=_("City"), max_length=100, widget=forms.TextInput(attrs={"dir": "auto"}))

    field_order = ("organisation", "country", "name", "city", "language", "addressee")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((country_name(code), code) for code in codes())
        _choices(
            self, "country", [("", str(_("Choose the country"))), *((code, name) for name, code in named)]
        )

    @property
    def place(self) -> Place:
        """Where people apply."""
        told = self.cleaned_data
        return Place(told["country"], joined(told["name"]), joined(told["city"]))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in map(joined, _BLANK_LINES.split(text.replace("\r\n", "\n"))) if part)


def initial(wording: Wording, starts: date) -> dict[str, Any]:
    """What a form shows of a wording."""
    return {
        "language": wording.language,
        "addressee": wording.addressee,
        "invitation": "\n\n".join(wording.invitation),
        "visa": "\n\n".join(wording.visa),
        "starts": starts,
    }
