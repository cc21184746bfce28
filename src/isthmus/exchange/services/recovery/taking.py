"""This node's side: taking back what a partner kept, until the stream may move again."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import queries, registry, tokens
from isthmus.exchange.handlers import Received
from isthmus.exchange.ledger import Ledger, open_ledger
from isthmus.exchange.models import (
    Desk,
    Direction,
    Effect,
    OwnVerdict,
    Record,
    Refusal,
    Sort,
    Stream,
    StreamState,
)
from isthmus.exchange.rules import history
from isthmus.exchange.services import answers, attachments
from isthmus.exchange.services.alarms import raise_alarm
from isthmus.exchange.services.erasure.places import take_place
from isthmus.exchange.services.keys import readopt_keys
from isthmus.exchange.services.publish import open_stream
from isthmus.exchange.services.quarantine import describe_failure
from isthmus.exchange.services.recovery import claims, marking, reopening
from isthmus.exchange.services.recovery.exchange_form import GivenBack, Wanted
from isthmus.exchange.services.recovery.own import NOT_OURS, OwnPlace, OwnRecord, read_own, read_own_receipt
from isthmus.exchange.services.settle import settle
from isthmus.kit import clock
from isthmus.kit.errors import Refused
from isthmus.trust.models import Partner
from isthmus.trust.validation import own_ring
from isthmus.wire import jws
from isthmus.wire.places import read_place
from isthmus.wire.record import leaf_hash

_LOG = logging.getLogger("isthmus.exchange.recovery")


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What one portion brought: records new here, and what is wanted next; None where nothing is."""

    records: int
    wanted: Wanted | None


def recovering_stream(partner: Partner) -> Stream | None:
    """The oldest outgoing stream to ``partner`` of which the last number is not sure."""
    found = Stream.objects.filter(
        partner=partner, direction=Direction.OUT, state=StreamState.RECOVERING
    ).order_by("epoch")
    return found.first()


def wanted(partner: Partner) -> Wanted | None:
    """What to ask the partner for; None where every stream with it is sure."""
    stream = recovering_stream(partner)
    _out, incoming = queries.stream_pair(partner)
    halted = incoming is not None and incoming.state == StreamState.RECOVERING
    if stream is None and not halted:
        return None
    with transaction.atomic(), open_ledger() as ledger:
        stream = stream or open_stream(partner, Direction.OUT)
        incoming = open_stream(partner, Direction.IN)
        return Wanted(
            stream=stream.name,
            after=stream.settled_seq,
            incoming=incoming.name,
            receipted=max(incoming.own_receipted, incoming.last_seq),
            answers=(ask_again(ledger, incoming),),
        )


def ask_again(ledger: Ledger, incoming: Stream) -> str:
    """A signed answer that makes the partner send again from what this node holds; said anew only if new."""
    said = (
        Refusal.objects.filter(partner=incoming.partner, direction=Direction.OUT, stream=incoming.name)
        .order_by("-id")
        .first()
    )
    if said is not None and (said.code, said.expected) == ("exchange.gap", incoming.last_seq + 1):
        text = tokens.text_of(said.leaf)
        if text is not None:
            return text
    return answers.refuse(
        ledger,
        incoming.partner,
        code="exchange.gap",
        reason=f"{queries.me()} came back from an older state and expects number {incoming.last_seq + 1}.",
        stream=incoming.name,
        expected=incoming.last_seq + 1,
    )


