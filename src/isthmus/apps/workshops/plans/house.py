"""What country plans declare to the node."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import RecordType, Searchable
from isthmus.exchange.house import House, Page

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

VIEW, WRITE = "workshops.plan.view", "workshops.plan.write"
RELEASE = "workshops.plan.release"
KIND = "country-plans"
_HERE = "isthmus.apps.workshops.plans."


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
        Rule(
            VIEW,
            _("See plans of delegates for home"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR}),
        ),
        Rule(
            WRITE,
            _("Write plans of delegates for home, and tell how far they are"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER}),
        ),
        Rule(
            RELEASE,
            _("Let plans of delegates go as the focal point of the country"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
    ),
    event_words={
        "workshops.plan-written": _("Wrote a country plan"),
        "workshops.plan-handed-in": _("Handed a country plan to the focal point"),
        "workshops.plan-given-back": _("Gave a country plan back to its writer"),
        "workshops.plan-sent": _("Let a country plan go"),
        "workshops.plan-answered": _("Told how far a country plan is"),
        "workshops.plan-answer-sent": _("Let an answer about a country plan go"),
    },
    organisation_paths={
        "workshops.CountryPlan": "organisation_id",
        "workshops.PlanAnswer": "plan__organisation_id",
        "workshops.HeldPlan": "nominee__invitation__workshop__programme__organisation_id",
        "workshops.HeldAnswer": "plan__nominee__invitation__workshop__programme__organisation_id",
    },
    record_types=(
        _type("country-plan", _("Country plan of a delegate"), "CountryPlanV1", "plan"),
        _type("country-plan-progress", _("How far a country plan is"), "CountryPlanProgressV1", "answer"),
    ),
    pages=(Page(VIEW, _("Country plans"), "workshops:plans", beside=("workshops:plans-asked",)),),
)
SEARCHABLE = (
    Searchable(
        KIND, _("Country plans"), VIEW, f"{_HERE}front_queries:sightings", f"{_HERE}front_queries:found_keys"
    ),
)
