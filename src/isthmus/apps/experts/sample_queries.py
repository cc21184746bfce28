"""Bodies that somebody may see, for the dry run of an agreement."""

from isthmus.accounts.policy import Actor
from isthmus.apps.experts import body_queries as bodies
from isthmus.apps.experts import queries
from isthmus.apps.experts.models import Purpose
from isthmus.exchange import queries as exchange
from isthmus.exchange.application import Sample

MOST = 20


def profiles(actor: Actor) -> list[Sample]:
    """Profiles of this node that are listed or that the actor keeps, without contact details."""
    rows = queries.experts_for(actor).filter(node=exchange.me()).order_by("pk")
    return [
        Sample(row.reference, bodies.profile_of(row, list(Purpose.values), None).model_dump(mode="json"))
        for row in rows[:MOST]
    ]


def engagements(actor: Actor) -> list[Sample]:
    """What sides of this node have stated."""
    rows = queries.engagements_for(actor).filter(engager_node=exchange.me()).exclude(engager_at=None)
    return [
        Sample(row.reference, bodies.engagement_of(row, "engager").model_dump(mode="json"))
        for row in rows.order_by("pk")[:MOST]
    ]
