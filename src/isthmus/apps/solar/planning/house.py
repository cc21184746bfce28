"""What planning declares to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House, Page
from isthmus.jobs.declare import JobKind

VIEW, PLAN = "solar.plan.view", "solar.plan.write"
JOB = "solar.plan"
HOUSE = House(
    access_rules=(
        Rule(
            VIEW,
            _("See plans of solar supply"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR}),
        ),
        Rule(PLAN, _("Plan solar supply"), frozenset({Role.OFFICER}), Reach.ORGANISATION),
    ),
    event_words={
        "solar.plan-asked": _("Planned solar supply for a list of homes"),
        "solar.plan-dropped": _("Deleted a plan of solar supply"),
    },
    organisation_paths={"solar.SupplyPlan": "organisation_id"},
    jobs=(JobKind(JOB, "isthmus.apps.solar.planning.jobs:plan", max_failures=2, lease_seconds=600),),
    pages=(Page(VIEW, _("Plan a district"), "solar:plans"),),
)
