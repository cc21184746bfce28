"""What an operator says about a source."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models import Source, SourceKind
from isthmus.trust.models import Partner

if TYPE_CHECKING:
    _SourceForm = forms.ModelForm[Source]
else:
    _SourceForm = forms.ModelForm


class SourceForm(_SourceForm):
    """A new source."""

    name = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]{0,59}$",
        label=_("Name"),
        help_text=_("Small letters, digits and hyphens, such as maccs."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=SourceKind.choices)
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_(
            "A folder below the node's folder “sources”, a database address without its password, or an "
            "address that begins with https://."
        ),
    )
    view = forms.CharField(label=_("View"), required=False, help_text=_("Of a database."))
    watermark = forms.CharField(
        label=_("Watermark column"), required=False, help_text=_("Of a database: a column that only grows.")
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.filter(active=True)
    )
    mapping = forms.CharField(label=_("Mapping"), required=False, max_length=60)
    partner = forms.ChoiceField(label=_("Send to"), required=False)

    class Meta:
        model = Source
        fields = ["name", "kind", "address", "view", "watermark", "organisation", "mapping", "partner"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["partner"]
        assert isinstance(chosen, forms.ChoiceField)
        partners = [(partner.node_id, partner.name) for partner in Partner.objects.order_by("name")]
        chosen.choices = [("", _("Nobody")), *partners]
