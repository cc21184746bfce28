"""Finding topics, and what was said about each as the rules read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from isthmus.accounts.policy import Actor, can
from isthmus.apps.projects.house import LEAD, VIEW
from isthmus.apps.projects.models import Statement, Topic
from isthmus.apps.projects.rules import gates as gate_rules
from isthmus.apps.projects.rules import members as member_rules
from isthmus.apps.projects.rules.gates import Count, Gate
from isthmus.apps.projects.rules.members import Member, Quorum
from isthmus.apps.projects.rules.said import Said
from isthmus.exchange import queries as exchange
from isthmus.kit.errors import NotFound
from isthmus.trust.models import Partner, PartnerState


def topics_for(actor: Actor) -> QuerySet[Topic]:
    """Every topic that is known here; the whole node may see them."""
    rows = Topic.objects.select_related("organisation")
    return rows if can(actor, VIEW) else rows.none()


def named(rows: QuerySet[Topic], reference: str) -> Topic:
    """The topic of a reference, or how that begins; NotFound where there is not exactly one."""
    found = list(rows.filter(reference__startswith=reference)[:2]) if len(reference) >= 6 else []
    if len(found) != 1:
        raise NotFound("projects.no-topic", _("There is no topic %(name)s.") % {"name": reference})
    return found[0]


def is_led_here(topic: Topic) -> bool:
    """Whether this node leads it."""
    return topic.lead == exchange.me()


def may_lead(actor: Actor, topic: Topic) -> bool:
    """Whether somebody may put and open gates of a topic, share and close it."""
    return is_led_here(topic) and topic.stage != "closed" and can(actor, LEAD, topic)


def said_of(rows: Iterable[Statement]) -> list[Said]:
    """Statements as the rules read them."""
    return [Said(row.node, row.sort, row.at, row.body, row.key) for row in rows]


def away() -> frozenset[str]:
    """Nodes that are suspended here: nothing crosses, and their signatures do not count meanwhile."""
    rows = Partner.objects.exclude(state=PartnerState.ACTIVE)
    return frozenset(rows.values_list("node_id", flat=True))


@dataclass(frozen=True)
class Story:
    """A topic with everything that was said about it, read once."""

    topic: Topic
    rows: tuple[Statement, ...]
    away: frozenset[str]

    @cached_property
    def said(self) -> list[Said]:
        """The statements as the rules read them."""
        return said_of(self.rows)

    @cached_property
    def members(self) -> dict[str, Member]:
        """Who joined, those that left included."""
        return member_rules.members(self.said)

    @cached_property
    def quorum(self) -> Quorum:
        """Whether there are countries enough for a working group."""
        return member_rules.group_quorum(self.members.values(), self.away)

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """The gates, in their order."""
        return gate_rules.gates(self.said)

    def gate(self, reference: str) -> Gate:
        """One gate; NotFound where the topic has none of that name."""
        found = [one for one in self.gates if one.reference == reference]
        if not found:
            raise NotFound("projects.no-gate", _("There is no such gate."))
        return found[0]

    def count(self, gate: Gate) -> Count:
        """How the signatures of a gate stand now."""
        return gate_rules.count(gate, self.said, self.away)

    def row_of(self, said: Said) -> Statement:
        """The statement behind what the rules read."""
        return next(row for row in self.rows if row.key == said.key and row.node == said.node)

    def is_member(self, node: str) -> bool:
        """Whether a node is in the topic now."""
        return node in self.members and self.members[node].left_at is None


def story_of(topic: Topic) -> Story:
    """Everything about a topic, in two queries."""
    rows = Statement.objects.filter(topic_id=topic.pk).order_by("at", "node", "pk")
    return Story(topic, tuple(rows), away())


def stories_of(topics: QuerySet[Topic]) -> list[Story]:
    """The stories of several topics, in the number of queries of one."""
    gone = away()
    rows = topics.prefetch_related("statements")
    return [
        Story(row, tuple(sorted(row.statements.all(), key=lambda one: (one.at, one.node, one.pk))), gone)
        for row in rows
    ]
