"""Partners that exchange records over the line but never speak of their logs owe their proofs as well."""

import time
from datetime import timedelta

from isthmus.exchange.models import Witnessed
from isthmus.exchange.services.witness.hearing import mark_asked
from isthmus.exchange.services.witness.judging import watch
from isthmus.exchange.services.witness.speaking import questions_about
from isthmus.kit import clock
from isthmus.trust.models import Partner

PAUSE_SECONDS = 3600
_looked: dict[int, float] = {}
"""When each partner was looked at in this process, by its key."""


def not_heard(partner: Partner) -> None:
    """Count what the partner has not proved as asked for, and raise the alarm once that is owed too long."""
    log, _made = Witnessed.objects.get_or_create(partner=partner)
    log.partner = partner
    mark_asked(row.pk for row in questions_about(log))
    watch(log)


def came_by_line(partner: Partner) -> None:
    """A partner that this node cannot call fetches its records: it could have spoken of its log as well.

    Looks once an hour at most. Nobody is blamed who meets this node by stick alone.
    """
    moment = time.monotonic()
    if moment - _looked.get(partner.pk, -PAUSE_SECONDS) < PAUSE_SECONDS:
        return
    _looked[partner.pk] = moment
    heard = Witnessed.objects.filter(partner=partner).values_list("heard_at", flat=True).first()
    if heard is None or clock.now() - heard > timedelta(seconds=PAUSE_SECONDS):
        not_heard(partner)
