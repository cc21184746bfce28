"""What attendance declares to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.house import House

HOUSE = House(
    event_words={"workshops.badges": _("Made badges for a workshop")},
    organisation_paths={
        "workshops.Badge": "nominee__invitation__workshop__programme__organisation_id",
        "workshops.Mark": "session__workshop__programme__organisation_id",
    },
)
