"""Receiving: from an untrusted batch of tokens to verdicts, effects and signed answers."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from pydantic import BaseModel, ValidationError

from isthmus.exchange import queries, registry
from isthmus.exchange.handlers import Received
from isthmus.exchange.ledger import Ledger, open_ledger
from isthmus.exchange.models import Desk, Direction, Effect, OwnVerdict, Record, Sort, Stream, Verdict
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.rules import projection
from isthmus.exchange.rules.placement import Placement, place
from isthmus.exchange.services import answers, attachments
from isthmus.exchange.services.erasure import places as erased
from isthmus.exchange.services.publish import open_stream
from isthmus.exchange.services.quarantine import describe_failure
from isthmus.exchange.services.recovery import halting
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError, Refused
from isthmus.trust.models import Partner, PartnerKey
from isthmus.trust.statements import Lookup, insert, new, relate, store, transaction
from isthmus.trust.validation import UNKNOWN_KEY, KeyRing, check_arrival, key_ring
from isthmus.wire import jws
from isthmus.wire import receipt as wire_receipt
from isthmus.wire import record as wire_record
from isthmus.wire.batch import Line
from isthmus.wire.places import ErasedPlace, read_place
from isthmus.wire.rollover import is_rollover

_LOG = logging.getLogger("isthmus.exchange.inbox")


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A token whose signature holds: its record, the leaf that names it, the key that signed it."""

    unverified: jws.Unverified
    leaf: str
    record: wire_record.Record
    key: PartnerKey

    @property
    def token(self) -> str:
        """The record as it came."""
        return self.unverified.token


@dataclass(frozen=True, slots=True)
class _Gone:
    """A place whose record its sender erased before it was delivered."""

    token: str
    leaf: str
    record: ErasedPlace


@dataclass(frozen=True, slots=True)
class _Fault:
    """The first token of a batch that cannot be placed, and why."""

    token: str
    error: IsthmusError


def _read(
    partner: Partner, ring: KeyRing, lines: Sequence[Line]
) -> tuple[list[_Arrival | _Gone], _Fault | None]:
    """Check form and signature of each token up to the first that fails; needs no lock."""
    arrivals: list[_Arrival | _Gone] = []
    for line in lines:
        token = line if isinstance(line, str) else line.text
        try:
            gone = read_place(token)
            if gone is not None:
                erased.check_stream(gone, partner)
                arrivals.append(_Gone(token, gone.leaf, gone))
                continue
            unverified, record = wire_record.read_record(line)
            key = ring.check_signature(unverified)
            _check_address(record, partner)
        except IsthmusError as error:
            return arrivals, _Fault(token, error)
        arrivals.append(_Arrival(unverified, wire_record.leaf_hash(token).hex(), record, key))
    return arrivals, None


def _check_address(record: wire_record.Record, partner: Partner) -> None:
    """Refused for a record that somebody else sent or that was meant for somebody else."""
    if record.receiver != queries.me():
        raise Refused(
            "exchange.misaddressed",
            f"Record {record.subject} is addressed to {record.receiver}, not to {queries.me()}.",
        )
    if record.sender != partner.node_id:
        raise Refused(
            "exchange.wrong-sender", f"Record {record.subject} names {record.sender} as its sender."
        )


@dataclass
class _Context:
    """What judging a batch needs, read once."""

    partner: Partner
    stream: Stream
    ledger: Ledger
    agreements: list[AgreementV1]
    desks: dict[str, int]
    moment: datetime
    known: dict[int, Record] = field(default_factory=dict)
    own: dict[int, OwnVerdict] = field(default_factory=dict)
    rows: list[Record] = field(default_factory=list)
    verdicts: list[wire_receipt.Verdict] = field(default_factory=list)

    def own_leaf(self, seq: int) -> str | None:
        """The leaf that a lost receipt of this node names under a number; None where none does."""
        own = self.own.get(seq)
        return None if own is None else own.leaf


def _typed_body(arrival: _Arrival, key: str) -> BaseModel:
    try:
        return registry.typed_body(key, arrival.record.body)
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()[:10]
        )
        raise Refused("exchange.schema", f"The body does not fit {key}: {places}.") from error


