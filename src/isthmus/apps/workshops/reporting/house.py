"""What the report declares to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.house import House

REPORT_MADE = "workshops.report-made"

HOUSE = House(event_words={REPORT_MADE: _("Made the final report of a programme")})
