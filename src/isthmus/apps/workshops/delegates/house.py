"""What the delegate's form declares to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.house import House
from isthmus.jobs.declare import JobKind, daily

HOUSE = House(
    event_words={
        "workshops.form-given": _("Gave out a form for a delegate"),
        "workshops.form-taken-back": _("Took back a form for a delegate"),
        "workshops.form-handed-in": _("A delegate handed in a form"),
    },
    organisation_paths={"workshops.DelegateLink": "organisation_id"},
    jobs=(
        JobKind(
            "workshops.purge-forms",
            "isthmus.apps.workshops.delegates.services:purge",
            schedule=daily(2, 30),
        ),
    ),
)
