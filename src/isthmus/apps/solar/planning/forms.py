"""What a planner gives: the list of homes, and how reliable their systems shall be."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.apps.solar.sizing.family_forms import known_countries
from isthmus.apps.solar.sizing.forms import BATTERIES

_TARGETS = [("0.01", "1 %"), ("0.03", "3 %"), ("0.05", "5 %"), ("0.1", "10 %")]


class PlanForm(OfOrganisation):
    """A list of homes to plan for."""

    title = forms.CharField(label=_("What it is for"), max_length=200)
    file = forms.FileField(
        label=_("List of homes (CSV or Parquet)"),
        max_length=200,
        help_text=_(
            "A row for each home with the columns id, lat, lon, and either wh_per_day or appliances;"
            " district, budget, homes and shape may be there. At most 8 MB; “isthmus solar plan” takes more."
        ),
    )
    target = forms.TypedChoiceField(
        label=_("A home may miss, of its use"), coerce=Decimal, choices=_TARGETS, initial="0.03"
    )
    battery = forms.ChoiceField(label=_("Kind of battery"), choices=BATTERIES)
    country = forms.ChoiceField(
        label=_("Country of the appliances"),
        choices=known_countries,
        required=False,
        help_text=_("Needed only where homes are given by their appliances."),
    )
