"""What selection declares to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.house import House

HOUSE = House(
    event_words={"workshops.assessed": _("Marked a nominee")},
    organisation_paths={"workshops.Assessment": "nominee__invitation__workshop__programme__organisation_id"},
)
