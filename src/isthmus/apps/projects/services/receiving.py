"""What arrives: topics from their lead, what countries say to it, and what it hands on.

A check refuses, with a signed reason, what contradicts itself, comes from the wrong side, or is about
nothing known here. The same statement twice is one statement, by whichever way it comes.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel

from isthmus.apps.projects import body_queries as bodies
from isthmus.apps.projects.body_queries import bad
from isthmus.apps.projects.models import Statement, Topic
from isthmus.apps.projects.records import RelayV1, TopicV1
from isthmus.apps.projects.rules.gates import moves_forward
from isthmus.apps.projects.services.joining import first_stage
from isthmus.apps.projects.services.judging import judge
from isthmus.apps.projects.services.keeping import hand_on_later
from isthmus.apps.projects.services.proposing import index
from isthmus.apps.projects.services.telling import move
from isthmus.exchange import queries as exchange
from isthmus.exchange import registry
from isthmus.exchange.handlers import Received
from isthmus.kit import clock
from isthmus.kit.errors import Refused
from isthmus.trust.models import PartnerState
from isthmus.trust.validation import UNKNOWN_KEY, check_key_at, key_ring
from isthmus.wire.record import Record, read_record

_PROPOSAL = ("title", "text", "language", "problem", "country", "proposer", "application", "programme")


def _topic(received: Received, *, lock: bool = False) -> Topic:
    """The topic of a record between this node and its sender, one of whom leads it."""
    rows = Topic.objects.select_for_update(of=("self",)) if lock else Topic.objects.all()
    found = rows.filter(reference=received.body.topic, lead__in=(exchange.me(), received.record.sender))
    topic = found.order_by("pk").first()
    if topic is None:
        raise bad("topic", _("No topic of this name is known between both nodes."))
    return topic


def check_topic(received: Received) -> None:
    """Refuse another proposal under a known name, and a topic that goes back."""
    body: TopicV1 = received.body
    topic = Topic.objects.filter(lead=received.record.sender, reference=body.topic).first()
    if topic is None:
        return
    changed = next((one for one in _PROPOSAL if (getattr(body, one) or "") != getattr(topic, one)), None)
    if changed is not None or list(body.themes) != topic.themes:
        raise bad(changed or "themes", _("Another proposal was sent under this name."))
    if not moves_forward(topic.stage, body.stage):
        raise bad("stage", _("A topic does not go back."))


@transaction.atomic
def receive_topic(received: Received) -> None:
    """Handler of ``projects.topic/1``: the topic is known here, or has moved on."""
    body: TopicV1 = received.body
    at = clock.from_text(body.at)
    given = {name: getattr(body, name) or "" for name in _PROPOSAL}
    topic, _made = Topic.objects.get_or_create(
        lead=received.record.sender,
        reference=body.topic,
        defaults={
            **given,
            "themes": list(body.themes),
            "organisation_id": received.organisation_id,
            "proposed_at": at,
            "moved_at": at,
            "by": received.record.sender,
        },
    )
    topic.stage, topic.lesson, topic.moved_at = body.stage, body.lesson or "", at
    topic.save(update_fields=["stage", "lesson", "moved_at"])
    _keep(topic, "topic", received.record.sender, body, leaf=received.leaf)
    index(topic)


def _keep(topic: Topic, sort: str, node: str, body: BaseModel, **more: Any) -> None:
    made = bodies.statement_of(topic, sort, node, bodies.plain(body))
    Statement.objects.get_or_create(
        topic=topic,
        node=node,
        key=made.key,
        defaults={"sort": sort, "at": made.at, "body": made.body, "hand_on": made.hand_on, **more},
    )
    hand_on_later(topic)


def _check(received: Received, sort: str) -> None:
    topic, sender = _topic(received), received.record.sender
    if topic.lead != sender and sender not in topic.told:
        raise bad("topic", _("This topic was not shown to %(node)s.") % {"node": sender})
    judge(topic, sort, sender, bodies.plain(received.body))


def check_interest(received: Received) -> None:
    """Refuse an interest for another country, a second one, or leaving without being in."""
    _check(received, "interest")


def check_gate(received: Received) -> None:
    """Refuse gates from who does not lead, out of order, and signatures for another text."""
    _check(received, "gate")


def check_contribution(received: Received) -> None:
    """Refuse what lacks a part, and what comes from outside the topic."""
    _check(received, "contribution")


def receive_interest(received: Received) -> None:
    """Handler of ``projects.interest/1``: the lead sees who joins, and its topic is one of interest."""
    _receive(received, "interest")


def receive_gate(received: Received) -> None:
    """Handler of ``projects.gate/1``: a text to sign, a signature, or what became of the gate."""
    _receive(received, "gate")


def receive_contribution(received: Received) -> None:
    """Handler of ``projects.contribution/1``: it stands in the story."""
    _receive(received, "contribution")


@transaction.atomic
def _receive(received: Received, sort: str) -> None:
    topic, sender = _topic(received, lock=True), received.record.sender
    _keep(topic, sort, sender, received.body, leaf=received.leaf)
    if sort == "interest" and topic.lead == exchange.me():
        move(topic, first_stage(topic), actor=sender)


def _opened(received: Received) -> tuple[Topic, Record, str, BaseModel, bool]:
    """The record inside a relay: its topic, itself, its sort, its body, and whether its signature is proved.

    BadInput for what is no statement about the topic to its lead; Refused where a known node did not sign.
    """
    body: RelayV1 = received.body
    topic = _topic(received)
    unverified, record = read_record(body.record)
    sort = bodies.KEYS.get(f"{record.type}/{record.version}", "topic")
    if (
        sort == "topic"
        or (record.sender, record.receiver) != (body.node, topic.lead)
        or topic.lead != received.record.sender
        or body.node in {topic.lead, exchange.me()}
        or record.body.get("topic") != topic.reference
    ):
        raise bad("record", _("This is no statement of %(node)s to the lead.") % {"node": body.node})
    try:
        said = registry.typed_body(f"projects.{sort}/1", record.body)
    except ValueError as error:
        raise bad("record", _("The record inside does not fit its type.")) from error
    partner = exchange.find_partner(body.node)
    if partner is None or partner.state == PartnerState.PENDING:
        return topic, record, sort, said, False
    try:
        key = key_ring(partner).check_signature(unverified)
        check_key_at(key, record.issued)
    except Refused as error:
        # A key that this node has not heard of yet proves nothing, neither way.
        if error.code != UNKNOWN_KEY:
            raise
        return topic, record, sort, said, False
    return topic, record, sort, said, True


def check_relay(received: Received) -> None:
    """Refuse what its giver did not say to the lead, and what the giver might not have said."""
    topic, record, sort, said, _proved = _opened(received)
    judge(topic, sort, record.sender, bodies.plain(said))


@transaction.atomic
def receive_relay(received: Received) -> None:
    """Handler of ``projects.relay/1``: another country's statement stands in the story here too."""
    topic, record, sort, said, proved = _opened(received)
    relay: RelayV1 = received.body
    _keep(topic, sort, record.sender, said, leaf=received.leaf, token=relay.record, proved=proved)