def take_back(partner: Partner, given: GivenBack) -> TakenBack:
    """Take a portion of what ``partner`` gives back; says what is wanted next.

    Every record must be one that this node signed itself, in the chain of its stream; it is logged, gets its
    row, and its application may have it back. Receipts settle it. Where this node does not know yet that it
    came back from an older state, such a record proves it: all streams stop. Refused ``exchange.not-ours``,
    ``exchange.two-histories`` where a number was signed twice (the stream is frozen then), or
    ``exchange.not-returned`` where the partner holds more than it gives.
    """
    readopt_keys([line for line in given.records if read_place(line) is None])
    seal = own_ring(queries.me())
    try:
        before = partial(_leaf_before, given.stream)
        own = read_own(given.records, seal, partner, given.stream, leaf_before=before)
    except Refused as error:
        raise_alarm(NOT_OURS, given.stream, error.message, next_step=error.next_step)
        raise
    _notice(partner, given, own)
    with transaction.atomic(), open_ledger() as ledger:
        stream = reopening.locked(partner, given.stream)
        reopening.keep_position(partner, given, ledger)
        taken = _take_records(ledger, stream, own)
        if taken is None:
            marking.note_divergence(stream, stream.diverged_seq or 0)
    if taken is None:
        raise Refused(
            marking.TWO_HISTORIES,
            _("Two records were signed under number %(seq)d of %(stream)s.")
            % {"seq": stream.diverged_seq, "stream": stream.name},
            next_step=_("Begin a new epoch of the stream."),
        )
    _take_own_receipts(partner, given)
    receipts = [token for token in given.answers if jws.type_of(token) == jws.RECEIPT]
    if receipts:
        settle(stream, receipts)
    if given.more:
        stream.refresh_from_db()
        _out, incoming = queries.stream_pair(partner)
        return TakenBack(taken, _next(stream, incoming, own))
    reopening.finish(partner, given)
    return TakenBack(taken, wanted(partner))


def _next(stream: Stream, incoming: Stream | None, own: Sequence[OwnRecord | OwnPlace]) -> Wanted:
    assert incoming is not None, "marking made both streams"
    return Wanted(
        stream=stream.name,
        after=own[-1].record.seq if own else stream.last_seq,
        incoming=incoming.name,
        receipted=max(incoming.own_receipted, incoming.last_seq),
    )


def _notice(partner: Partner, given: GivenBack, own: Sequence[OwnRecord | OwnPlace]) -> None:
    """What this node signed and does not know proves that it came back; an erased place does not."""
    stream = Stream.objects.filter(partner=partner, direction=Direction.OUT, name=given.stream).first()
    _out, incoming = queries.stream_pair(partner)
    claimed = claims.is_claimed(partner)
    signed: list[tuple[str, datetime]] = []
    behind = ""
    if stream is None or stream.state == StreamState.OPEN or claimed:
        last_seq = stream.last_seq if stream is not None else 0
        signed = [(one.leaf, one.record.issued) for one in own if isinstance(one, OwnRecord)]
        if own and own[-1].record.seq > last_seq:
            behind = f"{partner.node_id} holds records of {given.stream} behind number {last_seq}."
    if incoming is not None and (incoming.state == StreamState.OPEN or claimed):
        ring = own_ring(queries.me())
        for token in given.own_receipts:
            content = read_own_receipt(token, ring, partner)
            later = int(content.stream.rpartition("#")[2]) - incoming.epoch
            if later > 0 or (later == 0 and content.to_seq > max(incoming.last_seq, incoming.own_receipted)):
                signed.append((leaf_hash(token).hex(), content.issued))
                behind = behind or (
                    f"{partner.node_id} holds a receipt of this node for number {content.to_seq}"
                    f" of {content.stream}."
                )
    if claims.proves(signed):
        other = f"{partner.node_id} holds other records of {given.stream} than this node."
        marking.found_older(stream, behind or other)
    elif behind and not claimed:
        claims.heed(partner, given.stream, behind)


