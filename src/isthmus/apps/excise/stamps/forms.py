"""What officers type about stamps."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.accounts.models import Organisation
from isthmus.apps.excise.guarantees.models import Guarantee
from isthmus.apps.excise.guarantees.wording import amount_text
from isthmus.apps.excise.returns.models import DutyReturn
from isthmus.apps.excise.stamps.models import MOST_STAMPS, CrossingState, IndicationKind, Proof
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.apps.excise.stamps.services.moving import BY_HAND
from isthmus.apps.excise.stamps.services.securing import Security
from isthmus.apps.excise.stamps.wording import ACTS
from isthmus.apps.excise.tariff.rules.model import VALUE_SCALE
from isthmus.trust.models import Partner
from isthmus.ui.forms import FilterForm

_DIGITS = {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}


class AskForm(OfOrganisation):
    """A request for stamps."""

    gtin = forms.CharField(
        label=_("GTIN of the product"),
        max_length=14,
        help_text=_("The number below the bar code."),
        widget=forms.TextInput(attrs=_DIGITS),
    )
    product = forms.CharField(
        label=_("Product"), max_length=200, help_text=_("As consumers know it: brand, kind, strength, size.")
    )
    count = forms.IntegerField(label=_("Stamps"), min_value=1, max_value=MOST_STAMPS)
    proof = forms.ChoiceField(label=_("Kind of code"), choices=Proof.choices, initial=Proof.TAGGED)


class ApproveForm(forms.Form):
    """What secures the duty: a guarantee, or a return on which it is paid."""

    security = forms.ChoiceField(
        label=_("What secures the duty"),
        required=False,
        help_text=_("The duty is reserved of a guarantee; the bottles of a paid return count once."),
    )
    cif = forms.DecimalField(
        label=_("Value of the goods (CIF)"),
        min_value=Decimal("0.01"),
        max_digits=15,
        decimal_places=4,
        required=False,
        help_text=_("In the currency of the tariff, which works the duty out from it."),
    )

    def __init__(
        self,
        *args: Any,
        guarantees: Collection[tuple[Guarantee, int]] = (),
        returns: Collection[tuple[DutyReturn, int]] = (),
        needs_value: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._found: dict[str, Guarantee | DutyReturn] = {}
        choices: list[tuple[str, str]] = [("", gettext("Nothing"))]
        for guarantee, free in guarantees:
            name = f"guarantee:{guarantee.pk}"
            self._found[name] = guarantee
            said = gettext("Guarantee %(number)s: %(free)s free") % {
                "number": guarantee.number,
                "free": amount_text(free, guarantee.currency),
            }
            choices.append((name, said))
        for row, left in returns:
            name = f"return:{row.pk}"
            self._found[name] = row
            said = gettext("Return %(number)s, paid: %(left)s bottles left") % {
                "number": row.number,
                "left": f"{left:,}",
            }
            choices.append((name, said))
        chosen = self.fields["security"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = choices
        if not needs_value:
            del self.fields["cif"]

    @property
    def chosen(self) -> Security:
        """What was chosen."""
        found = self._found.get(self.cleaned_data["security"])
        value = self.cleaned_data.get("cif")
        return Security(
            found if isinstance(found, Guarantee) else None,
            found if isinstance(found, DutyReturn) else None,
            None if value is None else int(value * VALUE_SCALE),
        )


class AccountForm(forms.Form):
    """On which paid return the duty of so many stamps is."""

    duty_return = forms.TypedChoiceField(label=_("Return on which the duty is paid"), coerce=int)
    count = forms.IntegerField(label=_("Stamps"), min_value=1, max_value=MOST_STAMPS)

    def __init__(self, *args: Any, returns: Collection[tuple[DutyReturn, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._returns = {row.pk: row for row, _left in returns}
        chosen = self.fields["duty_return"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [
            (
                row.pk,
                gettext("Return %(number)s, paid: %(left)s bottles left")
                % {"number": row.number, "left": f"{left:,}"},
            )
            for row, left in returns
        ]

    @property
    def chosen(self) -> DutyReturn:
        """The return that was chosen."""
        return self._returns[self.cleaned_data["duty_return"]]


class RefuseForm(forms.Form):
    """Why a request is refused."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class _RunForm(OfOrganisation):
    """A run of stamps of a batch."""

    first = forms.IntegerField(label=_("First number"), min_value=1)
    last = forms.IntegerField(label=_("Last number"), min_value=1)


class ActForm(_RunForm):
    """What is done with a run of stamps."""

    act = forms.ChoiceField(label=_("What was done"), choices=[(act.value, ACTS[act]) for act in BY_HAND])
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        help_text=_("Needed for stamps that are spoiled, cancelled, destroyed, lost or found."),
    )
    field_order = ["act", "first", "last", "reason", "organisation"]

    @property
    def chosen(self) -> Act:
        """The act."""
        return Act(self.cleaned_data["act"])


class OfferForm(_RunForm):
    """To whom a run of stamps is handed over."""

    receiver = forms.ModelChoiceField(
        label=_("Receiver"), queryset=Organisation.objects.filter(active=True).order_by("name")
    )
    field_order = ["first", "last", "receiver", "organisation"]


class SendAbroadForm(_RunForm):
    """To whom abroad a run of stamps is handed over."""

    partner = forms.ChoiceField(label=_("Country of the receiver"))
    receiver = forms.CharField(
        label=_("Excise number or code of the receiver"),
        max_length=40,
        help_text=_("As the other country's administration gave it."),
    )
    receiver_name = forms.CharField(label=_("Name of the receiver"), max_length=200)
    field_order = ["first", "last", "partner", "receiver", "receiver_name", "organisation"]

    def __init__(self, *args: Any, partners: Collection[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["partner"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(one.node_id, f"{one.name} ({one.node_id})") for one in partners]


class AnswerForm(OfOrganisation):
    """What the receiver answers to a handover from abroad."""

    says = forms.ChoiceField(
        label=_("Answer"),
        choices=[("received", _("All of them are here")), ("refused", _("We do not take them"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, help_text=_("Needed for a refusal.")
    )
    field_order = ["says", "reason", "organisation"]


class CrossingFilter(FilterForm):
    """Narrows the list of handovers across the border."""

    way = forms.ChoiceField(
        label=_("Way"), required=False, choices=[("", _("All")), ("out", _("Sent")), ("in", _("Arriving"))]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *CrossingState.choices]
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Handovers of one way and one state."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return rows.filter(**given)


class IndicationFilter(FilterForm):
    """Narrows the list of indications."""

    q = forms.CharField(label=_("GTIN or serial"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Indication"), required=False, choices=[("", _("All")), *IndicationKind.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("open", _("Open")), ("closed", _("Closed"))],
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Indications about a product or serial, of one kind, open or closed."""
        given = self.cleaned_data
        text = given["q"].strip()
        if text:
            rows = rows.filter(Q(gtin=text.zfill(14)) | Q(serial__iexact=text))
        if given["kind"]:
            rows = rows.filter(kind=given["kind"])
        return rows.filter(closed_at__isnull=given["state"] == "open") if given["state"] else rows


class NoteForm(forms.Form):
    """What an officer found."""

    note = forms.CharField(
        label=_("What you found"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class CodeForm(forms.Form):
    """A code as anybody reads or types it."""

    use_required_attribute = False
    code = forms.CharField(
        label=_("Code beside the symbol, or the address in it"),
        max_length=400,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}),
    )
