"""Whether somebody may say something about a topic, as it stands here; nothing is written."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from isthmus.apps.projects import queries
from isthmus.apps.projects.body_queries import bad, key_of
from isthmus.apps.projects.models import Topic
from isthmus.apps.projects.queries import Story
from isthmus.apps.projects.rules import gates as rules
from isthmus.apps.projects.rules import work
from isthmus.apps.projects.rules.gates import Gate
from isthmus.apps.projects.rules.members import quorum
from isthmus.apps.projects.rules.said import digest_of
from isthmus.exchange import queries as exchange


def judge(topic: Topic, sort: str, node: str, body: Mapping[str, Any]) -> None:
    """BadInput for what ``node`` cannot say about the topic now. What it said before it may say again."""
    if topic.statements.filter(node=node, key=key_of(sort, body)).exists():
        return
    if topic.stage == "closed" and queries.is_led_here(topic):
        raise bad("topic", _("This topic is closed; its story stays as it is."))
    story = queries.story_of(topic)
    {"interest": _interest, "gate": _gate, "contribution": _contribution}[sort](story, node, body)


def _interest(story: Story, node: str, body: Mapping[str, Any]) -> None:
    partner = exchange.find_partner(node)
    country = body.get("country")
    if country and partner is not None and partner.country and partner.country != country:
        raise bad("country", _("A country joins for itself only."))
    if body["says"] == "left" and not story.is_member(node):
        raise bad("says", _("Who has not joined cannot leave."))
    if body["says"] == "joined" and story.is_member(node):
        raise bad("says", _("This country has joined the topic already."))


def _gate(story: Story, node: str, body: Mapping[str, Any]) -> None:
    known = next((one for one in story.gates if one.reference == body["gate"]), None)
    leads = node == story.topic.lead
    if body["says"] in {"put", "opened", "dropped"} and not leads:
        raise bad("says", _("Only the node that leads the topic says this."))
    if body["says"] == "put":
        _put(story, known, body)
        return
    if known is None:
        raise bad("gate", _("No text was put under this name."))
    if body["digest"] != known.digest:
        raise bad("digest", _("This is about another text than the one that was put."))
    if body["says"] == "opened":
        _opened(known, body)
    elif body["says"] in {"signed", "refused"}:
        _answered(story, known, node, body)


def _put(story: Story, known: Gate | None, body: Mapping[str, Any]) -> None:
    if known is not None:
        raise bad("gate", _("Another text was put under this name."))
    kind, terms = body["kind"], body.get("terms") or {}
    if rules.STAGES.index(story.topic.stage) < rules.STAGES.index(rules.BEFORE[kind]):
        raise bad("kind", _("This gate comes before its turn."))
    if rules.missing_parts(kind, terms):
        raise bad("terms", _("The text lacks a part."))
    if body["digest"] != digest_of(story.topic.reference, body["gate"], kind, terms):
        raise bad("digest", _("The digest is not that of the text."))


def _opened(gate: Gate, body: Mapping[str, Any]) -> None:
    signed_by = body.get("signed_by") or ()
    if not quorum([one["country"] for one in signed_by]).is_met:
        raise bad("signed_by", _("Three countries must have signed."))
    mine = gate.answer_of(exchange.me())
    if any(one["node"] == exchange.me() for one in signed_by) and (mine is None or not mine.signed):
        raise bad("signed_by", _("This node has not signed the text."))


def _answered(story: Story, gate: Gate, node: str, body: Mapping[str, Any]) -> None:
    if not story.is_member(node):
        raise bad("says", _("This country is not in the topic."))
    if gate.dropped_at is not None and queries.is_led_here(story.topic):
        raise bad("gate", _("The lead has dropped this gate."))
    if body["says"] == "signed" and body.get("country") != story.members[node].country:
        raise bad("country", _("A country signs for itself only."))


def _contribution(story: Story, node: str, body: Mapping[str, Any]) -> None:
    if node != story.topic.lead and not story.is_member(node):
        raise bad("topic", _("Who contributes joins the topic first."))
    if lacking := work.missing_in(body):
        raise bad(lacking[0], _("This is missing: %(parts)s.") % {"parts": ", ".join(lacking)})
