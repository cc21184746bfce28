"""What embassies declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.apps.workshops.programme.house import VIEW
from isthmus.exchange.house import House, Page

HOUSE = House(
    event_words={
        "workshops.embassy-added": _("Added an embassy and the letters that it wants"),
        "workshops.embassy-changed": _("Wrote a new version of the letters for an embassy"),
        "workshops.embassy-stopped": _("Ended the use of the letters for an embassy"),
    },
    organisation_paths={
        "workshops.Embassy": "organisation_id",
        "workshops.EmbassyTemplate": "embassy__organisation_id",
    },
    pages=(Page(VIEW, _("Embassies"), "workshops:embassies"),),
)
