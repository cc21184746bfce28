"""What agendas declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.house import House

HOUSE = House(
    event_words={
        "workshops.session-placed": _("Changed a session of a workshop"),
        "workshops.session-called-off": _("Called off a session, or put it on again"),
        "workshops.time-zone": _("Set the time zone of a workshop"),
        "workshops.agenda-published": _("Published an agenda"),
        "workshops.material-added": _("Added material to a workshop"),
    },
    organisation_paths={
        "workshops.AgendaVersion": "workshop__programme__organisation_id",
        "workshops.Material": "workshop__programme__organisation_id",
    },
)
