"""Finding plans, and what a request for quotes takes over from one."""

from django.db.models import QuerySet

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.solar.planning.house import VIEW
from isthmus.apps.solar.planning.models import SupplyPlan
from isthmus.jobs.queries import JobState, state_of
from isthmus.kit.errors import NotFound

MOST_LOTS = 200
"""What one request for quotes can hold."""


def plans_for(actor: Actor) -> QuerySet[SupplyPlan]:
    """The plans that the actor may see, without their files."""
    return visible(actor, VIEW, SupplyPlan.objects.defer("homes", "rows").select_related("organisation"))


def work_on(plan: SupplyPlan) -> JobState | None:
    """The job that plans it; None once that was forgotten."""
    try:
        return state_of(plan.job) if plan.job is not None else None
    except NotFound:
        return None


def request_from(actor: Actor, plan: str) -> dict[str, str]:
    """What a request's form begins with: title and lots of a plan that the actor may see; or nothing."""
    row = plans_for(actor).filter(pk=plan).first() if plan.isdecimal() and len(plan) < 10 else None
    if row is None or not 0 < len(row.lots) <= MOST_LOTS:
        return {}
    parts = ("count", "wp", "battery_wh", "battery", "kind", "place", "name")
    lines = ("; ".join(str(lot[part] or "") for part in parts) for lot in row.lots)
    return {"title": row.title, "lots": "\n".join(lines)}
