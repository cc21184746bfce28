"""What somebody says of a system, of how it is paid, and of whoever lends."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.solar.loads.rules.limits import LEAST_WH, MOST_WH
from isthmus.apps.solar.sizing.forms import BATTERIES

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_MOST = Decimal(10**7)


def _money(label: "_StrOrPromise", **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_value=_MOST, decimal_places=2, **options)


def _percent(label: "_StrOrPromise", most: int, initial: str, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=most, decimal_places=3, initial=initial, **options
    )


class PayForm(forms.Form):
    """A price and its terms; the use; the risk of a lender; what will be waste. Amounts are in US dollars."""

    price = _money(gettext_lazy("Price of the system, in USD"))
    deposit = _money(gettext_lazy("Paid at once, in USD"), initial="0")
    months = forms.IntegerField(
        label=gettext_lazy("Months in which the rest is paid"), min_value=1, max_value=240, initial=24
    )
    rate = _percent(gettext_lazy("Interest a month, in percent"), 20, "1.5")
    wh_per_day = forms.FloatField(
        label=gettext_lazy("Use a day, in watt-hours"), min_value=LEAST_WH, max_value=MOST_WH
    )
    stops = _percent(
        gettext_lazy("Payers who stop in a month, in percent"),
        50,
        "1",
        help_text=gettext_lazy("Of a hundred who still pay."),
    )
    resale = _percent(
        gettext_lazy("Worth of a system taken back, in percent of its price"),
        100,
        "40",
        help_text=gettext_lazy("In the first month; it falls to nothing by the last."),
    )
    a_month = _money(
        gettext_lazy("What the system costs a month over its life, in USD"),
        required=False,
        help_text=gettext_lazy("With later batteries, as the page for a family shows it."),
    )
    wp = forms.IntegerField(label=gettext_lazy("Panel, in Wp"), min_value=0, max_value=100_000, initial=0)
    battery_wh = forms.IntegerField(
        label=gettext_lazy("Battery, in Wh on its label"), min_value=0, max_value=1_000_000, initial=0
    )
    battery = forms.ChoiceField(label=gettext_lazy("Kind of battery"), choices=BATTERIES, initial="lfp")
    battery_years = forms.IntegerField(
        label=gettext_lazy("Years that a battery lasts"), min_value=1, max_value=40, required=False
    )
    systems = forms.IntegerField(
        label=gettext_lazy("How many such systems"), min_value=1, max_value=10_000_000, initial=1
    )

    def clean(self) -> dict[str, Any]:
        """The deposit is at most the price."""
        told = super().clean() or {}
        if not self.errors and told["deposit"] > told["price"]:
            self.add_error("deposit", _("The deposit is more than the price."))
        return told

    @classmethod
    def asked(cls, given: Mapping[str, str]) -> "PayForm":
        """The form of an address; what it does not name is as usual. Unbound where it names no price."""
        if "price" not in given:
            return cls()
        usual = {name: field.initial for name, field in cls.base_fields.items() if field.initial is not None}
        return cls({**usual, **{name: given[name] for name in cls.base_fields if name in given}})
