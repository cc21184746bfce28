"""What nominations declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House, Page, kept_record

CALLS, NOMINATE = "workshops.call.view", "workshops.nomination.write"
APPROVE = "workshops.nomination.approve"
_HERE = "isthmus.apps.workshops.nominations"

HOUSE = House(
    access_rules=(
        Rule(CALLS, _("See the workshops to which this country is called"), frozenset(Role), Reach.NODE),
        Rule(
            NOMINATE,
            _("Nominate people for workshops"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER}),
        ),
        Rule(
            APPROVE,
            _("Approve nominations for workshops as the focal point of the country"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
    ),
    event_words={
        "workshops.called": _("Called a country to a workshop"),
        "workshops.nominated": _("Nominated a person for a workshop"),
        "workshops.nomination-approved": _("Approved a nomination and sent it"),
        "workshops.nomination-withdrawn": _("Withdrew a nomination"),
        "workshops.selected": _("Decided about a nomination"),
        "workshops.attendance": _("Noted who was present at a workshop"),
    },
    organisation_paths={
        "workshops.Invitation": "workshop__programme__organisation_id",
        "workshops.Nominee": "invitation__workshop__programme__organisation_id",
        "workshops.Nomination": "organisation_id",
    },
    record_types=(
        kept_record(_HERE, "workshops.call", _("Call to a workshop"), "CallV1", "call"),
        kept_record(
            _HERE, "workshops.nomination", _("Nomination for a workshop"), "NominationV1", "nomination"
        ),
        kept_record(_HERE, "workshops.selection", _("Selection for a workshop"), "SelectionV1", "selection"),
    ),
    pages=(
        Page(CALLS, _("Calls to workshops"), "workshops:calls"),
        Page(NOMINATE, _("Nominations"), "workshops:nominations"),
    ),
)
