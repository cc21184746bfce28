"""What officers choose and type about cases."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.apps.etrade.cases.models import UNDECIDED, CaseState, Corridor, Ground, ReasonCode, Way
from isthmus.ui.forms import FilterForm

EVERY = "every"


class CaseFilter(FilterForm):
    """Narrows the queue of cases; without a choice it shows what waits for a decision."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("To be decided")), *CaseState.choices, (EVERY, _("All"))],
    )
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[("", _("All")), *ReasonCode.choices]
    )
    partner = forms.ChoiceField(label=_("Partner"), required=False)
    way = forms.ChoiceField(label=_("Direction"), required=False, choices=[("", _("Both")), *Way.choices])
    hs = forms.RegexField(
        r"^[0-9]{2,6}$",
        label=_("HS code begins with"),
        required=False,
        error_messages={"invalid": _("Two to six digits, such as 0713.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = Corridor.objects.order_by("partner").values_list("partner", flat=True).distinct()
        chosen = self.fields["partner"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("All")), *((name, name.upper()) for name in partners)]

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Cases of one state, reason, partner, direction, part of the tariff."""
        given = self.cleaned_data
        if not given["state"]:
            rows = rows.filter(found=True, state__in=UNDECIDED)
        elif given["state"] != EVERY:
            rows = rows.filter(state=given["state"])
        for name, column in (
            ("reason", "reason"),
            ("partner", "corridor__partner"),
            ("way", "corridor__way"),
        ):
            if given[name]:
                rows = rows.filter(**{column: given[name]})
        if given["hs"]:
            rows = rows.filter(hs_code__startswith=given["hs"])
        return rows


class DecisionForm(forms.Form):
    """Why an officer decides as he does; the reason is sent as the question where he asks the partner."""

    ground = forms.ChoiceField(
        label=_("If you dismiss it: why it is no case"),
        required=False,
        choices=[("", _("Choose a reason")), *Ground.choices],
    )
    reason = forms.CharField(
        label=_("Your words"),
        required=False,
        max_length=4000,
        help_text=_(
            "They stand in the history. If you ask the partner, they are the question; left empty, the "
            "partner is asked to confirm or correct the figures."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
