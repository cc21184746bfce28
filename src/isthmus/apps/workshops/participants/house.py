"""What lists of participants declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.house import House

HOUSE = House(event_words={"workshops.list-taken": _("Took a list of participants into a workshop")})
