"""What certificates declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.house import House

HOUSE = House(
    event_words={
        "workshops.certified": _("Issued certificates of attendance"),
        "workshops.certificate-revoked": _("Revoked a certificate of attendance"),
    },
    organisation_paths={
        "workshops.Certificate": "nominee__invitation__workshop__programme__organisation_id",
    },
)
