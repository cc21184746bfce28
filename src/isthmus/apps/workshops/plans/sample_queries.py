"""Bodies that somebody may see, for the dry run of an agreement."""

from isthmus.accounts.policy import Actor
from isthmus.apps.workshops.plans import body_queries as bodies
from isthmus.apps.workshops.plans import queries
from isthmus.apps.workshops.plans.models import PlanAnswer
from isthmus.exchange.application import Sample

MOST = 20


def plans(actor: Actor) -> list[Sample]:
    """Plans of this country that were sent."""
    rows = queries.plans_for(actor).filter(state="sent").order_by("-pk")
    return [Sample(row.title, bodies.plan_of(row).model_dump(mode="json")) for row in rows[:MOST]]


def answers(actor: Actor) -> list[Sample]:
    """What this country told about them."""
    rows = PlanAnswer.objects.filter(plan__in=queries.plans_for(actor)).exclude(sent_at=None)
    rows = rows.select_related("plan__nomination__call").order_by("-pk")
    return [Sample(row.plan.title, bodies.answer_of(row).model_dump(mode="json")) for row in rows[:MOST]]
