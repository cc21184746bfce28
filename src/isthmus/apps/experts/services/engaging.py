"""Engagements: stated by one side, answered by the other, each signed by its own node."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.experts import body_queries as bodies
from isthmus.apps.experts import queries
from isthmus.apps.experts.models import Engagement, Expert, Purpose, Says
from isthmus.apps.experts.records import EngagementV1
from isthmus.apps.experts.services.profiles import fault
from isthmus.exchange import queries as exchange
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from isthmus.kit.ids import uuid7

ENGAGER, EXPERT = "engager", "expert"


@transaction.atomic
def engage(
    expert: Expert,
    organisation: Organisation,
    *,
    title: str,
    starts: date,
    ends: date,
    words: str = "",
    actor: str,
) -> Engagement:
    """An organisation of this node states that it engaged an expert; the expert's side is asked to answer."""
    if ends < starts:
        raise fault("ends", _("The last day lies before the first."))
    if expert.erased_at is not None or not expert.listed:
        raise Conflict("experts.not-listed", _("This person is not listed here."))
    row = Engagement(
        expert=expert,
        reference=uuid7().hex,
        engager_node=exchange.me(),
        engager=organisation.name,
        organisation=organisation,
        title=title,
        starts=starts,
        ends=ends,
    )
    return _state(row, ENGAGER, Says.CONFIRMED, words, actor)


@transaction.atomic
def claim(
    expert: Expert,
    node: str,
    engager: str,
    *,
    title: str,
    starts: date,
    ends: date,
    words: str = "",
    actor: str,
) -> Engagement:
    """A person of this node states an engagement by an organisation at a node where the person is known."""
    if ends < starts:
        raise fault("ends", _("The last day lies before the first."))
    if Purpose.LISTED not in queries.purposes_at(expert, node):
        raise fault("node", _("Consent to be listed there first: that node does not know you."))
    organisation = Organisation.objects.filter(name=engager).first() if node == exchange.me() else None
    row = Engagement(
        expert=expert,
        reference=uuid7().hex,
        engager_node=node,
        engager=engager,
        organisation=organisation,
        title=title,
        starts=starts,
        ends=ends,
    )
    return _state(row, EXPERT, Says.CONFIRMED, words, actor)


@transaction.atomic
def answer(engagement: Engagement, side: str, says: str, words: str, *, actor: str) -> Engagement:
    """A side of this node says whether it was so; it may say so anew, and the last word counts.

    Conflict where the side is another node's.
    """
    row = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    if side not in sides_here(row):
        raise Conflict("experts.side", _("This side answers at its own node."))
    return _state(row, side, says, words, actor)


def sides_here(row: Engagement) -> tuple[str, ...]:
    """Which sides of an engagement are at this node."""
    me = exchange.me()
    nodes = {ENGAGER: row.engager_node, EXPERT: row.expert.node}
    return tuple(side for side, node in nodes.items() if node == me)


def take_statement(row: Engagement, body: EngagementV1, leaf: str) -> None:
    """Let a side's statement stand as its record says, unless the side has said something later."""
    at = clock.from_text(body.at)
    known = row.engager_at if body.side == ENGAGER else row.expert_at
    if known is not None and known > at:
        return
    if body.side == ENGAGER:
        row.engager_says, row.engager_words = body.says, body.words or ""
        row.engager_at, row.engager_leaf = at, leaf
    else:
        row.expert_says, row.expert_words = body.says, body.words or ""
        row.expert_at, row.expert_leaf = at, leaf


def _state(row: Engagement, side: str, says: str, words: str, actor: str) -> Engagement:
    now = clock.now()
    if side == ENGAGER:
        row.engager_says, row.engager_words, row.engager_at = says, words, now
    else:
        row.expert_says, row.expert_words, row.expert_at = says, words, now
    row.save()
    audit.note(
        "experts.engagement-stated",
        actor=actor,
        subject=row.reference,
        detail={"side": side, "says": says},
    )
    other = row.expert.node if side == ENGAGER else row.engager_node
    if other == exchange.me():
        return row
    outgoing = Outgoing(
        bodies.ENGAGEMENT, bodies.engagement_of(row, side), row.reference, row.organisation_id
    )
    (record,) = publish([outgoing], to=[other])
    setattr(row, f"{side}_leaf", record.leaf)
    row.save(update_fields=[f"{side}_leaf"])
    return row
