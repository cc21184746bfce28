"""Settling: what a partner's signed answers mean for the records this node sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from isthmus.exchange import queries
from isthmus.exchange.ledger import Ledger, open_ledger
from isthmus.exchange.models import (
    Checkpoint,
    Receipt,
    Record,
    Sort,
    Stream,
    StreamState,
    Verdict,
)
from isthmus.exchange.services.alarms import raise_alarm
from isthmus.exchange.services.answers import keep_refusal
from isthmus.exchange.services.recovery import earlier, noticing
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError, Refused
from isthmus.trust.keystore import public_key_of
from isthmus.trust.models import KeyPurpose, Partner, PartnerKey
from isthmus.trust.statements import Select, Update, insert, new, relate, store, transaction
from isthmus.trust.validation import KeyRing, check_arrival, key_rings
from isthmus.wire import jws
from isthmus.wire import receipt as wire
from isthmus.wire.checkpoint import origin_of, verify_checkpoint
from isthmus.wire.record import leaf_hash


def _check_addressed(content: wire.Receipt | wire.Refusal, partner: Partner) -> None:
    if (content.sender, content.receiver) != (partner.node_id, queries.me()):
        raise Refused(
            "exchange.foreign-answer",
            f"This answer runs from {content.sender} to {content.receiver}.",
        )


def _checked_checkpoint(content: wire.Receipt, log_keys: Iterable[PartnerKey]) -> Checkpoint:
    """The partner's log head that the receipt carries; Refused where no log key of the partner signed it."""
    name = origin_of(content.sender)
    problem: IsthmusError | None = None
    for key in log_keys:
        try:
            head = verify_checkpoint(content.checkpoint, name=name, public_key=public_key_of(key.certificate))
            check_arrival(key, head.issued)
        except IsthmusError as error:
            problem = error
        else:
            return new(
                Checkpoint,
                node_id=content.sender,
                size=head.size,
                root=head.root.hex(),
                note=content.checkpoint,
                issued=head.issued,
            )
    raise problem or Refused("exchange.no-log-key", f"No log key of {content.sender} is known.")


_ROWS = Select(
    lambda stream, first, last: Record.objects.filter(stream_id=stream, seq__range=(first, last)).only(
        "seq", "leaf", "verdict"
    ),
    int,
    int,
    int,
)
_ACCEPT = Update(
    lambda stream, first, last, _receipt: Record.objects.filter(
        stream_id=stream, seq__range=(first, last), verdict=Verdict.WAITING
    ),
    lambda _stream, _first, _last, receipt: {"verdict": Verdict.ACCEPTED, "receipt_id": receipt},
    int,
    int,
    int,
    int,
)
_RECEIPT = Select(lambda leaf: Receipt.objects.filter(leaf=leaf).values_list("id", flat=True), str)


def _match(stream: Stream, content: wire.Receipt) -> list[Record]:
    """Our rows for a receipt's verdicts; Refused where the receipt names other records than we sent."""
    rows = {row.seq: row for row in _ROWS(stream.pk, content.from_seq, content.to_seq)}
    for verdict in content.verdicts:
        row = rows.get(verdict.seq)
        if row is None or row.leaf != verdict.leaf:
            held = row.leaf if row is not None else "nothing"
            raise Refused(
                "exchange.receipt-for-other-record",
                f"{content.sender} holds {verdict.leaf} at number {verdict.seq} of {stream.name};"
                f" this node holds {held}.",
            )
    return [rows[verdict.seq] for verdict in content.verdicts]


def _settle_receipt(
    ledger: Ledger, stream: Stream, token: str, rings: tuple[KeyRing, KeyRing], moment: datetime
) -> None:
    partner = stream.partner
    unverified, content = wire.read_receipt(token)
    key = rings[0].check_signature(unverified)
    check_arrival(key, content.issued)
    _check_addressed(content, partner)
    leaf = leaf_hash(token).hex()
    if content.stream != stream.name:
        return
    head = _checked_checkpoint(content, rings[1].keys.values())
    try:
        rows = _match(stream, content)
    except Refused as error:
        if not noticing.shows_older_state(stream, content):
            _freeze(stream, error.code, error.message)
        raise
    waiting = [row for row in rows if row.verdict == Verdict.WAITING]
    if not waiting and _RECEIPT.first(leaf) is not None:
        return
    insert([head], ignore_conflicts=True)
    receipt = new(
        Receipt,
        uuid=content.id,
        stream_id=stream.pk,
        from_seq=content.from_seq,
        to_seq=content.to_seq,
        leaf=ledger.append(Sort.RECEIPT_OBTAINED, token),
        issued=content.issued,
    )
    insert([receipt], keys=True)
    if len(waiting) == len(rows) and all(_is_plain(verdict) for verdict in content.verdicts):
        _ACCEPT(stream.pk, content.from_seq, content.to_seq, receipt.pk)
    else:
        _take_verdicts(stream, rows, content, receipt)
    if content.from_seq == 1 and stream.epoch > 1:
        earlier.close_before(stream)
    if content.from_seq <= stream.settled_seq + 1:
        stream.settled_seq = max(stream.settled_seq, content.to_seq)
    stream.last_contact_at = moment


