"""What programmes declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House, Page

VIEW, KEEP = "workshops.programme.view", "workshops.programme.keep"

HOUSE = House(
    access_rules=(
        Rule(
            VIEW,
            _("See programmes, their workshops and their money"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            KEEP,
            _("Plan programmes and workshops, call countries, and note what happens"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
    ),
    event_words={
        "workshops.programme-planned": _("Planned a programme"),
        "workshops.workshop-planned": _("Planned a workshop"),
        "workshops.session-added": _("Added a session to a workshop"),
        "workshops.account-written": _("Wrote about a workshop"),
        "workshops.held": _("Noted that a workshop was held"),
        "workshops.reported": _("Noted that a workshop is reported"),
        "workshops.virtual-project": _("Added a virtual project to a programme"),
    },
    organisation_paths={
        "workshops.Programme": "organisation_id",
        "workshops.Workshop": "programme__organisation_id",
        "workshops.Session": "workshop__programme__organisation_id",
        "workshops.VirtualProject": "programme__organisation_id",
    },
    pages=(Page(VIEW, _("Programmes"), "workshops:programmes", beside=("workshops:workshops",)),),
)
