"""What people type about permits, quotas and bonded stock. Amounts are litres of pure alcohol."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.apps.excise.permits.models import HOW_WORDS, STATE_WORDS, ImportQuota
from isthmus.apps.excise.permits.rules.states import How
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.returns.forms import LinesForm
from isthmus.kit import clock
from isthmus.ui.forms import Day, FilterForm


def _litres(label: object, *, least: str | None = "0.001", **more: Any) -> forms.DecimalField:
    minimum = None if least is None else Decimal(least)
    return forms.DecimalField(label=label, min_value=minimum, max_digits=12, decimal_places=3, **more)  # type: ignore[arg-type]  # lazy text


class _Keyed(forms.Form):
    """``key`` makes a button pressed twice post once."""

    key = forms.CharField(max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        begin = {"key": uuid4().hex, "on": clock.now().date()}
        kwargs["initial"] = {**begin, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def clean_amount(self) -> int:
        """The amount in millilitres of pure alcohol."""
        litres: Decimal = self.cleaned_data["amount"]
        return int(litres.scaleb(3))


class _OfResort(_Keyed):
    """A form for one of the resorts that a person may act for."""

    operator = forms.ModelChoiceField(label=_("Resort"), queryset=Operator.objects.none())

    def __init__(self, *args: Any, operators: QuerySet[Operator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["operator"].queryset = operators.filter(state="registered")  # type: ignore[attr-defined]  # a choice of models


class ApplyForm(_OfResort):
    """An application for a permit."""

    year = forms.IntegerField(label=_("Year of the quota"), min_value=2000, max_value=2100)
    goods = forms.CharField(
        label=_("Goods"), max_length=500, help_text=_("Kinds and brands, and who sends them.")
    )
    amount = _litres(_("Pure alcohol, litres"), help_text=_("Volume times strength: 100 l of 40 % are 40 l."))
    field_order = ["operator", "year", "goods", "amount"]


class GrantForm(_OfResort):
    """A quota that is granted, raised or lowered."""

    island = forms.CharField(label=_("Island"), max_length=100)
    year = forms.IntegerField(label=_("Year of the quota"), min_value=2000, max_value=2100)
    amount = _litres(
        _("Pure alcohol, litres"),
        least=None,
        help_text=_("What is added to the quota; below zero to lower it."),
    )
    why = forms.CharField(label=_("Reason"), max_length=500)
    field_order = ["operator", "island", "year", "amount", "why"]


class TransferForm(_Keyed):
    """What is left of a quota, to another resort."""

    taker = forms.ModelChoiceField(label=_("To the quota of"), queryset=ImportQuota.objects.none())
    amount = _litres(_("Pure alcohol, litres"))
    reference = forms.CharField(
        label=_("Reference"), max_length=60, help_text=_("The number of the decision; it is used once.")
    )
    why = forms.CharField(label=_("Reason"), max_length=500)
    on = Day(label=_("Day"))

    def __init__(self, *args: Any, giver: ImportQuota, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = ImportQuota.objects.filter(
            year=giver.year, operator__organisation=giver.operator.organisation_id
        ).exclude(pk=giver.pk)
        self.fields["taker"].queryset = others  # type: ignore[attr-defined]  # a choice of models


class ApproveForm(_Keyed):
    """How much of what was asked is approved."""

    amount = _litres(_("Pure alcohol, litres"))


class RefuseForm(_Keyed):
    """Why an application is refused."""

    why = forms.CharField(label=_("Reason"), max_length=500, help_text=_("The resort reads it."))


class DrawForm(_Keyed, LinesForm):
    """Goods that came under a permit."""

    how = forms.ChoiceField(
        label=_("Where the goods come from"), choices=[(how.value, HOW_WORDS[how]) for how in How]
    )
    on = Day(label=_("Day"))
    field_order = ["how", "on", "file", "rows"]


class ReverseForm(_Keyed):
    """Why a draw-down is taken back."""

    on = Day(label=_("Day"))
    why = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("Such as: the consignment did not arrive.")
    )


class ReceiveForm(_Keyed):
    """Goods brought into a bonded store."""

    amount = _litres(_("Pure alcohol, litres"))
    reference = forms.CharField(label=_("Number of the customs declaration"), max_length=60)
    on = Day(label=_("Day"))


class CountForm(_Keyed):
    """A count of a bonded store."""

    amount = _litres(_("Pure alcohol counted, litres"), least="0")
    why = forms.CharField(
        label=_("Reason of a difference"),
        max_length=500,
        required=False,
        help_text=_("Needed where the count and the book differ."),
    )
    on = Day(label=_("Day"))


class PermitFilter(FilterForm):
    """Narrows the list of permits."""

    q = forms.CharField(label=_("Resort or permit"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((one.value, words) for one, words in STATE_WORDS.items())],
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Permits of a resort by name or number, in one state."""
        given = self.cleaned_data
        if text := given["q"].strip():
            rows = rows.filter(
                Q(operator__name__icontains=text)
                | Q(operator__excise_number__iexact=text)
                | Q(number__iexact=text)
            )
        return rows.filter(state=given["state"]) if given["state"] else rows
