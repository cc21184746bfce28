"""What officers type about stamps."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.stamps.models import MOST_STAMPS, Proof
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.apps.excise.stamps.services.moving import BY_HAND
from isthmus.apps.excise.stamps.services.requesting import Security
from isthmus.apps.excise.stamps.wording import ACTS

_DIGITS = {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}


class _OfOrganisation(forms.Form):
    """A form for one of the organisations that a person works for."""

    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int)

    def __init__(self, *args: Any, organisations: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Organisation.objects.filter(pk__in=organisations).order_by("name")
        self._own = {row.pk: row for row in own}
        chosen = self.fields["organisation"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(row.pk, row.name) for row in self._own.values()]

    @property
    def holder(self) -> Organisation:
        """The organisation that was chosen."""
        return self._own[self.cleaned_data["organisation"]]


class AskForm(_OfOrganisation):
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
    """What secures the duty."""

    reference = forms.CharField(label=_("Guarantee or payment that secures the duty"), max_length=200)
    amount = forms.DecimalField(
        label=_("Amount"), min_value=Decimal("0.001"), max_digits=15, decimal_places=3
    )
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=_("Currency"), help_text=_("Three letters, such as MDL."), max_length=3
    )

    def clean(self) -> dict[str, Any]:
        """The amount has no more decimals than its currency."""
        given = super().clean() or {}
        amount, currency = given.get("amount"), given.get("currency")
        if amount is not None and currency and amount.scaleb(get_currency_precision(currency)) % 1:
            self.add_error("amount", _("This currency has fewer decimals."))
        return given

    @property
    def security(self) -> Security:
        """What was typed, in minor units."""
        given = self.cleaned_data
        minor = int(given["amount"].scaleb(get_currency_precision(given["currency"])))
        return Security(given["reference"], minor, given["currency"])


class RefuseForm(forms.Form):
    """Why a request is refused."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class _RunForm(_OfOrganisation):
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


class CodeForm(forms.Form):
    """A code as anybody reads or types it."""

    use_required_attribute = False
    code = forms.CharField(
        label=_("Code beside the symbol, or the address in it"),
        max_length=400,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}),
    )
