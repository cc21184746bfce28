"""What officers type about guarantees."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.guarantees.formats.consent import read_jwk
from isthmus.apps.excise.guarantees.models import Guarantee, GuaranteeKind, GuaranteeState, ReservationState
from isthmus.apps.excise.guarantees.wording import amount_text, places_of
from isthmus.apps.excise.registry.models import Operator
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from isthmus.ui.forms import Day, FilterForm


class RegisterForm(forms.Form):
    """A new guarantee."""

    number = forms.CharField(label=_("Number of the guarantee"), max_length=40)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=GuaranteeKind.choices, initial=GuaranteeKind.COMPREHENSIVE
    )
    operator = forms.ModelChoiceField(
        label=_("Operator whose duty it secures"), queryset=Operator.objects.none()
    )
    guarantor_name = forms.CharField(label=_("Guarantor"), max_length=182)
    guarantor_number = forms.CharField(label=_("Excise or tax number of the guarantor"), max_length=40)
    guarantor_jwk = forms.CharField(
        label=_("Public key of the guarantor (JWK)"),
        max_length=1000,
        help_text=_("Made by the guarantor with “isthmus excise guarantees key”. Never the private key."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr"}),
    )
    amount = forms.DecimalField(
        label=_("Amount"), min_value=Decimal("0.001"), max_digits=16, decimal_places=3
    )
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=_("Currency"), help_text=_("Three letters, such as MDL."), max_length=3
    )
    valid_from = Day(label=_("First day"))
    valid_until = Day(label=_("Last day"))
    organisation = forms.ModelChoiceField(label=_("Kept by"), queryset=Organisation.objects.none())

    def __init__(
        self,
        *args: Any,
        keepers: "QuerySet[Organisation]",
        operators: "QuerySet[Operator]",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("organisation", keepers), ("operator", operators)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        if keepers.count() == 1:
            self.fields["organisation"].initial = keepers.first()

    def clean(self) -> dict[str, Any]:
        """The amount has no more decimals than its currency; the key is a public one."""
        given = super().clean() or {}
        amount, currency = given.get("amount"), given.get("currency")
        if amount is not None and currency and amount.scaleb(places_of(currency)) % 1:
            self.add_error("amount", _("This currency has fewer decimals."))
        if given.get("guarantor_jwk"):
            try:
                given["guarantor_jwk"] = read_jwk(given["guarantor_jwk"])
            except BadInput as error:
                self.add_error("guarantor_jwk", error.message)
        return given

    @property
    def guarantee(self) -> Guarantee:
        """What was typed."""
        given = dict(self.cleaned_data)
        amount = given.pop("amount")
        return Guarantee(amount_minor=int(amount.scaleb(places_of(given["currency"]))), **given)


class ConsentForm(forms.Form):
    """The guarantor's signature."""

    consent = forms.CharField(
        label=_("Signature of the guarantor"),
        max_length=6000,
        help_text=_("The text that the command “isthmus excise guarantees consent” wrote at the guarantor."),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr", "spellcheck": "false"}),
    )


class DeedForm(forms.Form):
    """What is done by hand with one guarantee, on a day and for a reason."""

    on = Day(label=_("Day"))
    why = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, row: Guarantee, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": clock.now().date(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.row = row


class ReleaseForm(DeedForm):
    """Which reservation is released."""

    key = forms.ChoiceField(label=_("Deed"))
    field_order = ["key", "on", "why"]

    def __init__(self, *args: Any, row: Guarantee, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        field = self.fields["key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (one.key, f"{one.key} ({amount_text(one.amount_minor - one.called_minor, row.currency)})")
            for one in row.reservations.filter(state=ReservationState.OPEN)
        ]


class ClaimForm(DeedForm):
    """What is claimed from the guarantor, for which deed."""

    key = forms.CharField(
        label=_("Deed"),
        max_length=80,
        help_text=_(
            "The deed that an amount is reserved for; any other name, such as the number of a return, claims "
            "what is free."
        ),
    )
    amount = forms.DecimalField(
        label=_("Amount"), min_value=Decimal("0.001"), max_digits=16, decimal_places=3
    )
    field_order = ["key", "amount", "on", "why"]

    def clean_amount(self) -> int:
        """The amount in minor units of the guarantee's currency."""
        minor: Decimal = self.cleaned_data["amount"].scaleb(places_of(self.row.currency))
        if minor % 1:
            raise forms.ValidationError(_("This currency has fewer decimals."))
        return int(minor)


class EndForm(DeedForm):
    """The first day on which a guarantee covers nothing new."""

    on = Day(label=_("Covers nothing new from"))


class GuaranteeFilter(FilterForm):
    """Narrows the list of guarantees."""

    q = forms.CharField(label=_("Guarantee, operator or guarantor"), required=False, max_length=182)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *GuaranteeState.choices]
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Guarantees by a number or a name, in one state."""
        given = self.cleaned_data
        if text := given["q"].strip():
            rows = rows.filter(
                Q(number__icontains=text)
                | Q(operator__name__icontains=text)
                | Q(operator__excise_number__iexact=text)
                | Q(guarantor_name__icontains=text)
            )
        return rows.filter(state=given["state"]) if given["state"] else rows
