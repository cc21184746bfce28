"""What country plans declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import Giver, Searchable
from isthmus.exchange.house import House, Page, kept_record

VIEW, WRITE = "workshops.plan.view", "workshops.plan.write"
RELEASE = "workshops.plan.release"
KIND, WORDS = "country-plans", "workshops.country-plan"
_HERE = "isthmus.apps.workshops.plans"

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
        kept_record(
            _HERE, "workshops.country-plan", _("Country plan of a delegate"), "CountryPlanV1", "plan"
        ),
        kept_record(
            _HERE,
            "workshops.country-plan-progress",
            _("How far a country plan is"),
            "CountryPlanProgressV1",
            "answer",
        ),
    ),
    pages=(Page(VIEW, _("Country plans"), "workshops:plans", beside=("workshops:plans-asked",)),),
    gives=(Giver(WORDS, f"{_HERE}.handing_queries:words"),),
)
SEARCHABLE = (
    Searchable(
        KIND,
        _("Country plans"),
        VIEW,
        f"{_HERE}.front_queries:sightings",
        f"{_HERE}.front_queries:found_keys",
    ),
)