def _check_content(arrival: _Arrival, context: _Context) -> BaseModel:
    """The typed body of a record that may take effect; Refused or BadInput with the reason otherwise."""
    record = arrival.record
    if not is_rollover(record):  # its own check says under which keys it counts
        check_arrival(arrival.key, record.issued)
    tolerance = timedelta(hours=settings.ISTHMUS.clock_tolerance_hours)
    if record.issued > context.moment + tolerance:
        raise Refused(
            "exchange.from-the-future",
            f"The record is dated {clock.to_text(record.issued)};"
            f" here it is {clock.to_text(context.moment)}.",
        )
    key = f"{record.type}/{record.version}"
    kind = registry.record_types().get(key)
    if kind is None:
        raise Refused("exchange.unknown-type", f"This node does not know records of type {key}.")
    if not kind.control:
        covering = queries.covering_grant(
            [terms for terms in context.agreements if terms.agreement == record.agreement],
            key,
            record.sender,
            record.receiver,
        )
        if covering is None:
            raise Refused(
                "exchange.not-agreed",
                f"No agreement in force lets {key} cross from {record.sender} to {record.receiver}"
                f" under {record.agreement}.",
            )
        extra = projection.uncovered(record.body, covering[1].fields)
        if extra:
            raise Refused("exchange.field-not-agreed", f"The agreement does not cover: {', '.join(extra)}.")
    body = _typed_body(arrival, key)
    if kind.attachments:
        attachments.named_in(record.body)
    if kind.check:
        registry.resolve(kind.check)(Received(record, body, arrival.leaf, None, arrival.key.kid))
    return body


def _apply(row: Record, received: Received, ledger: Ledger) -> None:
    """Run the application's handler in a savepoint; its failure is our fault and waits in quarantine."""
    kind = registry.record_types()[row.key]
    row.effect_attempts += 1
    try:
        with ledger.savepoint():
            registry.resolve(kind.handler)(received)
    except Exception as error:  # noqa: BLE001  whatever the handler raises must not lose the record
        _LOG.exception("handler of %s failed", row.key)
        row.effect = Effect.QUARANTINED
        row.effect_error = describe_failure(error)
    else:
        row.effect = Effect.AWAITING if kind.countersigned else Effect.APPLIED
        row.effect_error = ""


def _check_again(arrival: _Arrival, own: OwnVerdict) -> BaseModel:
    """The body of a record that this node judged before it came back from an older state: its word holds."""
    if own.status != "accepted":
        raise Refused(own.code, own.reason)
    return _typed_body(arrival, f"{arrival.record.type}/{arrival.record.version}")


def _accept_next(arrival: _Arrival, context: _Context) -> None:
    """Give the next number of the stream its place in the log, a verdict and, if accepted, its effect."""
    record, stream = arrival.record, context.stream
    row = new(
        Record,
        uuid=record.id,
        stream_id=stream.pk,
        seq=record.seq,
        leaf=context.ledger.append(
            Sort.RECEIVED, arrival.token, arrival.unverified.packed(), bytes.fromhex(arrival.leaf)
        ),
        type=record.type,
        version=record.version,
        subject=record.subject,
        agreement=record.agreement,
        issued=record.issued,
        stored_at=context.moment,
        organisation_id=context.desks.get(f"{record.type}/{record.version}"),
    )
    relate(row, "stream", stream)
    own = context.own.get(record.seq)
    try:
        body = _check_content(arrival, context) if own is None else _check_again(arrival, own)
    except IsthmusError as error:
        row.verdict = Verdict.REFUSED
        row.verdict_code, row.verdict_reason = error.code, error.message
    else:
        row.verdict = Verdict.ACCEPTED
        received = Received(record, body, row.leaf, row.organisation_id, arrival.key.kid)
        _apply(row, received, context.ledger)
        if registry.record_types()[row.key].attachments:
            attachments.name_received(stream, row, record.body)
    stream.last_seq, stream.last_leaf = record.seq, row.leaf
    context.rows.append(row)
    context.known[record.seq] = row
    if record.type.startswith("exchange."):
        # A control record may bring an agreement into force for the records behind it.
        context.agreements = queries.agreements_in_force(context.moment)


def _verdict_of(row: Record) -> wire_receipt.Verdict:
    return wire_receipt.Verdict(
        seq=row.seq,
        leaf=row.leaf,
        status="accepted" if row.verdict == Verdict.ACCEPTED else "refused",
        code=row.verdict_code,
        reason=row.verdict_reason,
    )


def _place(arrival: _Arrival | _Gone, context: _Context) -> str | None:
    """Settle one arrival; returns a signed refusal where it gets no place and the batch must stop."""
    record, stream = arrival.record, context.stream
    if record.stream != stream.name:
        reason = f"The record belongs to stream {record.stream}; open is {stream.name}."
        return answers.refuse(
            context.ledger,
            context.partner,
            code="exchange.other-stream",
            reason=reason,
            stream=record.stream,
            seq=record.seq,
            token=arrival.token,
        )
    known = context.known.get(record.seq)
    finding = place(
        record.seq, arrival.leaf, expected=stream.last_seq + 1, known_leaf=known.leaf if known else None
    )
    if finding is Placement.GAP:
        return answers.refuse(
            context.ledger,
            context.partner,
            code="exchange.gap",
            reason=f"Number {stream.last_seq + 1} is expected before {record.seq}.",
            stream=stream.name,
            seq=record.seq,
            expected=stream.last_seq + 1,
        )
    follows = isinstance(arrival, _Gone) or arrival.record.prev == stream.last_leaf
    follows = follows and context.own_leaf(record.seq) in {None, arrival.leaf}
    if finding is Placement.EQUIVOCATION or (finding is Placement.NEXT and not follows):
        return answers.freeze_for_equivocation(
            context.ledger, stream, arrival.token, arrival.leaf, record, known
        )
    if finding is Placement.NEXT and isinstance(arrival, _Gone):
        row = erased.take_place(arrival.record, stream, context.ledger, context.moment)
        context.rows.append(row)
        context.known[row.seq] = row
    elif finding is Placement.NEXT and isinstance(arrival, _Arrival):
        _accept_next(arrival, context)
    context.verdicts.append(_verdict_of(context.known[record.seq]))
    return None


