"""A topic as plain values, for programs and for the export."""

from typing import Any

from isthmus.apps.projects.models import Topic
from isthmus.apps.projects.queries import Story
from isthmus.apps.projects.rules import work
from isthmus.apps.projects.rules.gates import Gate
from isthmus.apps.projects.rules.members import Member


def glance(topic: Topic) -> dict[str, Any]:
    """A topic in a list."""
    return {
        "id": topic.pk,
        "reference": topic.reference,
        "title": topic.title,
        "stage": str(topic.stage),
        "lead": topic.lead,
        "country": topic.country,
        "proposer": topic.proposer,
        "themes": topic.themes,
        "application": topic.application,
        "programme": topic.programme,
        "proposed_at": topic.proposed_at,
        "moved_at": topic.moved_at,
    }


def _member(one: Member) -> dict[str, Any]:
    return {
        "node": one.node,
        "country": one.country,
        "organisation": one.organisation,
        "role": one.role,
        "resources": one.resources,
        "joined_at": one.joined_at,
        "left_at": one.left_at,
    }


def _gate(story: Story, gate: Gate) -> dict[str, Any]:
    stands = {one.node: how.value for one, how in story.count(gate).signatures}
    return {
        "gate": gate.reference,
        "kind": gate.kind,
        "digest": gate.digest,
        "terms": dict(gate.terms),
        "put_at": gate.put_at,
        "opened_at": gate.opened_at,
        "dropped_at": gate.dropped_at,
        "signed_by": [one["country"] for one in gate.signed_by],
        "answers": [
            {
                "node": one.node,
                "country": one.country,
                "at": one.at,
                "signed": one.signed,
                "stands": stands.get(one.node, "refused"),
                "reason": one.reason,
            }
            for one in gate.answers
        ],
    }


def whole(story: Story) -> dict[str, Any]:
    """A topic with its story: members, gates, contributions and the fit table."""
    topic = story.topic
    countries = [one.country for one in story.members.values() if one.left_at is None and one.country]
    table = work.fit_table(story.said, countries)
    return {
        **glance(topic),
        "text": topic.text,
        "problem": topic.problem,
        "language": topic.language,
        "lesson": topic.lesson,
        "members": [_member(one) for one in story.members.values()],
        "countries_wanting": story.quorum.wanting,
        "gates": [_gate(story, gate) for gate in story.gates],
        "contributions": [
            {"node": one.node, **{name: value for name, value in one.body.items() if name != "topic"}}
            for one in work.of_kind(story.said, "evidence", "fit", "comment", "task", "milestone", "done")
        ],
        "fit": {
            country: {
                aspect: "unknown" if said is None else said.body["fit"] for aspect, said in cells.items()
            }
            for country, cells in table.items()
        },
    }
