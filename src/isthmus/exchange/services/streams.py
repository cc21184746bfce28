"""Frozen streams: letting one move again after people have looked at the evidence."""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Alarm, Direction, Stream, StreamState
from isthmus.exchange.services.alarms import clear_alarm
from isthmus.kit.errors import BadInput, Conflict, FieldFault
from isthmus.trust.models import Partner
from isthmus.trust.services import resume

UNDELIVERED = "exchange.undelivered"


@transaction.atomic
def resume_exchange(partner: Partner, *, actor: str) -> Partner:
    """Let records cross again with a suspended partner; what waits is sent at the next turn, in order."""
    with open_ledger():
        partner = resume(partner, actor=actor)
        Stream.objects.filter(partner=partner, direction=Direction.OUT).update(
            failures=0, last_error="", next_attempt_at=None
        )
    return partner


@transaction.atomic
def thaw(stream: Stream, reason: str, *, actor: str) -> Stream:
    """Let a frozen stream move again, for a reason that is kept; its alarms are cleared with it.

    Raises Conflict for a stream that is not frozen, BadInput without a reason.
    """
    if not reason.strip():
        fault = FieldFault("reason", _("Say what you and the partner found out."))
        raise BadInput("exchange.no-reason", _("A stream is thawed for a reason."), faults=(fault,))
    with open_ledger():
        stream = Stream.objects.select_for_update().get(pk=stream.pk)
        if stream.state != StreamState.FROZEN:
            raise Conflict("exchange.not-frozen", _("Stream %(name)s is not frozen.") % {"name": stream.name})
        if stream.diverged_seq is not None:
            raise Conflict(
                "exchange.two-histories",
                _("Stream %(name)s has two histories; thawed, it would send a number twice.")
                % {"name": stream.name},
                next_step=_("Begin a new epoch instead."),
            )
        stream.state = StreamState.OPEN
        stream.failures, stream.last_error, stream.next_attempt_at = 0, "", None
        stream.save(update_fields=["state", "failures", "last_error", "next_attempt_at"])
        # That records wait too long is not settled by a thaw; the worker clears that one itself.
        raised = Alarm.objects.filter(subject=stream.name, cleared_at=None).exclude(code=UNDELIVERED)
        for code in raised.values_list("code", flat=True):
            clear_alarm(code, stream.name, actor=actor)
        audit.note("exchange.stream-thawed", actor=actor, subject=stream.name, detail={"reason": reason})
    return stream
