"""What the rules of the fund declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.house import House

HOUSE = House(
    event_words={
        "workshops.endorsed": _("Noted a signed endorsement of a programme"),
        "workshops.endorsement-removed": _("Took back the note of an endorsement"),
    },
    organisation_paths={"workshops.Endorsement": "programme__organisation_id"},
)
