"""What arrives: calls and selections at a country, nominations at the secretariat.

A check refuses what contradicts itself or is about nothing known here, with a signed reason. What is
only late or over a quota is kept and shown as such: the secretariat decides.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.workshops.mailing.services.letters import tell_decision
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.apps.workshops.nominations.models import Call, Gender, Invitation, Nomination, Nominee
from isthmus.apps.workshops.nominations.records import CallV1, NominationV1, SelectionV1
from isthmus.apps.workshops.nominations.services.keeping import recall
from isthmus.exchange.handlers import Received
from isthmus.exchange.models import Record
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault


def _fault(field: str, message: str) -> BadInput:
    return BadInput("workshops.record", message, faults=(FieldFault(field, message),))


def arrived_at(leaf: str) -> datetime:
    """When a record reached this node; now, while it is arriving."""
    return Record.objects.filter(leaf=leaf).values_list("stored_at", flat=True).first() or clock.now()


def check_call(received: Received) -> None:
    """Refuse a call whose days contradict each other, or another one under the number of an earlier."""
    body: CallV1 = received.body
    if body.ends < body.starts:
        raise _fault("ends", _("The last day lies before the first."))
    known = Call.objects.filter(partner=received.record.sender, number=body.workshop).first()
    if known is not None and known.body != body.model_dump(mode="json"):
        raise _fault("workshop", _("Another call was sent under this number."))


@transaction.atomic
def receive_call(received: Received) -> None:
    """Handler of ``workshops.call/1``: the country sees the workshop and may nominate."""
    body: CallV1 = received.body
    _row, new = Call.objects.get_or_create(
        partner=received.record.sender,
        number=body.workshop,
        defaults={
            "title": body.title,
            "host": body.host or "",
            "place": body.place or "",
            "starts": date.fromisoformat(body.starts),
            "ends": date.fromisoformat(body.ends),
            "until": clock.from_text(body.until),
            "quota": body.quota,
            "body": body.model_dump(mode="json"),
            "leaf": received.leaf,
        },
    )
    if new:
        recall(bodies.NOMINATION, received.record.sender, body.workshop)


def _invitation(received: Received, number: str) -> Invitation:
    rows = Invitation.objects.filter(workshop__number=number, partner=received.record.sender)
    row = rows.select_related("workshop").first()
    if row is None:
        raise _fault("workshop", _("This country was not called to a workshop of this number."))
    return row


def check_nomination(received: Received) -> None:
    """Refuse a person of another country, a call that was not made, and a second person under one name."""
    body: NominationV1 = received.body
    invitation = _invitation(received, body.workshop)
    if body.country is not None and invitation.country and body.country != invitation.country:
        raise _fault("country", _("A country nominates its own people only."))
    known = invitation.nominees.filter(reference=body.nomination).first()
    if body.says == "withdrawn":
        if known is None:
            raise _fault("nomination", _("Nobody was nominated under this name."))
        return
    if body.name is None:
        raise _fault("name", _("A nomination names the person."))
    if known is not None and known.body != body.model_dump(mode="json"):
        raise _fault("nomination", _("Another person was nominated under this name."))


@transaction.atomic
def receive_nomination(received: Received) -> None:
    """Handler of ``workshops.nomination/1``: noted with the time at which it arrived, or withdrawn."""
    body: NominationV1 = received.body
    invitation, moment = _invitation(received, body.workshop), arrived_at(received.leaf)
    if body.says == "withdrawn":
        rows = invitation.nominees.filter(reference=body.nomination, withdrawn_at=None)
        rows.update(withdrawn_at=moment)
        return
    _row, new = Nominee.objects.get_or_create(
        invitation=invitation,
        reference=body.nomination,
        defaults={
            "name": body.name or "",
            "position": body.position or "",
            "employer": body.employer or "",
            "email": body.email or "",
            "gender": body.gender or Gender.NOT_STATED,
            "motivation": body.motivation or "",
            "body": body.model_dump(mode="json"),
            "arrived_at": moment,
            "leaf": received.leaf,
        },
    )
    if new:
        recall(bodies.SELECTION, received.record.sender, body.workshop)


def _nomination(received: Received, body: SelectionV1) -> Nomination:
    rows = Nomination.objects.select_related("call").filter(
        call__number=body.workshop, call__partner=received.record.sender
    )
    row = rows.filter(reference=body.nomination).exclude(sent_at=None).first()
    if row is None:
        raise _fault("nomination", _("This node has sent no such nomination."))
    return row


def check_selection(received: Received) -> None:
    """Refuse a decision about a nomination that this node did not send."""
    _nomination(received, received.body)


@transaction.atomic
def receive_selection(received: Received) -> None:
    """Handler of ``workshops.selection/1``: the country sees what was decided; the latest decision counts."""
    body: SelectionV1 = received.body
    row, at = _nomination(received, body), clock.from_text(body.at)
    if row.answered_at is not None and row.answered_at >= at:
        return
    if row.state != Nomination.State.WITHDRAWN:
        row.state = Nomination.State(body.says)
    row.answered_at, row.reason, row.answer_leaf = at, body.reason or "", received.leaf
    row.save(update_fields=["state", "answered_at", "reason", "answer_leaf"])
    tell_decision(row)
