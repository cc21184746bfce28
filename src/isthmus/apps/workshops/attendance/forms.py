"""What the desk types: the code of a badge, and lists that were kept without a network."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.programme.models import Session
from isthmus.ui.forms import Day

_CAPITALS = {"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters", "autofocus": True}


class DeskForm(forms.Form):
    """Who is here now."""

    code = forms.CharField(
        label=gettext_lazy("Code on the badge"), max_length=200, widget=forms.TextInput(attrs=_CAPITALS)
    )
    on = Day(label=gettext_lazy("Day"))
    session = forms.TypedChoiceField(
        label=gettext_lazy("Session"), coerce=int, required=False, empty_value=None, choices=()
    )

    def __init__(self, *args: Any, sessions: Sequence[Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["session"]
        assert isinstance(chosen, forms.TypedChoiceField)
        chosen.choices = [("", _("The day only")), *((one.pk, one.title) for one in sessions)]

    def clean_code(self) -> str:
        """The signs alone, where a reader of codes typed the whole address."""
        return str(self.cleaned_data["code"]).rstrip("/").rpartition("/")[2]


class ListForm(forms.Form):
    """A list of marks as a file."""

    file = forms.FileField(
        label=gettext_lazy("List"),
        help_text=gettext_lazy(
            "CSV with the heads code, day and session. The same list twice changes nothing."
        ),
    )
