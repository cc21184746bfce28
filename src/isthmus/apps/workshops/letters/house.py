"""What letters declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.house import House
from isthmus.jobs.declare import JobKind, daily

HOUSE = House(
    event_words={
        "workshops.travel-noted": _("Noted the travel details of an accepted person"),
        "workshops.letter": _("Made a letter for an accepted person"),
    },
    organisation_paths={
        "workshops.TravelDetails": "nominee__invitation__workshop__programme__organisation_id"
    },
    jobs=(
        JobKind(
            "workshops.purge-travel", "isthmus.apps.workshops.letters.services:purge", schedule=daily(2, 40)
        ),
    ),
)
