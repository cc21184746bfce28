"""One turn of delivery: push what waits for a partner, or fetch what waits there for this node."""

import logging
import random
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import OuterRef, Subquery

from isthmus.exchange import queries
from isthmus.exchange.delivery import leases, recovery
from isthmus.exchange.delivery.client import PartnerLink
from isthmus.exchange.models import Alarm, Record, Stream, StreamState, Token
from isthmus.exchange.rules.retry import pause_seconds
from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.exchange.services.erasure import places as erased
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.recovery.halting import RECOVERING
from isthmus.exchange.services.settle import settle
from isthmus.kit import clock
from isthmus.kit.errors import Fault, IsthmusError
from isthmus.trust.models import Partner
from isthmus.trust.statements import Lookup, Select, relate
from isthmus.wire import batch, packing

_LOG = logging.getLogger("isthmus.exchange.delivery")
UNDELIVERED = "exchange.undelivered"
PORTION = 100
MAX_BATCHES = 50
"""Batches that one turn carries at most, so that no partner keeps the others waiting."""


_PACKED = Token.objects.filter(entry__leaf=OuterRef("leaf")).values("packed")
_TOKENS = Select(
    lambda stream, after: (
        Record.objects.filter(stream_id=stream, seq__gt=after)
        .order_by("seq")
        .values_list("seq", Subquery(_PACKED))[:PORTION]
    ),
    int,
    int,
)


def texts_after(stream: Stream, seq: int, records: int = batch.MAX_RECORDS) -> list[bytes]:
    """The longest batch of a stream's tokens behind ``seq``, in order, each packed as it is kept."""
    return batch.take_batch(_texts(stream.pk, seq), packing.length_of, records)


def tokens_after(stream: Stream, seq: int) -> list[str]:
    """The same tokens, opened."""
    return [packing.unpack(packed) for packed in texts_after(stream, seq)]


def _texts(stream_id: int, seq: int) -> Iterator[bytes]:
    """The tokens behind ``seq`` in their order, read in portions: most batches end before the limit."""
    last = seq
    while portion := _TOKENS(stream_id, last):
        for last, packed in portion:
            yield bytes(packed) if packed is not None else packing.pack(erased.line_at(stream_id, last))
        if len(portion) < PORTION:
            return


def _push_all(stream: Stream, link: PartnerLink, *, keep: bool) -> str:
    """Push batch after batch until nothing waits or an answer brings no progress; returns what went wrong."""
    healed = False
    for turn in range(MAX_BATCHES):
        if turn and not _PARTNER(stream.partner_id)[0].is_active:
            return "The partner was suspended."
        texts = texts_after(stream, stream.settled_seq, link.portion)
        if not texts:
            return ""
        before = stream.settled_seq
        answers = link.push_texts(texts)
        problems = settle(stream, answers, lease=stream.lease_holder, keep=keep)
        if problems and not healed and link.heal(answers):
            healed = True
            continue
        if problems:
            recovery.help_partner(stream, answers, before, link)
        if problems and stream.settled_seq == before:
            return " ".join(problems)
        if stream.state != StreamState.OPEN:
            return "The stream stands still until its position is sure."
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
_PARTNER = Lookup(lambda key: Partner.objects.filter(pk=key).defer("card"), int)


def push_turn(stream: Stream, holding: leases.Holding | None = None) -> bool:
    """Deliver what waits on an outgoing stream; False where another worker has it or nothing got through.

    A worker that goes on serving streams names its ``holding``. A failure is written to the stream with the
    time of the next attempt; it is never given up.
    """
    keep = holding is not None
    holding = holding or leases.Holding()
    moment = clock.now()
    held = holding.has(stream.pk, moment)
    if not held and not holding.take(stream.pk, moment):
        return False
    if not held or stream.lease_holder != holding.name:
        # Only under the lease is the position sure: another turn may have delivered since it was listed.
        (stream,) = _STREAM(stream.pk)
    (partner,) = _PARTNER(stream.partner_id)
    relate(stream, "partner", partner)
    try:
        link = PartnerLink(partner)
        problem = recovery.compare_first(stream, link) if recovery.first_contact.is_due(stream) else ""
        problem = problem or _push_all(stream, link, keep=keep)
    except IsthmusError as error:
        problem = error.message
    if problem or stream.failures or stream.lease_holder != holding.name or not keep:
        _end_turn(stream, holding, problem)
    if stream.pk not in holding.calm:
        _watch_age(stream)
        if keep and not problem and not stream.waiting:
            holding.calm.add(stream.pk)
    return not problem


def _end_turn(stream: Stream, holding: leases.Holding, problem: str) -> None:
    """Give the lease back, if the commit that settled has not done so, with what went wrong."""
    holding.forget(stream.pk)
    if not stream.lease_holder:
        return
    failures = stream.failures + 1 if problem else 0
    pause = pause_seconds(
        failures or 1,
        limit=settings.ISTHMUS.retry_limit_seconds,
        jitter=random.random(),  # noqa: S311  spreads retries; no secret
    )
    next_attempt = clock.now() + timedelta(seconds=pause) if problem else None
    leases.release(stream.pk, holding.name, failures=failures, error=problem, next_attempt_at=next_attempt)
    if problem:
        _LOG.warning("%s: %s Next attempt in %.0f s.", stream.name, problem, pause)


def pull_turn(partner: Partner) -> int:
    """Fetch what waits at a partner for this node and hand back the answers; returns how many records came.

    Needed where this node cannot be called. Fault where the link or the partner fails.
    """
    fetched = 0
    link = PartnerLink(partner)
    for _ in range(MAX_BATCHES):
        _, incoming = queries.stream_pair(partner)
        held = incoming.last_seq if incoming else 0
        try:
            tokens = link.pull(after=held, stream=incoming.name if incoming else "")
        except Fault as error:
            if error.code != RECOVERING:
                raise
            recovery.give_all(partner, link)
            break
        if not tokens:
            break
        link.post_answers(receive(partner, tokens))
        _, incoming = queries.stream_pair(partner)
        if incoming is None or incoming.state != StreamState.OPEN:
            break
        fetched += incoming.last_seq - held
        if incoming.last_seq == held:
            break  # only the answers were owed; if they do not settle, the next turn tries again
    return fetched
