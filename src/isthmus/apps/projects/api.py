"""Topics for programs: what is proposed here, joining for this country, signing where that is granted.

Signing is an approver's, and no token is one; a token with the operator's part may sign.
"""

from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Query

from isthmus.accounts.api import TokenRequest, organisation_of
from isthmus.accounts.policy import require
from isthmus.apps.projects import queries, told_queries
from isthmus.apps.projects.api_shapes import (
    GateName,
    GateSigned,
    InterestTold,
    TopicId,
    TopicProposed,
    TopicSearch,
    TopicShown,
    TopicsShown,
    TopicWhole,
)
from isthmus.apps.projects.house import PROPOSE, SIGN_BY_PROGRAM, TAKE_PART, VIEW
from isthmus.apps.projects.models import Topic
from isthmus.apps.projects.services import gating, joining, proposing
from isthmus.exchange.api.paging import take_page
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import NotFound

router = Routes("projects")


def _topic(request: TokenRequest, pk: int) -> Topic:
    row = queries.topics_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("projects.no-topic", _("There is no such topic."))
    return row


def _whole(topic: Topic) -> TopicWhole:
    topic.refresh_from_db()
    return TopicWhole.model_validate(told_queries.whole(queries.story_of(topic)))


@router.get("/topics", response=TopicsShown, summary="List topics")
def list_topics(request: TokenRequest, asked: Annotated[TopicSearch, Query()]) -> TopicsShown:
    """Topics of this node and those that partners told of."""
    require(request.actor, VIEW)
    rows = queries.topics_for(request.actor)
    if asked.stage is not None:
        rows = rows.filter(stage=asked.stage)
    found, after = take_page(rows, asked)
    items = [TopicShown.model_validate(told_queries.glance(row)) for row in found]
    return TopicsShown(items=items, next=after)


@router.post("/topics", response=TopicWhole, summary="Propose a topic")
def propose_topic(request: TokenRequest, asked: TopicProposed) -> TopicWhole:
    """Propose a topic for the token's organisation; it is signed and shown to partners."""
    require(request.actor, PROPOSE)
    made = proposing.propose(organisation_of(request.actor), asked.model_dump(), actor=request.actor.label)
    return _whole(made)


@router.get("/topics/{topic}", response=TopicWhole, summary="Show a topic")
def show_topic(request: TokenRequest, topic: TopicId) -> TopicWhole:
    """One topic with its story."""
    require(request.actor, VIEW)
    return _whole(_topic(request, topic))


@router.post("/topics/{topic}/interest", response=TopicWhole, summary="Join a topic")
def join_topic(request: TokenRequest, topic: TopicId, asked: InterestTold) -> TopicWhole:
    """Join a topic for this country; it is signed and told to the lead."""
    require(request.actor, TAKE_PART)
    row = _topic(request, topic)
    joining.join(
        row,
        organisation_of(request.actor),
        role=asked.role,
        resources=asked.resources or "",
        actor=request.actor.label,
    )
    return _whole(row)


@router.post("/topics/{topic}/gates/{gate}/sign", response=TopicWhole, summary="Sign a gate")
def sign_topic_gate(request: TokenRequest, topic: TopicId, gate: GateName, asked: GateSigned) -> TopicWhole:
    """Sign a gate for this country, by the digest of the text that was read; it cannot be unsaid."""
    require(request.actor, SIGN_BY_PROGRAM)
    row = _topic(request, topic)
    gating.sign(row, gate, asked.digest, actor=request.actor.label)
    return _whole(row)
