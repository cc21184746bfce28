"""What the surface declares to the node: its page, for whoever may size a system."""

from django.utils.translation import gettext_lazy as _

from isthmus.apps.solar.sizing.house import VIEW
from isthmus.exchange.house import House, Page

HOUSE = House(pages=(Page(VIEW, _("Reliability and cost"), "solar:surface"),))
