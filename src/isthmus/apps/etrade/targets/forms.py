"""What an operator says about a target."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.targets.models import Target, TargetForm, TargetKind
from isthmus.apps.etrade.targets.services import HANDED_ON
from isthmus.trust.models import Partner

if TYPE_CHECKING:
    _TargetForm = forms.ModelForm[Target]
else:
    _TargetForm = forms.ModelForm


class NewTargetForm(_TargetForm):
    """A new target."""

    name = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]{0,59}$",
        label=_("Name"),
        help_text=_("Small letters, digits and hyphens, such as maccs."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=TargetKind.choices)
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("A folder below the node's folder “targets”, or an address that begins with https://."),
    )
    record_types = forms.MultipleChoiceField(
        label=_("What is handed over"), widget=forms.CheckboxSelectMultiple
    )
    partner = forms.ChoiceField(label=_("From"), required=False)
    form = forms.ChoiceField(label=_("Written as"), choices=TargetForm.choices)
    mapping = forms.CharField(
        label=_("Mapping"),
        required=False,
        max_length=60,
        help_text=_("Of columns, for a table of declarations; without one, a table has all fields."),
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.filter(active=True),
        empty_label=_("Choose an organisation"),
    )
    from_the_beginning = forms.BooleanField(label=_("Also what came before today"), required=False)

    class Meta:
        model = Target
        fields = [
            "name",
            "kind",
            "address",
            "record_types",
            "partner",
            "form",
            "mapping",
            "organisation",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types, chosen = self.fields["record_types"], self.fields["partner"]
        assert isinstance(types, forms.MultipleChoiceField)
        assert isinstance(chosen, forms.ChoiceField)
        types.choices = [(kind.key, kind.title) for kind in HANDED_ON]
        partners = [(partner.node_id, partner.name) for partner in Partner.objects.order_by("name")]
        chosen.choices = [("", _("Every partner")), *partners]
