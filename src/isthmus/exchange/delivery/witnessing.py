"""Calls in which this node and a partner witness each other's logs; apart from the deliveries, and rare."""

import logging
import random
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q

from isthmus.exchange import queries
from isthmus.exchange.delivery.client import PartnerLink, Unwilling
from isthmus.exchange.models import Checkpoint, Cosignature, Direction, LogHead, Standing, Stream, Witnessed
from isthmus.exchange.rules.retry import pause_seconds
from isthmus.exchange.services.witness import hearing
from isthmus.exchange.services.witness.silence import not_heard
from isthmus.exchange.services.witness.speaking import speak
from isthmus.kit import clock
from isthmus.kit.errors import Fault, IsthmusError
from isthmus.trust.models import Partner, PartnerState
from isthmus.wire.witness import digest

_LOG = logging.getLogger("isthmus.exchange.witness")
ROUNDS = 3
"""Messages of one turn: heads and questions, answers to those, and the cosignatures that follow from them."""
LONGEST_PAUSE = 3600
REFRESH = timedelta(days=1)


def due_partners(moment: datetime) -> list[Partner]:
    """Active partners that can be called, to whom there is something to say, and whose time has come.

    There is where this node's log has grown beyond what the partner cosigned, a cosignature has not been
    handed over, a head of the partner is not proved, or nothing was heard for a day.
    """
    size = LogHead.objects.filter(pk=1).values_list("size", flat=True).first() or 0
    if not size:
        return []
    waits = Q(witnessed__next_call_at=None) | Q(witnessed__next_call_at__lte=moment)
    cosigned = Cosignature.objects.filter(partner=OuterRef("pk"), size__gte=size)
    unhanded = Witnessed.objects.filter(partner=OuterRef("pk"), tip_size__gt=F("handed_size"))
    unhanded = unhanded.exclude(cosigned_note="")
    unproved = Checkpoint.objects.filter(node_id=OuterRef("node_id"), history=0, standing=Standing.NEW)
    wanted = (
        ~Exists(cosigned) | Exists(unproved) | Q(witnessed__heard_at__lte=moment - REFRESH) | Exists(unhanded)
    )
    return list(Partner.objects.filter(waits & wanted, state=PartnerState.ACTIVE, reachable=True))


def witness_turn(partner: Partner) -> bool:
    """Call a partner until nothing is left to say; False where another worker does or the call failed."""
    moment = clock.now()
    Witnessed.objects.get_or_create(partner=partner)
    free = Q(next_call_at=None) | Q(next_call_at__lte=moment)
    lease = timedelta(seconds=settings.ISTHMUS.request_timeout_seconds * ROUNDS + 60)
    if not Witnessed.objects.filter(free, partner=partner).update(next_call_at=moment + lease):
        return False
    try:
        _converse(partner, PartnerLink(partner))
    except IsthmusError as error:
        _failed(partner, error)
        return False
    pause = timedelta(seconds=settings.ISTHMUS.witness_seconds)
    Witnessed.objects.filter(partner=partner).update(
        next_call_at=clock.now() + pause, failures=0, last_error=""
    )
    return True


def _converse(partner: Partner, link: PartnerLink) -> None:
    shown: tuple[str, ...] = ()
    for _ in range(ROUNDS):
        spoken = speak(partner, shown=shown)
        answer = hearing.open_message(partner, link.witness(spoken.token), reply_to=digest(spoken.token))
        hearing.told(partner, spoken)
        more = hearing.hear(partner, answer, asked=spoken.asked)
        shown = hearing.shown_in(answer)
        log = Witnessed.objects.get(partner=partner)
        if not more and log.tip_size <= spoken.cosigned_size:
            return


def _failed(partner: Partner, error: IsthmusError) -> None:
    """Try again later. Who answers otherwise, or takes records meanwhile, owes its proofs all the same."""
    log = Witnessed.objects.get(partner=partner)
    pause = pause_seconds(log.failures + 1, limit=LONGEST_PAUSE, jitter=random.random())  # noqa: S311  spreads
    at = clock.now() + timedelta(seconds=max(pause, settings.ISTHMUS.witness_seconds))
    Witnessed.objects.filter(partner=partner).update(
        failures=log.failures + 1, last_error=error.message[:2000], next_call_at=at
    )
    _LOG.warning("the logs of %s and %s: %s", queries.me(), partner.node_id, error.message)
    if not isinstance(error, Fault) or isinstance(error, Unwilling) or _is_delivered_to(partner):
        not_heard(partner)


def _is_delivered_to(partner: Partner) -> bool:
    """Whether records cross over the line meanwhile: receipts came, and no delivery has failed since."""
    recent = clock.now() - timedelta(seconds=max(LONGEST_PAUSE, settings.ISTHMUS.witness_seconds))
    out = Stream.objects.filter(partner=partner, direction=Direction.OUT, failures=0)
    return out.filter(last_contact_at__gte=recent).exists()
