"""Saying something about a topic, and handing on what others said: the lead tells, the others tell the lead.

What one country said reaches another only with its giver's consent and where the agreement under which it
came lets it be passed on. What cannot go yet stays, is shown as such, and goes later.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.projects import body_queries as bodies
from isthmus.apps.projects import queries
from isthmus.apps.projects.models import Delivery, Statement, Topic
from isthmus.apps.projects.records import RelayV1
from isthmus.apps.projects.rules.passing import Hindrance
from isthmus.exchange import queries as exchange
from isthmus.exchange import tokens
from isthmus.exchange.models import Agreement, Attachment, AttachmentState, Record
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import Outgoing, publish
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, NotFound
from isthmus.trust.models import Partner, PartnerState


@dataclass(frozen=True, slots=True)
class Untold:
    """A statement that a partner should know of and does not; ``hindrance`` is None where it can go now."""

    statement: Statement
    partner: str
    hindrance: Hindrance | None


def locked(topic: Topic) -> Topic:
    """The topic, so that nobody else writes about it meanwhile."""
    rows = Topic.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=topic.pk)


def check_open(topic: Topic) -> None:
    """Conflict where a topic is closed: its story is written."""
    if topic.stage == "closed":
        raise Conflict("projects.closed", _("This topic is closed; its story stays as it is."))


def note(topic: Topic, sort: str, body: Mapping[str, Any], *, actor: str) -> Statement:
    """Note a statement of this node; nothing is sent yet."""
    model = bodies.model_of(sort, body)
    row = bodies.statement_of(topic, sort, exchange.me(), bodies.plain(model), by=actor)
    row.save()
    return row


def move(topic: Topic, stage: str, *, actor: str) -> None:
    """Bring a locked topic that this node leads to a stage and note it, for all who know the topic."""
    if topic.stage != stage:
        topic.stage, topic.moved_at = stage, clock.now()
        topic.save(update_fields=["stage", "moved_at"])
        note(topic, "topic", bodies.topic_body(topic, topic.moved_at), actor=actor)


def say(topic: Topic, sort: str, body: Mapping[str, Any], *, actor: str, stage: str = "") -> Statement:
    """State something as this node. The topic is locked; call it last, for it publishes.

    The lead tells everybody whom it may tell now, and brings the topic to ``stage``. Any other node tells the
    lead: Refused where no agreement lets it.
    """
    row = note(topic, sort, body, actor=actor)
    if queries.is_led_here(topic):
        move(topic, stage or topic.stage, actor=actor)
        hand_on(topic)
        row.refresh_from_db()
        return row
    model = bodies.model_of(sort, row.body)
    outgoing = Outgoing(f"projects.{sort}/1", model, topic.reference, topic.organisation_id)
    (record,) = publish([outgoing], to=[topic.lead])
    row.leaf = record.leaf
    row.save(update_fields=["leaf"])
    return row


def _hears(statement: Statement, partner: str, members: frozenset[str], told: frozenset[str]) -> bool:
    if statement.node == partner:
        return False
    return partner in (told if statement.sort == "topic" else members)


def untold(topic: Topic) -> Iterator[Untold]:
    """What partners should know of a topic that this node leads and do not, in the order of telling."""
    story = queries.story_of(topic)
    members = frozenset(node for node in story.members if story.is_member(node))
    told = frozenset(topic.told) | members
    known = {one.node_id: one for one in Partner.objects.filter(node_id__in=told)}
    done = set(Delivery.objects.filter(statement__topic=topic).values_list("statement_id", "partner"))
    terms, me = exchange.agreements_in_force(clock.now()), exchange.me()
    may_pass = {row.pk: _may_pass_on(row, me) for row in story.rows}
    for partner in sorted(known):
        for row in sorted(story.rows, key=lambda one: one.pk):
            if (row.pk, partner) in done or not _hears(row, partner, members, told):
                continue
            yield Untold(row, partner, _hindrance(row, known[partner], terms, me, passes=may_pass[row.pk]))


def _hindrance(
    row: Statement, partner: Partner, terms: list[AgreementV1], me: str, *, passes: bool
) -> Hindrance | None:
    if partner.state != PartnerState.ACTIVE:
        return Hindrance.SUSPENDED
    if not passes:
        return Hindrance.NOT_PASSED_ON
    kind = f"projects.{row.sort}/1" if row.node == me else bodies.RELAY
    if exchange.covering_grant(terms, kind, me, partner.node_id) is None:
        return Hindrance.NOT_AGREED
    return None if _files_are_here(row) else Hindrance.FILE_MISSING


def _may_pass_on(row: Statement, me: str) -> bool:
    """Whether a statement of another node may be shown to a third: by its consent and by its agreement."""
    if row.node == me:
        return True
    if not row.hand_on or tokens.text_of(row.leaf) is None:
        return False
    under = Record.objects.filter(leaf=row.leaf).values_list("agreement", flat=True).first()
    agreement = Agreement.objects.filter(pk=under).first() if under is not None else None
    return agreement is not None and agreement.content.onward_sharing == "with-consent"


def _files_are_here(row: Statement) -> bool:
    wanted = {one["sha256"] for one in row.body.get("files", ())}
    here = Attachment.objects.filter(sha256__in=wanted, state=AttachmentState.WHOLE)
    return not wanted - set(here.values_list("sha256", flat=True)) if wanted else True


def _outgoing(topic: Topic, row: Statement) -> Outgoing:
    if row.node == exchange.me():
        model = bodies.model_of(row.sort, row.body)
        return Outgoing(f"projects.{row.sort}/1", model, topic.reference, topic.organisation_id)
    relay = RelayV1.model_validate(
        {
            "topic": topic.reference,
            "node": row.node,
            "record": tokens.text_of(row.leaf),
            "files": row.body.get("files", []),
        }
    )
    return Outgoing(bodies.RELAY, relay, topic.reference, topic.organisation_id)


@transaction.atomic
def hand_on(topic: Topic) -> int:
    """Tell every partner what it should know and can be told now; returns how many records that were."""
    ready: dict[str, list[Statement]] = {}
    for one in untold(topic):
        if one.hindrance is None:
            ready.setdefault(one.partner, []).append(one.statement)
    made = 0
    for partner, rows in ready.items():
        records = publish([_outgoing(topic, row) for row in rows], to=[partner])
        Delivery.objects.bulk_create(
            Delivery(statement=row, partner=partner, leaf=record.leaf)
            for row, record in zip(rows, records, strict=True)
        )
        for row, record in zip(rows, records, strict=True):
            Statement.objects.filter(pk=row.pk, leaf="").update(leaf=record.leaf)
        made += len(rows)
    return made


def hand_on_job(progress: Progress, topic: int | None = None) -> dict[str, int]:
    """Job: hand on what arrived for one topic, or for every topic that this node leads and is not closed."""
    rows = Topic.objects.filter(lead=exchange.me())
    wanted = rows.filter(pk=topic) if topic is not None else rows.exclude(stage="closed")
    made = 0
    for done, row in enumerate(wanted.order_by("pk")):
        progress.step(done)
        with transaction.atomic():
            made += hand_on(locked(row))
    return {"records": made}


def check_led_here(topic: Topic) -> None:
    """NotFound where another node leads it: only the lead puts, opens, shares and closes."""
    if not queries.is_led_here(topic):
        raise NotFound(
            "projects.not-led",
            _("The node %(lead)s leads this topic.") % {"lead": topic.lead},
            next_step=_("Write a comment; the lead sees it."),
        )
