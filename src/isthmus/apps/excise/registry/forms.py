"""What officers type into the registry."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Kind, Organisation
from isthmus.apps.excise.registry.models import (
    AuthorisationKind,
    OperatorKind,
    OperatorState,
    TaxWarehouse,
)
from isthmus.apps.excise.registry.rules.identifiers import is_excise_number, is_product_code, is_product_group
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from isthmus.ui.forms import Day, FilterForm

_CODE = {"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}
_DIGITS = {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}


def _today() -> date:
    return clock.now().date()


def _why() -> forms.CharField:
    return forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class OperatorFilter(FilterForm):
    """The filters above the list of operators."""

    q = forms.CharField(label=_("Name, excise or tax number"), required=False, max_length=182)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *OperatorKind.choices]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All states")), *OperatorState.choices]
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Operators whose name or one of whose numbers, a warehouse's included, holds what was typed."""
        given = self.cleaned_data
        if asked := given["q"].strip():
            kept = TaxWarehouse.objects.filter(excise_number__icontains=asked).values("operator")
            rows = rows.filter(
                Q(name__icontains=asked)
                | Q(excise_number__icontains=asked)
                | Q(tax_number__icontains=asked)
                | Q(pk__in=kept)
            )
        return rows.filter(**{name: given[name] for name in ("kind", "state") if given[name]})


class AmendForm(forms.Form):
    """What may be changed of an operator."""

    name = forms.CharField(label=_("Name"), max_length=182)
    tax_number = forms.CharField(
        label=_("Tax number"), max_length=40, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=OperatorKind.choices)
    address = forms.CharField(label=_("Address"), max_length=300)
    effective_on = Day(label=_("Counts from"), initial=_today)
    why = _why()


