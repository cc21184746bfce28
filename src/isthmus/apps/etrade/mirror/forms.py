"""What a visitor chooses on the page of a corridor."""

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.apps.etrade.models import State

WAYS = (("in", _("Coming in")), ("out", _("Going out")))
SIDES = (("exports", _("Declared as exports")), ("imports", _("Declared as imports")))
LEVELS = (("hs2", _("Chapter")), ("hs4", _("Heading")), ("hs6", _("Subheading")))
PERIODS = (("quarter", _("Quarter")), ("month", _("Month")), ("year", _("Year")))


class MirrorFilter(forms.Form):
    """The way of the goods, and how finely they are told apart; what is not chosen has a default."""

    use_required_attribute = False

    way = forms.ChoiceField(label=_("Goods"), choices=WAYS, required=False)
    level = forms.ChoiceField(label=_("Goods by"), choices=LEVELS, required=False)
    period = forms.ChoiceField(label=_("Time by"), choices=PERIODS, required=False)


class RowsFilter(forms.Form):
    """The address of the lines behind a number: the side, and the cell as far as it is told."""

    way = forms.ChoiceField(choices=WAYS)
    side = forms.ChoiceField(choices=SIDES)
    hs = forms.RegexField(r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|unknown)$", required=False)
    level = forms.ChoiceField(choices=LEVELS, required=False)
    period = forms.RegexField(r"^([0-9]{4}(-(Q[1-4]|[0-9]{2}))?|unknown)$", required=False)
    currency = forms.RegexField(r"^([A-Z]{3}|unknown)$", required=False)
    state = forms.ChoiceField(choices=State.choices, required=False)
