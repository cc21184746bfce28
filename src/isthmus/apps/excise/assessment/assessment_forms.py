"""Opening an assessment, filling in one clause of it, and asking for its paper."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.rules.questionnaire import Clause
from isthmus.apps.excise.assessment.wording.clauses import levels
from isthmus.trust.models import Partner, PartnerState
from isthmus.ui.forms import Day


class OpenForm(forms.Form):
    """With whom, and whose officers see it."""

    partner = forms.ModelChoiceField(
        label=_("Partner"),
        queryset=Partner.objects.filter(state=PartnerState.ACTIVE),
        to_field_name="node_id",
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.filter(active=True).order_by("name")
    )


class ClauseForm(forms.Form):
    """A score with its words; what each score means stands beside it."""

    score = forms.TypedChoiceField(label=_("Score"), coerce=int, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("In words"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=200,
        help_text=_("Act, document or record that bears it out."),
    )

    def __init__(self, *args: object, clause: Clause, of_partner: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came
        field = self.fields["score"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(place, f"{place}: {level}") for place, level in enumerate(levels(clause))]
        if of_partner:
            del self.fields["evidence"]


class AgreeForm(forms.Form):
    """What the officer agrees to."""

    words = forms.CharField(
        label=_("What you agree to"), max_length=500, initial=_("We agree to this result.")
    )


class PaperForm(forms.Form):
    """The language of the paper, and the day up to which statements count."""

    use_required_attribute = False
    language = forms.ChoiceField(
        label=_("Language of the paper"),
        choices=[one for one in settings.LANGUAGES if one[0] in params.ASSESSMENT_LANGUAGES],
    )
    day = Day(
        label=_("Stated by"), required=False, help_text=_("Leave it empty for everything stated so far.")
    )
