"""Raising and clearing alarms."""

import logging

from django.db.models import F
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import alarm_book
from isthmus.exchange.models import Alarm, Stream, StreamState
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault

_LOG = logging.getLogger("isthmus.exchange.alarm")


def raise_alarm(code: str, subject: str, message: str, *, next_step: str = "") -> None:
    """Raise an alarm, or count it again where the same one is still open.

    The code has an entry in ``alarm_book``, which says what to do about it.
    """
    moment = clock.now()
    if not alarm_book.is_known(code):
        undescribed(code)
    _LOG.warning("%s %s: %s", code, subject, message)
    again = Alarm.objects.filter(code=code, subject=subject, cleared_at=None).update(
        times=F("times") + 1, last_seen_at=moment, message=message, next_step=next_step
    )
    if not again:
        Alarm.objects.create(
            code=code,
            subject=subject,
            message=message,
            next_step=next_step,
            raised_at=moment,
            last_seen_at=moment,
        )
        audit.note("exchange.alarm-raised", actor="node", subject=subject, detail={"code": code})


def undescribed(code: str) -> None:
    """Say that nobody has written down what to do about an alarm; the alarm is raised all the same."""
    _LOG.error("the alarm %s has no entry in isthmus.exchange.alarm_book", code)


def clear_alarm(code: str, subject: str, *, actor: str, reason: str = "") -> bool:
    """Close an open alarm; False where there was none. ``reason`` is what a person found out."""
    closed = Alarm.objects.filter(code=code, subject=subject, cleared_at=None).update(
        cleared_at=clock.now(), cleared_by=actor, cleared_reason=reason
    )
    if closed:
        detail = {"code": code, **({"reason": reason} if reason else {})}
        audit.note("exchange.alarm-cleared", actor=actor, subject=subject, detail=detail)
    return bool(closed)


def clear_by_hand(alarm: Alarm, reason: str, *, actor: str) -> None:
    """Close an alarm because a person says that its matter is settled, and why.

    Raises BadInput without a reason; Conflict for an alarm of a stream that is still frozen, which a thaw
    clears, and for one that is closed already.
    """
    if not reason.strip():
        fault = FieldFault("reason", _("Say what you found out."))
        raise BadInput("exchange.no-reason", _("An alarm is cleared for a reason."), faults=(fault,))
    if Stream.objects.filter(name=alarm.subject, state=StreamState.FROZEN).exists():
        raise Conflict(
            "exchange.still-frozen",
            _("The stream %(name)s is still frozen.") % {"name": alarm.subject},
            next_step=_("Look at its evidence and thaw it; that clears the alarm."),
        )
    if not clear_alarm(alarm.code, alarm.subject, actor=actor, reason=reason.strip()):
        raise Conflict("exchange.alarm-cleared", _("Somebody has cleared this alarm already."))
