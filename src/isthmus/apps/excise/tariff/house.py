"""What Excise's tariffs declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House, Page

HOUSE = House(
    access_rules=(
        Rule("excise.tariff.view", _("See tariffs and work out duty"), frozenset(Role), Reach.NODE),
    ),
    pages=(
        Page("excise.tariff.view", _("Work out the duty"), "excise:duty"),
        Page("excise.tariff.view", _("Tariffs"), "excise:tariffs"),
    ),
)
