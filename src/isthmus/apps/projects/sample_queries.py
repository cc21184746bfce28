"""Bodies that somebody may see, for the dry run of an agreement."""

from isthmus.accounts.policy import Actor
from isthmus.apps.projects import body_queries as bodies
from isthmus.apps.projects import queries
from isthmus.apps.projects.models import Statement
from isthmus.exchange import queries as exchange
from isthmus.exchange import tokens
from isthmus.exchange.application import Sample

MOST = 20


def _own(actor: Actor, sort: str) -> list[Sample]:
    rows = Statement.objects.filter(topic__in=queries.topics_for(actor), sort=sort, node=exchange.me())
    return [
        Sample(row.topic.title, bodies.model_of(sort, row.body).model_dump(mode="json"))
        for row in rows.select_related("topic").order_by("-pk")[:MOST]
    ]


def topics(actor: Actor) -> list[Sample]:
    """Topics of this node."""
    return _own(actor, "topic")


def interests(actor: Actor) -> list[Sample]:
    """What this country joined or left."""
    return _own(actor, "interest")


def gates(actor: Actor) -> list[Sample]:
    """What this node put, signed or opened."""
    return _own(actor, "gate")


def contributions(actor: Actor) -> list[Sample]:
    """What this country contributed."""
    return _own(actor, "contribution")


def relays(actor: Actor) -> list[Sample]:
    """What other countries said to this node, as it would be handed on."""
    rows = Statement.objects.filter(topic__in=queries.topics_for(actor), topic__lead=exchange.me(), token="")
    found = rows.exclude(node=exchange.me()).exclude(leaf="").select_related("topic").order_by("-pk")[:MOST]
    texts = tokens.texts_of([row.leaf for row in found])
    return [
        Sample(
            row.topic.title,
            {
                "topic": row.topic.reference,
                "node": row.node,
                "record": texts[row.leaf],
                "files": row.body.get("files", []),
            },
        )
        for row in found
        if row.leaf in texts
    ]
