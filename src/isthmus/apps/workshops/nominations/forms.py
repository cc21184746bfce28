"""What secretariat and country type about nominations."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.apps.workshops.nominations.models import Gender, Nominee, Says
from isthmus.trust.models import Partner
from isthmus.ui.formats import country_name
from isthmus.ui.forms import Day


def _choices(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    chosen = form.fields[name]
    assert isinstance(chosen, forms.ChoiceField)
    chosen.choices = list(choices)


class CallForm(forms.Form):
    """Which countries are called, for how many people, until when."""

    to = forms.MultipleChoiceField(
        label=gettext_lazy("Countries"), widget=forms.CheckboxSelectMultiple, choices=()
    )
    quota = forms.IntegerField(label=gettext_lazy("Quota of each"), min_value=1, max_value=500, initial=2)
    until = Day(label=gettext_lazy("Last day for nominations"))

    def __init__(self, *args: Any, partners: Sequence[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(
            self,
            "to",
            [
                (one.node_id, f"{country_name(one.country)}, {one.name}" if one.country else one.name)
                for one in partners
            ],
        )

    @property
    def deadline(self) -> datetime:
        """The end of the last day (UTC)."""
        day = self.cleaned_data["until"]
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


class SelectionForm(forms.Form):
    """What is decided about a nominee."""

    says = forms.ChoiceField(label=gettext_lazy("Decision"), choices=Says.choices)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The country is told. Needed unless the person is accepted."),
    )


class AttendanceForm(forms.Form):
    """Who was there on a day."""

    on = Day(label=gettext_lazy("Day"))
    present = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Present"), coerce=int, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, accepted: Sequence[Nominee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._accepted = {one.pk: one for one in accepted}
        _choices(self, "present", [(one.pk, one.name) for one in accepted])

    @property
    def people(self) -> list[Nominee]:
        """Those who were chosen."""
        return [self._accepted[pk] for pk in self.cleaned_data["present"]]


class NominationForm(OfOrganisation):
    """A person whom the country nominates."""

    name = forms.CharField(
        label=gettext_lazy("Name of the person"),
        max_length=200,
        help_text=gettext_lazy("As in the passport."),
    )
    position = forms.CharField(label=gettext_lazy("Position"), max_length=200, required=False)
    employer = forms.CharField(label=gettext_lazy("Employer"), max_length=200, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    gender = forms.ChoiceField(
        label=gettext_lazy("Gender"), choices=Gender.choices, initial=Gender.NOT_STATED
    )
    motivation = forms.CharField(
        label=gettext_lazy("Why this person"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    @property
    def person(self) -> dict[str, str]:
        """What the nomination says of the person, each in one line."""
        names = ("name", "position", "employer", "email", "gender", "motivation")
        return {name: " ".join(self.cleaned_data[name].split()) for name in names}
