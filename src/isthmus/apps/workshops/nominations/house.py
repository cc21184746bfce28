"""What nominations declare to the node."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import RecordType
from isthmus.exchange.house import House, Page

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

CALLS, NOMINATE = "workshops.call.view", "workshops.nomination.write"
APPROVE = "workshops.nomination.approve"
_HERE = "isthmus.apps.workshops.nominations."


def _type(name: str, title: "_StrOrPromise", model: str, step: str) -> RecordType:
    path = f"{_HERE}services.receiving:"
    return RecordType(
        f"workshops.{name}",
        1,
        title,
        f"{_HERE}records:{model}",
        f"{path}receive_{step}",
        check=f"{path}check_{step}",
        samples=f"{_HERE}sample_queries:{step}s",
        erase=f"{_HERE}services.keeping:erase",
        restored=f"{_HERE}services.keeping:restore",
        numbered=f"{_HERE}services.keeping:take_number",
    )


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
        _type("call", _("Call to a workshop"), "CallV1", "call"),
        _type("nomination", _("Nomination for a workshop"), "NominationV1", "nomination"),
        _type("selection", _("Selection for a workshop"), "SelectionV1", "selection"),
    ),
    pages=(
        Page(CALLS, _("Calls to workshops"), "workshops:calls"),
        Page(NOMINATE, _("Nominations"), "workshops:nominations"),
    ),
)
