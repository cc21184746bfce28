"""What Excise's events of goods declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House, Page

HOUSE = House(
    access_rules=(
        Rule(
            "excise.event.view",
            _("See events of goods"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "excise.event.capture",
            _("Capture events of goods"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
    ),
    event_words={
        "excise.events-captured": _("Captured events of goods"),
    },
    organisation_paths={
        "excise.EpcisEvent": "organisation_id",
        "excise.EventItem": "event__organisation_id",
    },
    pages=(Page("excise.event.view", _("Events of goods"), "excise:events"),),
)