class RegisterForm(forms.Form):
    """A new operator."""

    organisation = forms.ModelChoiceField(
        label=_("Authority that keeps the entry"), queryset=Organisation.objects.none(), empty_label=None
    )
    excise_number = forms.CharField(
        label=_("Excise number"), max_length=13, min_length=13, widget=forms.TextInput(attrs=_CODE)
    )
    name = forms.CharField(label=_("Name"), max_length=182)
    tax_number = forms.CharField(
        label=_("Tax number"), max_length=40, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=OperatorKind.choices)
    address = forms.CharField(label=_("Address"), max_length=300)
    registered_on = Day(label=_("Registered from"), initial=_today)
    firm = forms.ModelChoiceField(
        label=_("Its own organisation at this node"),
        queryset=Organisation.objects.filter(kind=Kind.FIRM, active=True).order_by("name"),
        required=False,
        empty_label=_("None"),
        help_text=_("Officers of that organisation see this operator and its products."),
    )

    def __init__(
        self, *args: Any, authorities: "QuerySet[Organisation]", country: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = authorities
        self.fields["excise_number"].help_text = _(
            "%(country)s and 11 capital letters or digits, such as %(country)s00000000017."
        ) % {"country": country}


class EndForm(forms.Form):
    """The day on which something ends or begins again, and why."""

    on = Day(label=_("Day"), initial=_today)
    why = _why()

    def __init__(self, *args: Any, day_label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = day_label


class WarehouseForm(forms.Form):
    """A new tax warehouse."""

    excise_number = forms.CharField(
        label=_("Excise number of the warehouse"),
        max_length=13,
        min_length=13,
        widget=forms.TextInput(attrs=_CODE),
        help_text=_("It has a number of its own, beside its operator's."),
    )
    name = forms.CharField(label=_("Name"), max_length=182)
    address = forms.CharField(label=_("Address"), max_length=300)
    opened_on = Day(label=_("Open from"), initial=_today)


class LicenseForm(forms.Form):
    """A new authorisation."""

    kind = forms.ChoiceField(label=_("It allows to"), choices=AuthorisationKind.choices)
    warehouse = forms.ModelChoiceField(
        label=_("Warehouse"),
        queryset=TaxWarehouse.objects.none(),
        required=False,
        empty_label=_("The operator itself, at no warehouse"),
    )
    product_groups = forms.CharField(
        label=_("Product codes"),
        max_length=500,
        widget=forms.TextInput(attrs=_CODE),
        help_text=_(
            "Excise product codes with spaces between, such as B000 W200; W alone stands for all of W."
        ),
    )
    valid_from = Day(label=_("Valid from"), initial=_today)
    valid_until = Day(
        label=_("Valid until"), required=False, help_text=_("Leave it empty where no end is set.")
    )

    def __init__(self, *args: Any, warehouses: "QuerySet[TaxWarehouse]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["warehouse"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = warehouses

    def clean_product_groups(self) -> list[str]:
        """The codes as a list."""
        groups: list[str] = self.cleaned_data["product_groups"].replace(",", " ").upper().split()
        wrong = [group for group in groups if not is_product_group(group)]
        if wrong:
            raise forms.ValidationError(
                _("%(codes)s: a code is a letter and three digits, or the letter alone."),
                params={"codes": ", ".join(wrong[:5])},
            )
        return groups


class ProductForm(forms.Form):
    """A new product."""

    gtin = forms.RegexField(
        r"^[0-9]{8}$|^[0-9]{12,14}$",
        label=_("Trade number (GTIN)"),
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("The number below the bar code: 8, 12, 13 or 14 digits."),
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    brand = forms.CharField(label=_("Brand"), max_length=100, required=False)
    excise_code = forms.CharField(
        label=_("Excise product code"),
        max_length=4,
        widget=forms.TextInput(attrs=_CODE),
        help_text=_("A letter and three digits, such as W200."),
    )
    hs_code = forms.RegexField(
        r"^[0-9]{4}([0-9]{2}){0,3}$",
        label=_("HS code"),
        widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("4 to 10 digits without dots."),
    )
    abv = forms.DecimalField(
        label=_("Strength, % by volume"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=6,
        decimal_places=3,
    )
    volume_ml = forms.IntegerField(
        label=_("Volume of one container, in ml"), min_value=1, max_value=1_000_000
    )
    container = forms.CharField(
        label=_("Container"), max_length=40, help_text=_("Such as glass bottle, can or keg.")
    )

    def clean_excise_code(self) -> str:
        """The code in capitals."""
        return _product_code(self.cleaned_data["excise_code"])


class ProductAmendForm(ProductForm):
    """What is corrected about a product, from which day, and why."""

    effective_on = Day(label=_("Counts from"), initial=_today)
    why = _why()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["gtin"]


def _product_code(text: str) -> str:
    code = text.strip().upper()
    if not is_product_code(code):
        raise forms.ValidationError(_("An excise product code is a letter and three digits, such as W200."))
    return code


class LookUpForm(forms.Form):
    """Whom, with what, and when."""

    use_required_attribute = False
    number = forms.CharField(
        label=_("Excise number"),
        max_length=13,
        widget=forms.TextInput(attrs=_CODE),
        help_text=_("Of an operator or a tax warehouse; its first two letters name the country."),
    )
    code = forms.CharField(
        label=_("Excise product code"),
        max_length=4,
        widget=forms.TextInput(attrs=_CODE),
        help_text=_("A letter and three digits, such as W200."),
    )
    on = Day(label=_("Day"))

    def clean_number(self) -> str:
        """The number in capitals."""
        number: str = self.cleaned_data["number"].strip().upper()
        if not is_excise_number(number):
            raise forms.ValidationError(
                _("An excise number is two letters of the country, then 11 capital letters or digits.")
            )
        return number

    def clean_code(self) -> str:
        """The code in capitals."""
        return _product_code(self.cleaned_data["code"])


def add_faults(form: forms.Form, error: BadInput, names: dict[str, str] | None = None) -> None:
    """What a service refused, beside the fields it is about; else above the form."""
    for fault in error.faults:
        name = (names or {}).get(fault.where, fault.where)
        form.add_error(name if name in form.fields else None, fault.message)
    if not error.faults:
        form.add_error(None, str(error))