def _is_plain(verdict: wire.Verdict) -> bool:
    """Accepted, and no more said of it: nothing but that has to be written."""
    return verdict.status == "accepted" and not verdict.code and not verdict.reason


def _take_verdicts(stream: Stream, rows: list[Record], content: wire.Receipt, receipt: Receipt) -> None:
    """Write each verdict that was waited for, and compare each that was given before."""
    settled = []
    for row, verdict in zip(rows, content.verdicts, strict=True):
        if row.verdict == Verdict.WAITING:
            row.verdict = Verdict.ACCEPTED if verdict.status == "accepted" else Verdict.REFUSED
            row.verdict_code, row.verdict_reason = verdict.code, verdict.reason
            row.receipt = receipt
            settled.append(row)
        else:
            noticing.compare_verdicts(stream, row, verdict.status)
    store(settled, "verdict", "verdict_code", "verdict_reason", "receipt_id")


def _freeze(stream: Stream, code: str, reason: str) -> None:
    stream.state = StreamState.FROZEN
    raise_alarm(
        code,
        stream.name,
        reason,
        next_step="Compare the numbers and records of the stream with the partner before you thaw it.",
    )


_FREEZING = {"exchange.equivocation", "exchange.frozen", "exchange.other-stream", "exchange.epoch-declined"}


def _heed(stream: Stream, content: wire.Refusal) -> None:
    """Change what is sent next according to a refusal."""
    if content.code == "exchange.gap" and content.expected is not None:
        if content.expected > stream.last_seq + 1:
            noticing.notice_behind(stream, content.expected - 1)
        else:
            noticing.notice_restored_partner(stream, content.expected, content.issued)
            stream.settled_seq = min(stream.settled_seq, content.expected - 1)
    elif content.code in _FREEZING:
        _freeze(stream, content.code, f"{content.sender} answers: {content.reason}")


def _settle_refusal(ledger: Ledger, stream: Stream, token: str, ring: KeyRing) -> None:
    unverified, content = wire.read_refusal(token)
    key = ring.check_signature(unverified)
    check_arrival(key, content.issued)
    _check_addressed(content, stream.partner)
    if not keep_refusal(ledger, stream.partner, token, content):
        return
    if content.stream == stream.name:
        _heed(stream, content)
    else:
        earlier.heed_gap(stream, content)


_STREAM = Select(lambda key: Stream.objects.select_for_update().filter(pk=key), int)


def _end_turn(stream: Stream, *, keep: bool) -> tuple[str, ...]:
    """Note that a turn has delivered all, and give its lease back; returns the columns to be written."""
    columns: tuple[str, ...] = ()
    if not keep:
        stream.lease_holder, stream.lease_until = "", None
        columns = ("lease_holder", "lease_until")
    if stream.failures or stream.last_error or stream.next_attempt_at is not None:
        stream.failures, stream.last_error, stream.next_attempt_at = 0, "", None
        columns += ("failures", "last_error", "next_attempt_at")
    return columns


def settle(stream: Stream, answers: Sequence[str], *, lease: str = "", keep: bool = False) -> tuple[str, ...]:
    """Take a partner's answers to what was sent on an outgoing stream.

    A receipt settles its records and is kept as the proof of delivery; a refusal rewinds or freezes the
    stream. An answer that does not prove itself changes nothing. Returns the messages of refusals and of
    answers that could not be used, for the delivery's error column; ``stream`` then shows where it stands.

    A turn names the ``lease`` it holds: where nothing waits any more, it ends with this very commit, unless
    its worker wants to ``keep`` the lease.
    """
    offered, partner = stream, stream.partner
    seals, log_keys = key_rings(partner, KeyPurpose.SEAL, KeyPurpose.LOG)
    problems: list[str] = []
    with transaction(), open_ledger() as ledger:
        (stream,) = _STREAM(stream.pk)
        relate(stream, "partner", partner)
        moment = clock.now()
        for token in answers:
            try:
                if jws.type_of(token) == jws.RECEIPT:
                    _settle_receipt(ledger, stream, token, (seals, log_keys), moment)
                else:
                    _settle_refusal(ledger, stream, token, seals)
                    problems.append(wire.read_refusal(token)[1].reason)
            except IsthmusError as error:
                problems.append(error.message)
        done = not problems and not stream.waiting and stream.state == StreamState.OPEN
        ended = _end_turn(stream, keep=keep) if lease and done and stream.lease_holder == lease else ()
        store([stream], "settled_seq", "state", "last_contact_at", *ended)
    offered.settled_seq, offered.last_seq, offered.state = stream.settled_seq, stream.last_seq, stream.state
    offered.lease_holder, offered.failures = stream.lease_holder, stream.failures
    return tuple(problems)
