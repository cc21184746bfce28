"""What an assessor types, and for how many places a proposal is made."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.apps.workshops.nominations.rules.ranking import MOST_MARK
from isthmus.apps.workshops.selection import queries
from isthmus.apps.workshops.selection.wording import criterion


class AssessForm(forms.Form):
    """A mark for each criterion, or why the assessor may not judge."""

    conflict = forms.CharField(
        label=_("Conflict of interest"),
        max_length=300,
        required=False,
        help_text=_("Kin, the same employer, or a debt. Then leave the marks to somebody else."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in queries.weights().criteria:
            self.fields[name] = forms.TypedChoiceField(
                label=criterion(name),
                choices=[("", _("No mark")), *((mark, str(mark)) for mark in range(MOST_MARK + 1))],
                coerce=int,
                empty_value=None,
                required=False,
            )

    @property
    def told(self) -> tuple[dict[str, int], str]:
        """Marks by criterion, and the conflict."""
        given = {name: self.cleaned_data[name] for name in queries.weights().criteria}
        marks = {name: -1 if mark is None else mark for name, mark in given.items()}
        return marks, " ".join(self.cleaned_data["conflict"].split())


class RoomForm(forms.Form):
    """For how many places."""

    room = forms.IntegerField(label=_("Places in the workshop"), min_value=1, max_value=1000)
