"""What the secretariat asks, and what a participant answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.evaluation.models import Evaluation, Group
from isthmus.apps.workshops.evaluation.rules.groups import SCALE
from isthmus.apps.workshops.programme.forms import long_text


def _lines(text: str) -> list[str]:
    found = (" ".join(line.split())[:300] for line in text.splitlines())
    return [line for line in found if line]


class OpenForm(forms.Form):
    """The questions."""

    scale = long_text(gettext_lazy("Questions on a scale from 1 to 5, one a line"), most=5000, required=True)
    text = long_text(gettext_lazy("Questions to answer in words, one a line"), rows=3, most=5000)

    def clean_scale(self) -> list[str]:
        """Each line."""
        return _lines(self.cleaned_data["scale"])

    def clean_text(self) -> list[str]:
        """Each line."""
        return _lines(self.cleaned_data["text"])


class TicketsForm(forms.Form):
    """How many tickets."""

    number = forms.IntegerField(label=gettext_lazy("How many tickets"), min_value=1, max_value=1000)


class AnswerForm(forms.Form):
    """A participant's answers; each may be left out."""

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._questions = evaluation.questions
        steps = [
            ("", _("No answer")),
            (1, _("1: poor")),
            (2, "2"),
            (3, "3"),
            (4, "4"),
            (5, _("5: very good")),
        ]
        assert len(steps) == len(SCALE) + 1
        for place, question in enumerate(self._questions):
            self.fields[f"q{place}"] = (
                forms.TypedChoiceField(
                    label=question["text"], choices=steps, coerce=int, required=False, empty_value=None
                )
                if question["kind"] == "scale"
                else long_text(question["text"], rows=3, most=2000)
            )
        self.fields["group"] = forms.ChoiceField(
            label=_("Where you work"), choices=Group.choices, initial=Group.OTHER
        )

    @property
    def answers(self) -> list[int | str | None]:
        """One for each question, in order."""
        given = (self.cleaned_data[f"q{place}"] for place in range(len(self._questions)))
        return [one.strip() or None if isinstance(one, str) else one for one in given]
