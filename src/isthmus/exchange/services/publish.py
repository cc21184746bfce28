"""Publishing: from a business transaction into the outgoing streams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from isthmus.exchange import queries, registry
from isthmus.exchange.ledger import Ledger, open_ledger
from isthmus.exchange.models import Direction, Record, Sort, Stream, StreamState
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.rules import projection
from isthmus.exchange.rules.projection import Body
from isthmus.exchange.services import attachments
from isthmus.exchange.services.recovery import holding
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, Refused
from isthmus.kit.ids import uuid7
from isthmus.trust import keystore
from isthmus.trust.keystore import KeyInUse
from isthmus.trust.models import KeyPurpose, Partner, PartnerState
from isthmus.trust.statements import Select, insert, new, relate, store, transaction
from isthmus.wire import codec
from isthmus.wire.codec import Json
from isthmus.wire.record import sign_bytes, sign_sound, stream_name, write_record


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One statement to publish: its type (``name/version``), typed body and business key.

    ``organisation_id`` is the organisation of this node that makes the statement, if it is one's.
    """

    record_type: str
    body: BaseModel
    subject: str
    organisation_id: int | None = None


_STREAM = Select(
    lambda partner, direction: (
        Stream.objects.select_for_update()
        .filter(partner_id=partner, direction=direction)
        .order_by("-epoch")[:1]
    ),
    int,
    str,
)


def open_stream(partner: Partner, direction: Direction) -> Stream:
    """The present stream with a partner, locked; made at first use."""
    name = (
        stream_name(queries.me(), partner.node_id)
        if direction == Direction.OUT
        else stream_name(partner.node_id, queries.me())
    )
    stream = _STREAM.first(partner.pk, direction.value)
    if stream is None:
        stream = Stream.objects.create(name=name, partner=partner, direction=direction)
    relate(stream, "partner", partner)
    return stream


def _known_partners(node_ids: Sequence[str]) -> list[Partner]:
    partners = []
    for node_id in node_ids:
        partner = queries.find_partner(node_id)
        if partner is None or partner.state == PartnerState.PENDING:
            raise Refused(
                "exchange.no-partner",
                f"{node_id} is not a confirmed partner of this node.",
                next_step="Add its card and confirm it under Partners.",
            )
        partners.append(partner)
    return partners


@dataclass(frozen=True, slots=True)
class Pen:
    """A seal and the moment at which it signs: the date of a record and its key belong together."""

    seal: KeyInUse
    moment: datetime


def _pen_now() -> Pen:
    moment = clock.now()
    seal = keystore.in_use(KeyPurpose.SEAL, moment)
    if seal.certificate.not_valid_after_utc < moment:
        raise Refused(
            "keys.expired",
            f"The seal of this node ran out on {seal.certificate.not_valid_after_utc:%d %b %Y}:"
            " partners refuse what it signs.",
            next_step="Put a new one in its place under Keys, and hand the new card to the partners.",
        )
    return Pen(seal, moment)


@dataclass(frozen=True, slots=True)
class _Cut:
    body: bytes
    withheld: tuple[str, ...]
    agreement: UUID | None
    sound: bool
    """Whether it is known that every reader can read the body."""


def _cut(item: Outgoing, receiver: str, agreements: list[AgreementV1]) -> _Cut:
    """The item's body as the agreement lets it through; Refused where none covers it."""
    kind = registry.record_types()[item.record_type]
    if kind.control:
        whole = codec.encode(item.body.model_dump(mode="json"))
        return _Cut(whole, (), None, codec.is_sound(whole))
    covering = queries.covering_grant(agreements, item.record_type, queries.me(), receiver)
    if covering is None:
        raise Refused(
            "exchange.not-agreed",
            f"No agreement in force lets {item.record_type} cross from {queries.me()} to {receiver}.",
            next_step="Propose one under Agreements, or wait until every party has signed.",
        )
    agreement, grant = covering
    kept, withheld, sound = projection.project_model(item.body, grant.fields)
    if kind.attachments:
        attachments.check_here(codec.decode(kept), kind.personal)
    return _Cut(kept, withheld, agreement, sound)


