"""Proposing a topic, showing it to partners, moving it on, and closing it with its lesson."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.projects import body_queries as bodies
from isthmus.apps.projects.house import KIND
from isthmus.apps.projects.models import Topic
from isthmus.apps.projects.services.telling import check_led_here, check_open, hand_on, locked, move, say
from isthmus.exchange import queries as exchange
from isthmus.exchange import registry
from isthmus.kit import clock
from isthmus.kit.errors import Refused
from isthmus.kit.ids import uuid7
from isthmus.search.services import Entry, put
from isthmus.trust.models import Partner


def partners() -> list[Partner]:
    """The active partners to whom an agreement in force lets a topic go."""
    return exchange.receivers_of("projects.topic/1")


def index(topic: Topic) -> None:
    """Let the topic be found by its words; everybody on the node may see it."""
    text = "\n".join((topic.text, topic.problem, ", ".join(topic.themes), topic.proposer, topic.lesson))
    put(KIND, [Entry(f"{topic.lead}/{topic.reference}", topic.title, text, topic.language)])


def _check_told(told: Sequence[str]) -> None:
    unknown = sorted(set(told) - {one.node_id for one in partners()})
    if unknown:
        raise Refused(
            "projects.not-agreed",
            _("No agreement in force lets topics go to %(partner)s.") % {"partner": ", ".join(unknown)},
            next_step=_("Propose one under Agreements, or wait until every party has signed."),
        )


@transaction.atomic
def propose(
    organisation: Organisation,
    given: dict[str, Any],
    *,
    told: Sequence[str] | None = None,
    actor: str,
    origin: str = "",
) -> Topic:
    """Propose a topic, led by this node, and show it to partners; without ``told`` to all it may go to.

    ``given`` has title, text and language; perhaps problem, country (of the proposer; this node's where it
    is absent), proposer (its organisation), themes, application, programme, proposed_at. ``origin`` names the
    record whose words it began with; it is told to nobody. BadInput where something cannot be said so,
    Refused where no agreement lets topics go to a partner in ``told``.
    """
    known = {one.name for one in registry.applications()}
    if given.get("application") and given["application"] not in known:
        raise bodies.bad("application", _("This node has no such application."))
    to = [one.node_id for one in partners()] if told is None else list(dict.fromkeys(told))
    _check_told(to)
    now: datetime = given.get("proposed_at") or clock.now()
    topic = Topic(
        lead=exchange.me(),
        reference=uuid7().hex,
        organisation=organisation,
        title=given["title"],
        text=given["text"],
        problem=given.get("problem") or "",
        language=given["language"],
        country=given.get("country", settings.ISTHMUS.country) or "",
        proposer=given.get("proposer") or organisation.name,
        themes=list(given.get("themes") or ()),
        application=given.get("application") or "",
        programme=given.get("programme") or "",
        told=to,
        proposed_at=now,
        moved_at=now,
        by=actor,
        origin=origin,
    )
    body = bodies.topic_body(topic, now)
    topic.save()
    index(topic)
    audit.note("projects.proposed", actor=actor, subject=topic.reference, detail={"told": to})
    say(topic, "topic", body, actor=actor)
    return topic


@transaction.atomic
def share(topic: Topic, to: Sequence[str], *, actor: str) -> Topic:
    """Show a topic to more partners; those that know it already are left alone."""
    row = locked(topic)
    check_led_here(row)
    check_open(row)
    if not to:
        raise bodies.bad("to", _("Choose at least one partner."))
    _check_told(to)
    row.told = sorted({*row.told, *to})
    row.save(update_fields=["told"])
    audit.note("projects.shared", actor=actor, subject=row.reference, detail={"to": list(to)})
    hand_on(row)
    return row


@transaction.atomic
def close(topic: Topic, lesson: str, *, actor: str) -> Topic:
    """Close a topic with what was learned; Conflict where it is closed already."""
    row = locked(topic)
    check_led_here(row)
    check_open(row)
    if not lesson:
        raise bodies.bad("lesson", _("Say what was learned, for whoever tries it next."))
    row.lesson = lesson
    row.save(update_fields=["lesson"])
    index(row)
    audit.note("projects.closed", actor=actor, subject=row.reference)
    move(row, "closed", actor=actor)
    hand_on(row)
    return row
