"""What delegates and officers type about country plans."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.plans.models import CountryPlan, HowFar
from isthmus.apps.workshops.plans.records import MOST_FIGURES, MOST_STEPS
from isthmus.apps.workshops.plans.rules.lines import (
    BadLine,
    Figure,
    Step,
    read_figures,
    read_steps,
    written_figure,
    written_step,
)
from isthmus.kit.text import nfc
from isthmus.ui.forms import Day

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


def _said(text: str) -> str:
    return nfc(" ".join(text.split()))


def _text(
    label: "_StrOrPromise", hint: "_StrOrPromise", *, rows: int = 4, most: int = 2000
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
    )


class PlanForm(forms.Form):
    """A short plan for home."""

    title = forms.CharField(
        label=gettext_lazy("Title of the plan"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=gettext_lazy("What is to be built or changed at home, in one line."),
    )
    problem = _text(
        gettext_lazy("Problem"),
        gettext_lazy("What is wrong today, and for whom. Needed before it is handed in."),
    )
    example = _text(
        gettext_lazy("Example seen"), gettext_lazy("What you saw at the course that could help, and where.")
    )
    steps = _text(
        gettext_lazy("Steps"),
        gettext_lazy(
            "One a line, one at least. A day, if any, stands behind a semicolon: Buy two servers; 2027-03-31"
        ),
        rows=6,
        most=6000,
    )
    partner = _text(gettext_lazy("Partner sought"), gettext_lazy("Who could help, and with what."), rows=3)
    figures = _text(
        gettext_lazy("Figures"),
        gettext_lazy(
            "One a line: what is counted; digits; unit. Such as: Clinics with a register; 120; clinics"
        ),
        rows=3,
        most=6000,
    )

    def _read(self, name: str, read: Any, most: int, hint: str) -> list[dict[str, str]]:  # noqa: ANN401  either reader
        try:
            found = read(nfc(self.cleaned_data[name]))
        except BadLine as error:
            message = _("Line %(number)d, “%(text)s”, cannot be read. %(hint)s")
            told = {"number": error.number, "text": error.text[:60], "hint": hint}
            raise forms.ValidationError(message % told) from error
        if len(found) > most:
            raise forms.ValidationError(_("At most %(most)d lines.") % {"most": most})
        kept = ({name: getattr(one, name) for name in one.__slots__} for one in found)
        return [{name: value for name, value in one.items() if value} for one in kept]

    def clean_steps(self) -> list[dict[str, str]]:
        """The steps as they are kept."""
        hint = _("A day is written year, month, day: 2027-03-31.")
        return self._read("steps", read_steps, MOST_STEPS, hint)

    def clean_figures(self) -> list[dict[str, str]]:
        """The figures as they are kept."""
        hint = _("Write a name, the amount in digits, and a unit, with semicolons between.")
        return self._read("figures", read_figures, MOST_FIGURES, hint)

    @property
    def plan(self) -> dict[str, Any]:
        """What is planned, each text in one line."""
        told = self.cleaned_data
        texts = {name: _said(told[name]) for name in ("title", "problem", "example", "partner")}
        return {**texts, "steps": told["steps"], "figures": told["figures"]}


def initial_of(row: CountryPlan | None) -> dict[str, str]:
    """A plan as it is typed; nothing for none."""
    if row is None:
        return {}
    return {
        **{name: getattr(row, name) for name in ("title", "problem", "example", "partner")},
        "steps": "\n".join(written_step(Step(**one)) for one in row.steps),
        "figures": "\n".join(written_figure(Figure(**one)) for one in row.figures),
    }


class AnswerForm(forms.Form):
    """How far a plan is."""

    says = forms.ChoiceField(
        label=gettext_lazy("How far is it?"), choices=HowFar.choices, widget=forms.RadioSelect
    )
    text = _text(
        gettext_lazy("What happened"), gettext_lazy("What is done, what stands in the way, who could help.")
    )
    on = Day(label=gettext_lazy("As of which day"))

    @property
    def answer(self) -> dict[str, Any]:
        """What is told, its text in one line."""
        return {**self.cleaned_data, "text": _said(self.cleaned_data["text"])}
