"""What sizing declares to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House, Page

VIEW = "solar.size.view"
HOUSE = House(
    access_rules=(Rule(VIEW, _("Size a family's solar system"), frozenset(Role), Reach.NODE),),
    pages=(
        Page(VIEW, _("Size a system"), "solar:size"),
        Page(VIEW, _("For a family"), "solar:family"),
    ),
)
