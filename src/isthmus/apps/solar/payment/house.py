"""What payment declares to the node: its page."""

from django.utils.translation import gettext_lazy as _

from isthmus.apps.solar.sizing.house import VIEW
from isthmus.exchange.house import House, Page

HOUSE = House(pages=(Page(VIEW, _("Paying"), "solar:pay"),))
