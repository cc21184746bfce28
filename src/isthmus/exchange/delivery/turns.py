"""One turn of delivery: push what waits for a partner, or fetch what waits there for this node."""

import logging
import random
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import OuterRef, Subquery

from isthmus.exchange import queries
from isthmus.exchange.delivery import leases
from isthmus.exchange.delivery.client import PartnerLink
from isthmus.exchange.models import Alarm, Record, Stream, StreamState, Token
from isthmus.exchange.rules.retry import pause_seconds
from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.settle import settle
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.trust.models import Partner
from isthmus.trust.statements import Select
from isthmus.wire import batch

_LOG = logging.getLogger("isthmus.exchange.delivery")
UNDELIVERED = "exchange.undelivered"
PORTION = 100
MAX_BATCHES = 50
"""Batches that one turn carries at most, so that no partner keeps the others waiting."""


_TOKENS = Select(
    lambda stream, after: (
        Record.objects.filter(stream_id=stream, seq__gt=after)
        .order_by("seq")
        .values_list("seq", Subquery(Token.objects.filter(leaf=OuterRef("leaf")).values("text")))[:PORTION]
    ),
    int,
    int,
)


def tokens_after(stream: Stream, seq: int) -> list[str]:
    """The longest batch of a stream's tokens behind ``seq``, in order."""
    return batch.take_batch(_texts(stream.pk, seq))


def _texts(stream_id: int, seq: int) -> Iterator[str]:
    """The tokens behind ``seq`` in their order, read in portions: most batches end before the limit."""
    last = seq
    while portion := _TOKENS(stream_id, last):
        for last, text in portion:  # noqa: B007  the next portion starts behind it
            yield text
        if len(portion) < PORTION:
            return


def _push_all(stream: Stream, link: PartnerLink) -> str:
    """Push batch after batch until nothing waits or an answer brings no progress; returns what went wrong."""
    for _ in range(MAX_BATCHES):
        tokens = tokens_after(stream, stream.settled_seq)
        if not tokens:
            return ""
        before = stream.settled_seq
        problems = settle(stream, link.push(batch.pack(tokens)), lease=stream.lease_holder)
        if problems and stream.settled_seq == before:
            return " ".join(problems)
        if stream.state != StreamState.OPEN:
            return "The stream is frozen."
        if stream.settled_seq == before:
            return "The partner's answer settles nothing."
        if not stream.waiting:
            return ""
    return ""


_ALARMED = Select(
    lambda code, subject: Alarm.objects.filter(code=code, subject=subject, cleared_at=None).values_list("pk"),
    str,
    str,
)


def _watch_age(stream: Stream) -> None:
    """Raise the alarm about records that wait too long, or clear it once they are through."""
    if not stream.waiting:
        if _ALARMED(UNDELIVERED, stream.name):
            clear_alarm(UNDELIVERED, stream.name, actor="node")
        return
    oldest = queries.unsettled_records(stream).first()
    limit = timedelta(hours=settings.ISTHMUS.alarm_hours)
    if oldest is not None and clock.now() - oldest.issued > limit:
        raise_alarm(
            UNDELIVERED,
            stream.name,
            f"{stream.waiting} records wait for {stream.partner.name}, the oldest since "
            f"{clock.to_text(oldest.issued)}.",
            next_step="Check the link with the partner, or carry a bundle.",
        )


_STREAM = Select(lambda key: Stream.objects.filter(pk=key), int)
_PARTNER = Select(lambda key: Partner.objects.filter(pk=key), int)


def push_turn(stream: Stream) -> bool:
    """Deliver what waits on an outgoing stream; False where another worker has it or nothing got through.

    A failure is written to the stream with the time of the next attempt; it is never given up.
    """
    holder = leases.new_holder()
    lease_seconds = settings.ISTHMUS.request_timeout_seconds * 4 + 60
    if not leases.claim(stream.pk, holder, moment=clock.now(), seconds=lease_seconds):
        return False
    # Only under the lease is the position sure: another worker may have delivered since it was listed.
    (stream,) = _STREAM(stream.pk)
    (stream.partner,) = _PARTNER(stream.partner_id)
    try:
        problem = _push_all(stream, PartnerLink(stream.partner))
    except IsthmusError as error:
        problem = error.message
    if not problem and not stream.lease_holder:
        _watch_age(stream)
        return True
    failures = stream.failures + 1 if problem else 0
    pause = pause_seconds(
        failures or 1,
        limit=settings.ISTHMUS.retry_limit_seconds,
        jitter=random.random(),  # noqa: S311  spreads retries; no secret
    )
    next_attempt = clock.now() + timedelta(seconds=pause) if problem else None
    leases.release(stream.pk, holder, failures=failures, error=problem, next_attempt_at=next_attempt)
    if problem:
        _LOG.warning("%s: %s Next attempt in %.0f s.", stream.name, problem, pause)
    _watch_age(stream)
    return not problem


def pull_turn(partner: Partner) -> int:
    """Fetch what waits at a partner for this node and hand back the answers; returns how many records came.

    Needed where this node cannot be called. Fault where the link or the partner fails.
    """
    fetched = 0
    link = PartnerLink(partner)
    for _ in range(MAX_BATCHES):
        _, incoming = queries.stream_pair(partner)
        data = link.pull(after=incoming.last_seq if incoming else 0)
        if not data:
            break
        tokens = batch.unpack(data)
        link.post_answers(receive(partner, tokens))
        _, incoming = queries.stream_pair(partner)
        if incoming is None or incoming.state != StreamState.OPEN:
            break
        fetched += len(tokens)
    return fetched
