"""What officers type or choose on the pages of E-Trade."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models import Direction, DocumentVerdict, Origin
from isthmus.trust.models import Partner
from isthmus.ui.forms import Day, FilterForm

MAX_FILE_BYTES = 8 * 1024 * 1024
MAX_FILES = 100


class DeclarationFilter(FilterForm):
    """Narrows the list of declarations."""

    q = forms.CharField(label=_("Number, exporter or consignee"), required=False, max_length=100)
    origin = forms.ChoiceField(
        label=_("Where from"), required=False, choices=[("", _("All")), *Origin.choices]
    )
    direction = forms.ChoiceField(
        label=_("Direction"), required=False, choices=[("", _("All")), *Direction.choices]
    )
    hs = forms.RegexField(
        r"^[0-9]{2,6}$",
        label=_("HS code begins with"),
        required=False,
        error_messages={"invalid": _("Two to six digits, such as 0713.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr"}),
    )
    since = Day(label=_("Received since"), required=False)

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Declarations that hold the text, of one origin, of one part of the tariff, since a day."""
        given = self.cleaned_data
        if given["q"]:
            text = given["q"]
            rows = rows.filter(
                Q(number__icontains=text)
                | Q(exporter_name__icontains=text)
                | Q(consignee_name__icontains=text)
            )
        if given["origin"]:
            rows = rows.filter(origin=given["origin"])
        if given["direction"]:
            rows = rows.filter(direction=given["direction"])
        if given["hs"]:
            rows = rows.filter(hs_code__startswith=given["hs"])
        if given["since"]:
            rows = rows.filter(received_at__date__gte=given["since"])
        return rows


class DocumentFilter(FilterForm):
    """Narrows the list of documents."""

    q = forms.CharField(label=_("File name"), required=False, max_length=100)
    verdict = forms.ChoiceField(
        label=_("Verdict"), required=False, choices=[("", _("All")), *DocumentVerdict.choices]
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Documents of such a name and verdict."""
        if self.cleaned_data["q"]:
            rows = rows.filter(file_name__icontains=self.cleaned_data["q"])
        if self.cleaned_data["verdict"]:
            rows = rows.filter(verdict=self.cleaned_data["verdict"])
        return rows


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files at once, each within the limit."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:  # noqa: ANN401  Django's own signature
        """The files, each checked; ValidationError that names the one that is too large."""
        files = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(_FilesField, self).clean(file, initial) for file in files]
        for file in cleaned:
            if file.size > MAX_FILE_BYTES:
                raise forms.ValidationError(
                    _("%(name)s is larger than %(limit)s MB."),
                    params={"name": file.name, "limit": MAX_FILE_BYTES // 1024 // 1024},
                )
        return cleaned


class ReadForm(forms.Form):
    """Files from a national system."""

    documents = _FilesField(
        label=_("Files"), help_text=_("XML, tables or JSON; several at once, each up to 8 MB.")
    )
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=_("Organisation"),
        help_text=_("Whose declarations these are."),
    )

    def __init__(self, *args: Any, organisations: "QuerySet[Organisation]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["organisation"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = organisations
        chosen.empty_label = str(_("Choose an organisation"))
        if len(organisations) == 1:
            # One organisation only: there is nothing to choose.
            chosen.initial = organisations[0]
            chosen.widget = forms.HiddenInput()


class ReceiverForm(forms.Form):
    """To whom declarations go."""

    partner = forms.ChoiceField(label=_("Partner"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, partners: list[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["partner"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(partner.node_id, partner.name) for partner in partners]
