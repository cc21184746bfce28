"""Handlers of movements' messages from partners: each is added to the book, whatever the order."""

import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.excise.movements.formats.facts import KINDS_OF, facts_of, said_about
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.models import MovementMessage, MovementSending
from isthmus.apps.excise.movements.records import MovementMessageV1
from isthmus.apps.excise.movements.rules.states import Kind, Party
from isthmus.apps.excise.movements.services import book, securing
from isthmus.exchange.handlers import Erasing, Received
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault

_ENVELOPE = {"arc", "code", "emcs_version", "sha256", "key", "kind", "by", "version", "at", "xml"}


def _wrong(where: str, message: str) -> BadInput:
    return BadInput("excise.movement-message", message, faults=(FieldFault(where, message),))


def check_message(received: Received) -> None:
    """Refuse a record that contradicts itself: its text, its hash, and what it says must be one thing."""
    body: MovementMessageV1 = received.body
    if (body.kind is None) != (body.by is None):
        raise _wrong("kind", _("What is said and who says it belong together."))
    if body.kind is not None:
        if body.kind not in set(KINDS_OF[body.code]):
            raise _wrong("kind", _("%(code)s cannot say this.") % {"code": body.code})
        if body.by not in set(Party) or body.version < 1:
            raise _wrong("by", _("Who says it, or of which version, is not known."))
    if body.xml is None:
        return
    if hashlib.sha256(body.xml.encode()).hexdigest() != body.sha256:
        raise _wrong("sha256", _("The hash is not that of the message."))
    message = read_message(body.xml.encode())
    said = said_about(message, body.arc)
    if (message.code, message.version) != (body.code, body.emcs_version) or body.arc not in message.arcs:
        raise _wrong("xml", _("The message is another one than the record says."))
    if (said["kind"], said["sequence"] or body.version) != (body.kind or "", body.version):
        raise _wrong("kind", _("The message says something else than the record."))
    stated, written = _facts(body), facts_of(message)
    for name, value in stated.items():
        if value != written.get(name):
            raise _wrong(name, _("The message states this otherwise than the record."))


def _facts(body: MovementMessageV1) -> dict[str, Any]:
    found = body.model_dump(mode="json", exclude=_ENVELOPE)
    return {name: value for name, value in found.items() if value not in (None, "", [])}


@transaction.atomic
def receive_message(received: Received) -> None:
    """Handler of ``excise.movement-message/1``."""
    _enter(received, received.record.sender, received.leaf)


def _enter(received: Received, node: str, leaf: str) -> MovementMessage:
    body: MovementMessageV1 = received.body
    movement = book.opened(body.arc, received.organisation_id)
    if movement.organisation_id is None:
        movement.organisation_id = received.organisation_id
    row = book.kept(
        movement,
        node=node,
        sha256=body.sha256,
        code=body.code,
        emcs_version=body.emcs_version,
        key=body.key,
        kind=body.kind or "",
        by=body.by or "",
        sequence=body.version,
        at=clock.from_text(body.at),
        facts=_facts(body),
        xml=(body.xml or "").encode(),
        leaf=leaf,
    )
    was = movement.state
    book.refresh(movement)
    securing.settle(movement, was=was, actor=node)
    return row


@transaction.atomic
def restore_message(received: Received) -> None:
    """A message that this node sent and lost came back."""
    record = received.record
    row = _enter(received, record.sender, "")
    MovementSending.objects.get_or_create(
        leaf=received.leaf,
        defaults={"message": row, "partner": record.receiver, "sent_at": record.issued},
    )


@transaction.atomic
def erase_message(erasing: Erasing) -> None:
    """Erase a message that a partner sent; the movement stands as without it."""
    if erasing.sent:
        return
    row = MovementMessage.objects.filter(leaf=erasing.leaf).select_related("movement").first()
    if row is None:
        return
    movement = book.held(row.movement.arc)
    document, was = row.kind == Kind.ACCEPT, movement.state
    row.delete()
    if document:
        movement.lines.all().delete()
    book.refresh(movement)
    # A movement that its receipt had closed is open again, and its duty at stake.
    securing.settle(movement, was=was, actor=erasing.partner)


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number, or was signed anew, has its leaf now."""
    MovementSending.objects.filter(leaf=stand_in).update(leaf=leaf)
