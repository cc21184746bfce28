"""The country: a person is nominated, and crosses once the focal point has approved."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.apps.workshops.nominations.models import Call, Nomination
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from isthmus.kit.ids import uuid7

State = Nomination.State


def _body(row: Nomination) -> Any:  # noqa: ANN401  the body of whichever version is sent
    return bodies.sayable(lambda: bodies.nomination_of(row, settings.ISTHMUS.country))


@transaction.atomic
def nominate(call: Call, organisation: Organisation, person: dict[str, str], *, actor: str) -> Nomination:
    """Write a nomination; nothing leaves this node before the focal point approves.

    ``person`` has name, position, employer, email, gender and motivation. Conflict where the same name and
    address was nominated for this call already.
    """
    rows = Nomination.objects.filter(call=call, name=person["name"], email=person["email"])
    if rows.exclude(state=State.WITHDRAWN).exists():
        raise Conflict("workshops.nominated-twice", _("This person is nominated for this workshop already."))
    row = Nomination(call=call, organisation=organisation, reference=uuid7().hex, by=actor, **person)
    row.sent_at = clock.now()
    _body(row)
    row.sent_at = None
    row.save()
    audit.note("workshops.nominated", actor=actor, subject=row.reference, detail={"workshop": call.number})
    return row


def _locked(nomination: Nomination) -> Nomination:
    rows = Nomination.objects.select_for_update(of=("self",)).select_related("call")
    return rows.get(pk=nomination.pk)


def _send(row: Nomination) -> None:
    outgoing = Outgoing(bodies.NOMINATION, _body(row), row.call.number, row.organisation_id)
    (record,) = publish([outgoing], to=[row.call.partner])
    row.leaf = record.leaf
    row.save(update_fields=["leaf"])


@transaction.atomic
def approve(nomination: Nomination, *, actor: str) -> Nomination:
    """The focal point approves, and the nomination crosses. Conflict where it was sent or is one's own."""
    row = _locked(nomination)
    if row.state != State.DRAFT:
        raise Conflict("workshops.approved", _("This nomination was sent already."))
    if row.by == actor:
        raise Conflict("workshops.own", _("Whoever wrote a nomination does not approve it as well."))
    row.state, row.sent_at, row.approved_by = State.SENT, clock.now(), actor
    row.save(update_fields=["state", "sent_at", "approved_by"])
    audit.note("workshops.nomination-approved", actor=actor, subject=row.reference)
    _send(row)
    return row


@transaction.atomic
def withdraw(nomination: Nomination, *, actor: str) -> Nomination:
    """Withdraw a nomination; the secretariat is told where it was sent."""
    row = _locked(nomination)
    if row.state in {State.WITHDRAWN, State.DECLINED}:
        raise Conflict("workshops.withdrawn", _("This nomination is over already."))
    was_sent, row.state = row.sent_at is not None, State.WITHDRAWN
    row.save(update_fields=["state"])
    audit.note("workshops.nomination-withdrawn", actor=actor, subject=row.reference)
    if was_sent:
        _send(row)
    return row
