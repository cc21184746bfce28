"""What officers choose: whom to ask about which days, and which declarations to send."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models import Direction
from isthmus.trust.models import Partner
from isthmus.ui.forms import Day


class AskMatchForm(forms.Form):
    """Whom to ask, about which declarations."""

    partner = forms.ChoiceField(label=_("Partner"), widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=_("Organisation"),
        help_text=_("Whose declarations these are."),
    )
    direction = forms.ChoiceField(
        label=_("Declarations"),
        widget=forms.RadioSelect,
        choices=Direction.choices,
        initial=Direction.EXPORT.value,
        help_text=_("Those that the partner does not have. Nothing but keyed hashes is sent of them."),
    )
    days_from = Day(label=_("From"), help_text=_("Day of departure or arrival, else of the declaration."))
    days_until = Day(label=_("Until"))
    at_once = forms.BooleanField(
        label=_("Send declarations that surely match as soon as the partner has answered"),
        required=False,
        help_text=_(
            "Those whose transport document or container the partner knows, or two other marks; "
            "only as far as an agreement lets them go."
        ),
    )

    def __init__(
        self, *args: Any, partners: list[Partner], organisations: "QuerySet[Organisation]", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen, organisation = self.fields["partner"], self.fields["organisation"]
        assert isinstance(chosen, forms.ChoiceField)
        assert isinstance(organisation, forms.ModelChoiceField)
        chosen.choices = [(partner.node_id, partner.name) for partner in partners]
        if len(partners) == 1:
            chosen.initial = partners[0].node_id
        organisation.queryset = organisations
        organisation.empty_label = str(_("Choose an organisation"))
        if len(organisations) == 1:
            # One organisation only: there is nothing to choose.
            organisation.initial = organisations[0]
            organisation.widget = forms.HiddenInput()


class SendHitsForm(forms.Form):
    """Which of the declarations that match go to the partner."""

    chosen = forms.TypedMultipleChoiceField(
        label=_("Declarations to send"),
        widget=forms.CheckboxSelectMultiple,
        coerce=int,
        error_messages={"required": _("Choose at least one.")},
    )

    def __init__(self, *args: Any, hits: list[tuple[int, str, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["chosen"]
        assert isinstance(chosen, forms.TypedMultipleChoiceField)
        chosen.choices = [(pk, label) for pk, label, _sure in hits]
        chosen.initial = [pk for pk, _label, sure in hits if sure]