def _known_rows(stream: Stream, arrivals: Sequence[_Arrival | _Gone]) -> dict[int, Record]:
    """The rows of arrivals that repeat what the stream holds."""
    numbers = [arrival.record.seq for arrival in arrivals if arrival.record.seq <= stream.last_seq]
    return {row.seq: row for row in Record.objects.filter(stream=stream, seq__in=numbers)} if numbers else {}


def _refuse_fault(context: _Context, fault: _Fault) -> str:
    seq, stream = answers.claimed_place(fault.token)
    return answers.refuse(
        context.ledger,
        context.partner,
        code=fault.error.code,
        reason=fault.error.message,
        stream=stream or context.stream.name,
        seq=seq,
        expected=context.stream.last_seq + 1,
        token=fault.token,
    )


def _judge(context: _Context, arrivals: Sequence[_Arrival | _Gone], fault: _Fault | None) -> list[str]:
    """Place every arrival and sign the answers: a receipt where there are verdicts, a refusal at a stop."""
    begun = arrivals[0] if arrivals else None
    first = (begun.record, begun.token, begun.leaf) if isinstance(begun, _Arrival) else None
    halted = halting.halt(context.ledger, context.stream, first)
    if halted is not None:
        return [halted]
    context.known = _known_rows(context.stream, arrivals)
    context.own = halting.own_verdicts(context.stream)
    refusal: str | None = None
    for arrival in arrivals:
        refusal = _place(arrival, context)
        if refusal is not None:
            break
    if refusal is None and fault is not None:
        refusal = _refuse_fault(context, fault)
    given: list[str] = []
    if context.verdicts:
        receipt, token = answers.give_receipt(context.ledger, context.stream, context.verdicts)
        for row in context.rows:
            row.receipt_id = receipt.pk
        insert(context.rows)
        _LOG.debug(
            "%s: %d records receipted, %d of them new",
            context.stream.name,
            len(context.verdicts),
            len(context.rows),
        )
        given.append(token)
    return [*given, refusal] if refusal is not None else given


def _announces(arrivals: Sequence[_Arrival | _Gone]) -> bool:
    return any(isinstance(arrival, _Arrival) and is_rollover(arrival.record) for arrival in arrivals)


def _in_two(partner: Partner, tokens: Sequence[Line], at: int) -> list[str]:
    given = receive(partner, tokens[:at])
    stopped = jws.type_of(given[-1]) == jws.REFUSAL
    return given if stopped else given + receive(partner, tokens[at:])


_DESKS = Lookup(lambda: Desk.objects.values_list("record_type", "organisation_id"))


def receive(partner: Partner, tokens: Sequence[Line], ring: KeyRing | None = None) -> list[str]:
    """Take a batch from an active partner: verdicts, effects, log and answers in one transaction.

    A tombstone begins a transaction of its own, so that what it erases is stored by then. Whoever has just
    read the partner's seal keys gives them as ``ring``.

    Returns the signed answers: a receipt over what has a place in the stream now, and a refusal where the
    batch had to stop. Raises Refused for a partner who is not active.
    """
    if not partner.is_active:
        raise Refused("exchange.partner-suspended", f"{partner.name} is not an active partner of this node.")
    arrivals, fault = _read(partner, ring or key_ring(partner), tokens)
    if fault is not None and fault.error.code == UNKNOWN_KEY and _announces(arrivals):
        # What follows a roll-over is signed under the key that it names: a batch of its own.
        return _in_two(partner, tokens, len(arrivals))
    *earlier, last = erased.parts(arrivals)
    given: list[str] = []
    for part in earlier:
        given += _receive(partner, part, None)
        if jws.type_of(given[-1]) == jws.REFUSAL:
            return given
    return given + _receive(partner, last, fault)


def _receive(partner: Partner, arrivals: Sequence[_Arrival | _Gone], fault: _Fault | None) -> list[str]:
    """Take arrivals in one transaction; returns the signed answers."""
    with transaction(), open_ledger() as ledger:
        stream = open_stream(partner, Direction.IN)
        moment = clock.now()
        desks = dict(_DESKS())
        context = _Context(partner, stream, ledger, queries.agreements_in_force(moment), desks, moment)
        given = _judge(context, arrivals, fault)
        stream.last_contact_at = moment
        store([stream], "last_seq", "last_leaf", "state", "last_contact_at")
    return given