def _sign_into(stream: Stream, ledger: Ledger, pen: Pen, item: Outgoing, cut: _Cut) -> tuple[Record, Body]:
    """The row of an item in its place, and its body where the type may name files."""
    name, _, version = item.record_type.partition("/")
    uuid, seq, body = uuid7(), stream.last_seq + 1, Body()
    head: dict[str, Json] = {
        "id": str(uuid),
        "type": name,
        "version": int(version),
        "from": queries.me(),
        "to": stream.partner.node_id,
        "stream": stream.name,
        "seq": seq,
        "prev": stream.last_leaf,
        "agreement": None if cut.agreement is None else str(cut.agreement),
        "issued": clock.to_text(pen.moment),
        "subject": item.subject,
    }
    if cut.sound and not registry.record_types()[item.record_type].attachments:
        signed = sign_sound(head, cut.body, pen.seal.private_key, pen.seal.kid)
    else:
        signed, wire = sign_bytes(write_record(head, cut.body), pen.seal.private_key, pen.seal.kid)
        body = wire.body
    leaf = ledger.append(Sort.SENT, signed.token, signed.packed())
    stream.last_seq, stream.last_leaf = seq, leaf
    row = new(
        Record,
        uuid=uuid,
        stream_id=stream.pk,
        seq=seq,
        leaf=leaf,
        type=name,
        version=int(version),
        subject=item.subject,
        agreement=cut.agreement,
        issued=pen.moment,
        stored_at=pen.moment,
        organisation_id=item.organisation_id,
        withheld=list(cut.withheld),
    )
    relate(row, "stream", stream)
    return row, body


def _check_may_wait(stream: Stream, signed_by: Pen | None) -> None:
    """Conflict for what must be signed by a key that is about to give way: it cannot wait for a number."""
    if signed_by is not None:
        raise Conflict(
            "exchange.recovering",
            f"The stream to {stream.partner.node_id} recovers; no key can be rolled over meanwhile.",
            next_step="`isthmus stream list` shows when it is open again.",
        )


@transaction()
def publish(items: Sequence[Outgoing], *, to: Sequence[str], pen: Pen | None = None) -> list[Record]:
    """Sign each item for each receiver and put it into the receiver's stream, all or nothing.

    Call it inside the business transaction: rows and outbox are then written together. The body is cut
    down to the fields that the agreement in force names. Raises Refused where a receiver is no confirmed
    partner or no agreement covers a record; nothing is published then. Returns the rows by receiver, those
    last that wait for a number because the stream to their receiver recovers.
    ``pen`` signs otherwise than the present seal would now: a roll-over is signed by the key that gives way.
    """
    partners = _known_partners(to)
    agreements = queries.agreements_in_force(clock.now())
    made: list[Record] = []
    held: list[Record] = []
    with open_ledger() as ledger:
        signed_by, pen = pen, pen or _pen_now()  # under the lock: a key that is rolling over has done so
        for partner in partners:
            cuts = [(item, _cut(item, partner.node_id, agreements)) for item in items]
            stream = open_stream(partner, Direction.OUT)
            if stream.state == StreamState.RECOVERING:
                _check_may_wait(stream, signed_by)
                held += [
                    holding.hold(stream, item, cut.body, cut.withheld, cut.agreement) for item, cut in cuts
                ]
                continue
            for item, cut in cuts:
                row, body = _sign_into(stream, ledger, pen, item, cut)
                made.append(row)
                if registry.record_types()[item.record_type].attachments:
                    attachments.name_sent(stream, row.leaf, body)
            store([stream], "last_seq", "last_leaf")
    insert(made, keys=True)
    return [*made, *held]
