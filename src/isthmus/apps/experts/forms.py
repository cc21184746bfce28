"""What people type about themselves, about consent, needs and engagements."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.apps.experts.models import Level, Purpose, Says
from isthmus.apps.experts.rules import skills
from isthmus.apps.experts.rules.matching import LEVELS, Need
from isthmus.kit.errors import BadInput
from isthmus.ui.forms import Day, FilterForm

_LEVEL_CHOICES = [(one, one) for one in LEVELS]


def add_faults(form: forms.Form, error: BadInput, else_: str) -> None:
    """Put an error beside its field, or beside another where the form has none of that name."""
    where = next((one.where for one in error.faults), else_)
    form.add_error(where if where in form.fields else else_, str(error))


def lines(rows: int, **options: Any) -> forms.CharField:
    """A field of several lines."""
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **options)


def one_line(text: str) -> str:
    """The text with every stretch of white space as one space."""
    return " ".join(text.split())


class ConsentForm(forms.Form):
    """For what the person consents to be known at one node."""

    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("I consent"),
        choices=Purpose.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    evidence = forms.CharField(
        label=gettext_lazy("How the consent was given"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For somebody else: the number of the signed paper."),
    )


class VerifyForm(forms.Form):
    """That a profile was verified."""

    level = forms.ChoiceField(label=gettext_lazy("Level"))
    note = forms.CharField(
        label=gettext_lazy("How it was verified"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, levels: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["level"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(one, Level(one).label) for one in levels]


class NeedForm(forms.Form):
    """What is looked for; it works by GET."""

    use_required_attribute = False

    q = forms.CharField(
        label=gettext_lazy("Skill, in words"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("For example: excise stamp specialist."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Speaks all of"), required=False, widget=forms.CheckboxSelectMultiple
    )
    level = forms.ChoiceField(
        label=gettext_lazy("At least at level"), choices=_LEVEL_CHOICES, initial="B1", required=False
    )
    weeks = forms.IntegerField(
        label=gettext_lazy("For how many weeks"), min_value=1, max_value=104, required=False
    )
    since = Day(label=gettext_lazy("Between"), required=False)
    until = Day(label=gettext_lazy("and"), required=False)
    isco = forms.CharField(
        label=gettext_lazy("Code of ISCO-08"),
        max_length=12,
        required=False,
        help_text=gettext_lazy("Adds points for near occupations; leaves nobody out."),
    )

    def __init__(self, *args: Any, spoken: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["languages"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = list(spoken)

    def clean_isco(self) -> str:
        """Digits of a code."""
        text = self.cleaned_data["isco"]
        try:
            return skills.isco(text) if text else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """A period that does not end before it begins."""
        told = super().clean() or {}
        since, until = told.get("since"), told.get("until")
        if since is not None and until is not None and until < since:
            self.add_error("until", _("The last day lies before the first."))
        return told

    @property
    def need(self) -> Need:
        """What is demanded."""
        told = self.cleaned_data
        return Need(
            tuple(told["languages"]),
            told["level"] or "B1",
            told["weeks"] or 0,
            told["since"],
            told["until"],
            told["isco"],
        )


class ExpertFilter(FilterForm):
    """Which experts are listed."""

    country = forms.CharField(label=gettext_lazy("Country code"), max_length=2, required=False)
    level = forms.ChoiceField(
        label=gettext_lazy("Verification"),
        choices=[("", gettext_lazy("Any")), *Level.choices],
        required=False,
    )

    def narrow(self, rows: Any) -> Any:  # noqa: ANN401  as the class above, for any model
        """The rows that pass."""
        told = self.cleaned_data
        if told["country"]:
            rows = rows.filter(country=told["country"].upper())
        return rows.filter(level=told["level"]) if told["level"] else rows


class EngagementForm(forms.Form):
    """What was done, from when to when."""

    title = forms.CharField(label=gettext_lazy("What was done"), max_length=200)
    starts = Day(label=gettext_lazy("First day"))
    ends = Day(label=gettext_lazy("Last day"))
    words = lines(4, label=gettext_lazy("What you say of it"), max_length=2000, required=False)

    @property
    def told(self) -> dict[str, Any]:
        """What the service takes."""
        words = {name: one_line(self.cleaned_data[name]) for name in ("title", "words")}
        return {**words, "starts": self.cleaned_data["starts"], "ends": self.cleaned_data["ends"]}


class EngageForm(OfOrganisation, EngagementForm):
    """The same by an organisation of this node."""

    field_order = ("organisation", "title", "starts", "ends", "words")


class ClaimForm(EngagementForm):
    """The same by the expert."""

    node = forms.ChoiceField(label=gettext_lazy("At which node the organisation is"))
    engager = forms.CharField(label=gettext_lazy("Engaged by"), max_length=200)
    field_order = ("node", "engager", "title", "starts", "ends", "words")

    def __init__(self, *args: Any, nodes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["node"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(one, one) for one in nodes]


class AnswerForm(forms.Form):
    """What a side says of an engagement."""

    says = forms.ChoiceField(label=gettext_lazy("Was it so?"), choices=Says.choices)
    words = lines(4, label=gettext_lazy("What you say of it"), max_length=2000, required=False)
