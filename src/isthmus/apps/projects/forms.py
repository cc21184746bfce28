"""What people type about topics."""

from collections.abc import Iterable
from typing import Any

from babel import Locale
from django import forms
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.apps.projects.models import Stage
from isthmus.apps.projects.rules.work import ASPECTS
from isthmus.apps.projects.services.contributing import MOST_FILES, Attached
from isthmus.apps.projects.wording import ASPECTS as ASPECT_WORDS
from isthmus.apps.projects.wording import FITS, GRADES, ROLES
from isthmus.exchange import registry
from isthmus.kit.errors import BadInput
from isthmus.ui.forms import Day, FilterForm

LARGEST_FILE = 8_000_000
_SIGNS = {"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}
_LANGUAGES = ("en", "fr", "es", "pt", "ro", "ru", "ar", "zh", "my", "th", "lo", "km", "bn", "dv")


def add_faults(form: forms.Form, error: BadInput, else_: str) -> None:
    """Put an error beside its field, or beside another where the form has none of that name."""
    where = next((one.where for one in error.faults), else_)
    form.add_error(where if where in form.fields else else_, str(error))


def tidy(text: str) -> str:
    """A text in paragraphs as records carry it: one kind of line end, no blanks at the ends."""
    return "\n".join(" ".join(line.split()) for line in text.replace("\r\n", "\n").strip().split("\n"))


def _prose(label: Any, *, rows: int = 4, required: bool = True, hint: Any = "") -> forms.CharField:  # noqa: ANN401  a lazy text has no public type
    return forms.CharField(
        label=label,
        required=required,
        max_length=4_900,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=hint,
    )


def language_names() -> list[tuple[str, str]]:
    """The languages in which a topic may be written: code and name."""
    known = Locale.parse(to_locale(get_language() or "en")).languages
    return [(code, str(known.get(code, code))) for code in _LANGUAGES]


def _applications() -> list[tuple[str, str]]:
    others = [one for one in registry.applications() if one.name != "projects" and one.front]
    return [("", str(_("None yet"))), *((one.name, str(one.title)) for one in others)]


class TopicFilter(FilterForm):
    """Narrows the list of topics."""

    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[("", _("All")), *Stage.choices])
    q = forms.CharField(label=_("In the title"), required=False, max_length=100)

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Topics at a stage, with a word in the title."""
        if self.cleaned_data["stage"]:
            rows = rows.filter(stage=self.cleaned_data["stage"])
        if self.cleaned_data["q"]:
            rows = rows.filter(title__icontains=self.cleaned_data["q"])
        return rows


class _Tidied(forms.Form):
    """A form whose texts are as records carry them."""

    def clean(self) -> dict[str, Any]:
        """Texts without odd line ends and blanks."""
        cleaned = super().clean() or self.cleaned_data
        return {name: tidy(one) if isinstance(one, str) else one for name, one in cleaned.items()}


class TopicForm(OfOrganisation, _Tidied):
    """A topic that somebody proposes."""

    title = forms.CharField(label=_("Title"), max_length=200)
    text = _prose(_("What you propose"), rows=6)
    problem = _prose(_("Which problem it solves"), rows=3, required=False)
    language = forms.ChoiceField(label=_("Language of the text"), choices=lazy(language_names, list))
    themes = forms.CharField(
        label=_("Themes"),
        max_length=300,
        required=False,
        help_text=_("Catchwords, with a comma between them."),
    )
    application = forms.ChoiceField(
        label=_("Application that could make it real"), choices=lazy(_applications, list), required=False
    )
    programme = forms.CharField(
        label=_("Programme"),
        max_length=40,
        required=False,
        help_text=_("Its code, where the topic came of a workshop; its final report then tells of it."),
    )

    def clean_themes(self) -> list[str]:
        """Each theme once."""
        parts = (" ".join(part.split())[:40] for part in self.cleaned_data["themes"].split(","))
        return list(dict.fromkeys(part for part in parts if part))[:12]


class ShareForm(forms.Form):
    """To whom a topic is shown."""

    to = forms.MultipleChoiceField(label=_("Partners"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, partners: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["to"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = list(partners)


class JoinForm(OfOrganisation, _Tidied):
    """In which role a country joins, and what it brings."""

    role = forms.ChoiceField(label=_("Role"), choices=list(ROLES.items()))
    resources = _prose(
        _("What you bring"), rows=3, required=False, hint=_("People, places, equipment, money, data.")
    )


class ReasonForm(_Tidied):
    """Why something is refused, dropped or left."""

    reason = _prose(_("Reason"), rows=3)


class LessonForm(_Tidied):
    """What was learned, when a topic is closed."""

    lesson = _prose(_("What was learned"), rows=5)


class GroupGateForm(_Tidied):
    """The charter of a working group."""

    text = _prose(
        _("Charter"), rows=8, hint=_("What the group is for, who does what, how often it meets, until when.")
    )


class PilotGateForm(_Tidied):
    """The plan of a pilot."""

    text = _prose(_("Plan of the pilot"), rows=6)
    budget = forms.DecimalField(label=_("Budget"), min_value=0, max_digits=15, decimal_places=2)
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=_("Currency"), max_length=3, widget=forms.TextInput(attrs=_SIGNS)
    )
    indicator = forms.CharField(
        label=_("Indicator"), max_length=200, help_text=_("By which everybody sees whether it works.")
    )
    unit = forms.CharField(label=_("Unit of the indicator"), max_length=40)
    baseline = forms.DecimalField(label=_("Baseline"), max_digits=18, decimal_places=3)
    target = forms.DecimalField(label=_("Target"), max_digits=18, decimal_places=3)
    ends = Day(label=_("End of the pilot"))
    exit = _prose(_("Exit"), rows=3, hint=_("When the pilot is given up, and what happens then."))

    @property
    def terms(self) -> dict[str, str]:
        """The plan as it is signed."""
        told = dict(self.cleaned_data)
        told["budget"] = f"{told['budget']:.2f}"
        for name in ("baseline", "target"):
            told[name] = _number(told[name])
        return {name: str(value) for name, value in told.items()}


class ResultGateForm(_Tidied):
    """What the pilot came to."""

    text = _prose(_("What came of the pilot"), rows=6)
    measured = forms.DecimalField(label=_("Measured"), max_digits=18, decimal_places=3)
    project = forms.CharField(label=_("Real project"), max_length=200, help_text=_("Its name or number."))

    @property
    def terms(self) -> dict[str, str]:
        """The result as it is signed."""
        return {**self.cleaned_data, "measured": _number(self.cleaned_data["measured"])}


def _number(value: Any) -> str:  # noqa: ANN401  a decimal of a form
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


GATE_FORMS: dict[str, type[forms.Form]] = {
    "group": GroupGateForm,
    "pilot": PilotGateForm,
    "result": ResultGateForm,
}


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Some files at once, each within the limit."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:  # noqa: ANN401  Django's own signature
        """The files, each checked."""
        files = data if isinstance(data, list | tuple) else [data]
        found = [super(_FilesField, self).clean(one, initial) for one in files if one]
        if len(found) > MOST_FILES or any(one.size > LARGEST_FILE for one in found):
            raise forms.ValidationError(
                _("At most %(most)d files of 8 MB each."), params={"most": MOST_FILES}
            )
        return found


class _ContributionForm(OfOrganisation, _Tidied):
    @property
    def given(self) -> dict[str, Any]:
        """The fields of the contribution."""
        return {
            name: one
            for name, one in self.cleaned_data.items()
            if name not in {"organisation", "attachments"}
        }

    @property
    def attached(self) -> list[Attached]:
        """The files that were attached."""
        return [
            Attached(one.file, one.name, (one.content_type or "application/octet-stream").partition(";")[0])
            for one in self.cleaned_data.get("attachments") or ()
        ]


class EvidenceForm(_ContributionForm):
    """Evidence with its grade."""

    title = forms.CharField(label=_("In a line"), max_length=200)
    text = _prose(_("What it shows"))
    grade = forms.ChoiceField(
        label=_("Grade of evidence"),
        choices=list(GRADES.items()),
        help_text=_("More than a claim needs a source or a file."),
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False)
    attachments = _FilesField(label=_("Files"), required=False)


class FitForm(_ContributionForm):
    """A cell of the fit table."""

    country = forms.RegexField(
        r"^[A-Z]{2}$",
        label=_("Country"),
        max_length=2,
        widget=forms.TextInput(attrs=_SIGNS),
        help_text=_("Its ISO code, such as MM."),
    )
    aspect = forms.ChoiceField(label=_("Aspect"), choices=[(one, ASPECT_WORDS[one]) for one in ASPECTS])
    fit = forms.ChoiceField(label=_("Fit"), choices=[(one, words) for one, (_kind, words) in FITS.items()])
    text = _prose(_("In words"), rows=3, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Where others can look it up; no cell without one.")
    )


class CommentForm(_ContributionForm):
    """A comment."""

    text = _prose(_("Comment"))
    attachments = _FilesField(label=_("Files"), required=False)


class TaskForm(_ContributionForm):
    """A task or a milestone."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    due = Day(label=_("Due"))
    who = forms.ChoiceField(label=_("Node in charge"), required=False)
    text = _prose(_("In words"), rows=3, required=False)

    def __init__(self, *args: Any, nodes: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["who"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("Nobody yet")), *((one, one) for one in nodes)]


CONTRIBUTION_FORMS: dict[str, type[_ContributionForm]] = {
    "evidence": EvidenceForm,
    "fit": FitForm,
    "comment": CommentForm,
    "task": TaskForm,
    "milestone": TaskForm,
}
