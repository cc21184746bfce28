"""A country joins a topic, or leaves it."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.projects import queries
from isthmus.apps.projects.models import Statement, Topic
from isthmus.apps.projects.services.telling import check_open, locked, say
from isthmus.exchange import queries as exchange
from isthmus.kit import clock
from isthmus.kit.errors import Conflict


@transaction.atomic
def join(topic: Topic, organisation: Organisation, *, role: str, resources: str, actor: str) -> Statement:
    """Join a topic for this country, in a role and with resources. Conflict where it has joined already."""
    row = locked(topic)
    check_open(row)
    if queries.story_of(row).is_member(exchange.me()):
        raise Conflict(
            "projects.joined",
            _("This country has joined the topic already."),
            next_step=_("Leave it first to join in another role."),
        )
    audit.note("projects.joined", actor=actor, subject=row.reference, detail={"role": role})
    body = {
        "topic": row.reference,
        "says": "joined",
        "at": clock.to_text(clock.now()),
        "country": settings.ISTHMUS.country or None,
        "organisation": organisation.name,
        "role": role,
        "resources": resources or None,
        "hand_on": True,
    }
    return say(row, "interest", body, actor=actor, stage=first_stage(row))


def first_stage(topic: Topic) -> str:
    """The stage of a topic once somebody has joined it."""
    return "interest" if topic.stage == "topic" else topic.stage


@transaction.atomic
def leave(topic: Topic, reason: str, *, actor: str) -> Statement:
    """Leave a topic. What this country said and signed stays on record; open signatures count no more."""
    row = locked(topic)
    check_open(row)
    check_member(row)
    audit.note("projects.left", actor=actor, subject=row.reference)
    body = {
        "topic": row.reference,
        "says": "left",
        "at": clock.to_text(clock.now()),
        "reason": reason or None,
        "hand_on": True,
    }
    return say(row, "interest", body, actor=actor)


def check_member(topic: Topic) -> None:
    """Conflict where this country is not in the topic."""
    if not queries.story_of(topic).is_member(exchange.me()):
        raise Conflict(
            "projects.not-joined",
            _("This country is not in the topic."),
            next_step=_("Join it first, in a role and with what you bring."),
        )
