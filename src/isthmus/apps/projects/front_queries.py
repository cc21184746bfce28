"""What projects show elsewhere: on the node's front page, the network's, in search, in final reports."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.accounts.policy import Actor, can
from isthmus.apps.projects import queries
from isthmus.apps.projects.house import SIGN
from isthmus.apps.projects.models import Stage, Topic
from isthmus.apps.projects.queries import Story
from isthmus.apps.projects.rules.members import Member
from isthmus.apps.projects.wording import GATES, ROLES
from isthmus.exchange import queries as exchange
from isthmus.exchange.application import Card, Panel, PanelRow, ReportSection, Sighting, Waiting
from isthmus.ui.formats import country_name

_MOST = 5
_OPEN = (Stage.PILOT, Stage.GROUP, Stage.INTEREST, Stage.TOPIC)
_JOINT = "/"


def to_sign(actor: Actor) -> list[tuple[Topic, str]]:
    """Gates that wait for this country's signature, as topic and gate; those who may sign see them."""
    if not can(actor, SIGN):
        return []
    found = []
    rows = queries.topics_for(actor).exclude(stage__in=(Stage.REAL, Stage.CLOSED)).order_by("pk")
    for story in queries.stories_of(rows):
        if story.is_member(exchange.me()):
            found += [
                (story.topic, gate.reference)
                for gate in story.gates
                if gate.is_open_to_sign and gate.answer_of(exchange.me()) is None
            ]
    return found


def card(actor: Actor) -> Card:
    """Projects on the front page: topics that are open, and gates that wait for a signature."""
    rows = queries.topics_for(actor)
    waiting = to_sign(actor)
    url = reverse("projects:gate", args=[waiting[0][0].pk, waiting[0][1]]) if waiting else ""
    lines = (Waiting(_("Gate of a topic to sign or refuse"), len(waiting), url),) if waiting else ()
    return Card(
        figure=str(rows.exclude(stage__in=(Stage.REAL, Stage.CLOSED)).count()),
        caption=_("topics are open"),
        url=reverse("projects:topics"),
        waiting=lines,
    )


def sightings(actor: Actor, keys: Collection[str]) -> dict[str, Sighting]:
    """How topics look among what was found, by their keys in the index."""
    pairs = [key.partition(_JOINT) for key in keys]
    rows = queries.topics_for(actor).filter(reference__in=[reference for _lead, _sep, reference in pairs])
    found = {f"{row.lead}{_JOINT}{row.reference}": row for row in rows}
    return {
        key: Sighting(row.title, reverse("projects:topic", args=[row.pk]), _facts(row))
        for key, row in found.items()
        if key in keys
    }


def _facts(row: Topic) -> tuple[str, ...]:
    proposer = _("Proposed by %(who)s") % {"who": row.proposer or row.lead}
    return (row.get_stage_display(), proposer, *row.themes[:3])


def panel(actor: Actor) -> Panel | None:
    """Open topics by stage, the nearest to a real project first; None for who may not see topics."""
    rows = queries.topics_for(actor)
    if not rows.exists() and not can(actor, "projects.topic.view"):
        return None
    groups = []
    for stage in _OPEN:
        found = list(rows.filter(stage=stage).order_by("-moved_at", "-pk")[:_MOST])
        if found:
            groups.append(
                (
                    str(stage.label),
                    tuple(
                        PanelRow(
                            row.title,
                            reverse("projects:topic", args=[row.pk]),
                            row.proposer or row.lead,
                            row.country,
                        )
                        for row in found
                    ),
                )
            )
    return Panel(
        _("Open topics by stage"),
        reverse("projects:topics"),
        _("No topic is open. Whoever works here may propose one."),
        tuple(groups),
    )


def _joined(member: Member) -> str:
    place = country_name(member.country) if member.country else member.node
    role = ROLES.get(member.role, member.role)
    return f"{place} ({role})"


def report_section(programme_code: str) -> tuple[ReportSection, ...]:
    """The virtual projects that came of a programme, each with who joined and what became of it."""
    rows = Topic.objects.filter(programme=programme_code).exclude(programme="").order_by("proposed_at", "pk")
    return tuple(_section(story) for story in queries.stories_of(rows))


def _section(story: Story) -> ReportSection:
    row = story.topic
    told = [row.text]
    if row.problem:
        told.append(_("The problem: %(problem)s") % {"problem": row.problem})
    inside = [one for one in story.members.values() if one.left_at is None]
    if inside:
        told.append(_("Joined by: %(who)s.") % {"who": ", ".join(_joined(one) for one in inside)})
    passed = [gate for gate in story.gates if gate.opened_at is not None]
    told += [
        _("Gate passed: %(gate)s, signed by %(who)s.")
        % {
            "gate": GATES[gate.kind],
            "who": ", ".join(country_name(one["country"]) for one in gate.signed_by),
        }
        for gate in passed
    ]
    told.append(_("It stands at: %(stage)s.") % {"stage": row.get_stage_display()})
    if row.lesson:
        told.append(_("The lesson: %(lesson)s") % {"lesson": row.lesson})
    return ReportSection(row.title, tuple(told))