def _take_records(ledger: Ledger, stream: Stream, own: Sequence[OwnRecord | OwnPlace]) -> int | None:
    """Append what is new; None where a number stands here with another leaf (then in ``diverged_seq``)."""
    if not own:
        return 0
    first = own[0].record.seq
    rows = dict(
        Record.objects.filter(stream=stream, seq__gte=first - 1, seq__gt=0).values_list("seq", "leaf")
    )
    verdict = history.judge_returned(
        [record.place for record in own], rows, after=first - 1, leaf=rows.get(first - 1, "")
    )
    if verdict.broken is not None or first > stream.last_seq + 1:
        raise Refused(
            "exchange.not-ours",
            _("What the partner gave back does not follow the records that are here (number %(seq)d).")
            % {"seq": verdict.broken or first},
        )
    if verdict.diverged is not None:
        stream.diverged_seq = verdict.diverged
        return None
    new = own[verdict.known :]
    if stream.state != StreamState.RECOVERING and new:
        raise Refused(
            "exchange.not-recovering", _("Stream %(name)s does not recover.") % {"name": stream.name}
        )
    if any(isinstance(record, OwnPlace) for record in new) and claims.is_claimed(stream.partner):
        raise Refused(
            NOT_OURS,
            _("An erased place that nobody signed does not show that %(name)s ever went so far.")
            % {"name": stream.name},
        )
    desks = dict(Desk.objects.values_list("record_type", "organisation_id"))
    for record in new:
        if isinstance(record, OwnPlace):
            take_place(record.record, stream, ledger, clock.now(), sort=Sort.SENT).save()
        else:
            _append(ledger, stream, record, desks)
    if new:
        stream.save(update_fields=["last_seq", "last_leaf"])
        _LOG.warning("%s: %d records came back from %s", stream.name, len(new), stream.partner.node_id)
        audit.note(
            "exchange.records-returned",
            actor="node",
            subject=stream.name,
            detail={"from": new[0].record.seq, "to": new[-1].record.seq},
        )
    return len(new)


def _leaf_before(stream: str, seq: int) -> str:
    rows = Record.objects.filter(stream__name=stream, seq=seq - 1)
    return rows.values_list("leaf", flat=True).first() or ""


def _append(ledger: Ledger, stream: Stream, own: OwnRecord, desks: dict[str, int]) -> None:
    record = own.record
    row = Record.objects.create(
        uuid=record.id,
        stream=stream,
        seq=record.seq,
        leaf=ledger.append(Sort.SENT, own.token),
        type=record.type,
        version=record.version,
        subject=record.subject,
        agreement=record.agreement,
        issued=record.issued,
        stored_at=clock.now(),
        organisation_id=desks.get(f"{record.type}/{record.version}"),
    )
    stream.last_seq, stream.last_leaf = record.seq, own.leaf
    kind = registry.record_types().get(row.key)
    if kind is not None and kind.attachments:
        attachments.name_returned(stream, row.leaf, record.body)
    if kind is None or not kind.restored:
        return
    mark = ledger.mark()
    row.effect_attempts = 1
    try:
        with transaction.atomic():
            body = registry.typed_body(row.key, record.body)
            registry.resolve(kind.restored)(Received(record, body, row.leaf, row.organisation_id, own.kid))
    except Exception as error:  # noqa: BLE001  whatever the hook raises must not lose the record
        _LOG.exception("%s could not be given back to its application", row.key)
        ledger.return_to(mark)
        row.effect, row.effect_error = Effect.QUARANTINED, describe_failure(error)
    else:
        row.effect = Effect.APPLIED
    row.save(update_fields=["effect", "effect_error", "effect_attempts"])


def _take_own_receipts(partner: Partner, given: GivenBack) -> None:
    """Keep the verdicts that this node gave and lost: the same records get them again."""
    if not given.own_receipts:
        return
    ring = own_ring(queries.me())
    with transaction.atomic(), open_ledger():
        incoming = open_stream(partner, Direction.IN)
        for token in given.own_receipts:
            content = read_own_receipt(token, ring, partner)
            if content.stream != incoming.name:
                continue  # of an epoch that is reached only behind this one
            OwnVerdict.objects.bulk_create(
                (
                    OwnVerdict(
                        stream=incoming,
                        seq=verdict.seq,
                        leaf=verdict.leaf,
                        status=verdict.status,
                        code=verdict.code,
                        reason=verdict.reason,
                    )
                    for verdict in content.verdicts
                    if verdict.seq > incoming.last_seq
                ),
                ignore_conflicts=True,
            )
            incoming.own_receipted = max(incoming.own_receipted, content.to_seq)
        incoming.save(update_fields=["own_receipted"])
