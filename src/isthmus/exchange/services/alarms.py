"""Raising and clearing alarms."""

import logging

from django.db.models import F

from isthmus.accounts import audit
from isthmus.exchange.models import Alarm
from isthmus.kit import clock

_LOG = logging.getLogger("isthmus.exchange.alarm")


def raise_alarm(code: str, subject: str, message: str, *, next_step: str = "") -> None:
    """Raise an alarm, or count it again where the same one is still open."""
    moment = clock.now()
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


def clear_alarm(code: str, subject: str, *, actor: str) -> bool:
    """Close an open alarm; False where there was none."""
    closed = Alarm.objects.filter(code=code, subject=subject, cleared_at=None).update(
        cleared_at=clock.now(), cleared_by=actor
    )
    if closed:
        audit.note("exchange.alarm-cleared", actor=actor, subject=subject, detail={"code": code})
    return bool(closed)
