"""Signed answers: what this node says to what a partner sent, and the refusals that it obtained."""

from collections.abc import Sequence

from isthmus.exchange import queries
from isthmus.exchange.ledger import Ledger
from isthmus.exchange.models import Direction, Receipt, Record, Refusal, Sort, Stream, StreamState
from isthmus.exchange.services.alarms import raise_alarm
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.kit.ids import uuid7
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.statements import insert, new
from isthmus.wire import receipt as wire
from isthmus.wire.places import ErasedPlace
from isthmus.wire.record import Record as WireRecord
from isthmus.wire.record import leaf_hash, read_record

EVIDENCE_LIMIT = 1_500_000
"""Characters of an offered token that are kept as evidence: a largest record, and no more."""


def give_receipt(ledger: Ledger, stream: Stream, verdicts: Sequence[wire.Verdict]) -> tuple[Receipt, str]:
    """Sign a receipt over consecutive verdicts; it carries a checkpoint that includes the records."""
    moment = clock.now()
    seal, log_key = keystore.keys_in_use(moment, KeyPurpose.SEAL, KeyPurpose.LOG)
    content = wire.Receipt(
        id=uuid7(),
        sender=queries.me(),
        receiver=stream.partner.node_id,
        stream=stream.name,
        from_seq=verdicts[0].seq,
        to_seq=verdicts[-1].seq,
        verdicts=tuple(verdicts),
        checkpoint=ledger.checkpoint(moment, log_key),
        issued=moment,
    )
    token = wire.sign_receipt(content, seal.private_key, seal.kid)
    row = new(
        Receipt,
        uuid=content.id,
        stream_id=stream.pk,
        from_seq=content.from_seq,
        to_seq=content.to_seq,
        leaf=ledger.append(Sort.RECEIPT_GIVEN, token),
        issued=moment,
    )
    insert([row], keys=True)
    return row, token


def refuse(
    ledger: Ledger,
    partner: Partner,
    *,
    code: str,
    reason: str,
    stream: str,
    seq: int | None = None,
    expected: int | None = None,
    token: str = "",
    other_leaf: str = "",
) -> str:
    """Sign a refusal for something that gets no place in the stream, and keep what was offered."""
    moment = clock.now()
    seal = keystore.in_use(KeyPurpose.SEAL, moment)
    content = wire.Refusal(
        id=uuid7(),
        sender=queries.me(),
        receiver=partner.node_id,
        stream=stream,
        seq=seq,
        leaf=leaf_hash(token).hex() if token and token.isascii() else "",
        other_leaf=other_leaf,
        code=code,
        reason=reason,
        expected=expected,
        issued=moment,
    )
    signed = wire.sign_refusal(content, seal.private_key, seal.kid)
    Refusal.objects.create(
        uuid=content.id,
        partner=partner,
        direction=Direction.OUT,
        stream=stream,
        seq=seq,
        code=code,
        reason=reason,
        expected=expected,
        leaf=ledger.append(Sort.REFUSAL_GIVEN, signed),
        offered=token[:EVIDENCE_LIMIT],
        issued=moment,
    )
    return signed


def keep_refusal(ledger: Ledger, partner: Partner, token: str, content: wire.Refusal) -> bool:
    """Keep a partner's refusal, whose signature was checked, as evidence; False where it is kept already."""
    if Refusal.objects.filter(leaf=leaf_hash(token).hex()).exists():
        return False
    Refusal.objects.create(
        uuid=content.id,
        partner=partner,
        direction=Direction.IN,
        stream=content.stream,
        seq=content.seq,
        code=content.code,
        reason=content.reason,
        expected=content.expected,
        leaf=ledger.append(Sort.REFUSAL_OBTAINED, token),
        issued=content.issued,
    )
    return True


def freeze_for_equivocation(
    ledger: Ledger,
    stream: Stream,
    token: str,
    leaf: str,
    record: WireRecord | ErasedPlace,
    known: Record | None,
) -> str:
    """Two signed histories of one stream: freeze it, keep both tokens, alarm both sides."""
    stream.state = StreamState.FROZEN
    held = known.leaf if known is not None else stream.last_leaf
    reason = (
        f"Number {record.seq} of {stream.name} was signed twice with different content."
        if known is not None
        else f"Number {record.seq} of {stream.name} does not follow the record this node holds before it."
    )
    raise_alarm(
        "exchange.equivocation",
        stream.name,
        reason,
        next_step=f"Compare the two signed records ({held[:12]} and {leaf[:12]}) with the partner, then thaw "
        "the stream or agree on a new one.",
    )
    return refuse(
        ledger,
        stream.partner,
        code="exchange.equivocation",
        reason=reason,
        stream=stream.name,
        seq=record.seq,
        token=token,
        other_leaf=held,
    )


def refuse_frozen(ledger: Ledger, stream: Stream) -> str:
    """The answer of a stream that waits for people."""
    return refuse(
        ledger,
        stream.partner,
        code="exchange.frozen",
        reason=f"Stream {stream.name} is frozen until an operator has looked at the evidence.",
        stream=stream.name,
    )


def claimed_place(token: str) -> tuple[int | None, str]:
    """The number and stream that an unverified token claims, for the wording of a refusal only."""
    try:
        _, record = read_record(token)
    except IsthmusError:
        return None, ""
    return record.seq, record.stream
