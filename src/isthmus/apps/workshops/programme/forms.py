"""What the secretariat types about programmes and workshops."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.apps.workshops.programme.models import Session
from isthmus.kit.errors import BadInput
from isthmus.ui.forms import Day

_CAPITALS = {"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}


def add_faults(form: forms.Form, error: BadInput, else_: str) -> None:
    """Put an error beside its field, or beside another where the form has none of that name."""
    where = next((one.where.split(".")[0] for one in error.faults), else_)
    form.add_error(where if where in form.fields else else_, str(error))


def long_text(label: Any, *, rows: int = 6, most: int = 20_000, required: bool = False) -> forms.CharField:  # noqa: ANN401  a lazy text has no public type
    """A field for text in paragraphs."""
    return forms.CharField(
        label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )


class ProgrammeForm(OfOrganisation):
    """A programme that a fund pays for."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=30,
        widget=forms.TextInput(attrs=_CAPITALS),
        help_text=gettext_lazy("Capital letters, digits and hyphens. Workshops are numbered by it."),
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    fund = forms.CharField(label=gettext_lazy("Fund"), max_length=200)
    reference = forms.CharField(label=gettext_lazy("Reference of the fund"), max_length=40, required=False)
    partners = long_text(gettext_lazy("Partners, one a line"), rows=3, most=2000)
    currency = forms.CharField(
        label=gettext_lazy("Currency"), max_length=3, widget=forms.TextInput(attrs=_CAPITALS)
    )
    starts = Day(label=gettext_lazy("First day"))
    ends = Day(label=gettext_lazy("Last day"))
    background = long_text(gettext_lazy("Background, for the report"))
    objectives = long_text(gettext_lazy("Objectives"), rows=3, most=10_000)

    def clean_partners(self) -> list[str]:
        """Their names, each once."""
        lines = (" ".join(line.split()) for line in self.cleaned_data["partners"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class WorkshopForm(forms.Form):
    """A workshop of a programme."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    theme = forms.CharField(label=gettext_lazy("Theme"), max_length=300, required=False)
    host = forms.CharField(label=gettext_lazy("Host"), max_length=200)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200)
    starts = Day(label=gettext_lazy("First day"))
    ends = Day(label=gettext_lazy("Last day"))


class SessionForm(forms.Form):
    """A session of a workshop."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Session.Kind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    speaker = forms.CharField(label=gettext_lazy("Speaker"), max_length=200, required=False)
    position = forms.CharField(label=gettext_lazy("Position"), max_length=200, required=False)


class AccountForm(forms.Form):
    """What the report says of a workshop."""

    account = long_text(gettext_lazy("What happened, in paragraphs"), rows=12)
    stated = forms.IntegerField(
        label=gettext_lazy("Participants as stated"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=gettext_lazy("Only where there are no lists of who was there. Lists go before."),
    )


class VirtualProjectForm(forms.Form):
    """A topic that delegates proposed."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    text = long_text(gettext_lazy("What was proposed, by whom"), most=5000, required=True)


def joined(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())
