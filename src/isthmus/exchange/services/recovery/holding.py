"""What is published while a stream recovers waits without a number, and gets one as soon as it is safe."""

from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from isthmus.exchange import queries, registry
from isthmus.exchange.ledger import Ledger
from isthmus.exchange.models import Held, Naming, Record, Sort, Stream
from isthmus.exchange.rules.projection import Body
from isthmus.exchange.services import attachments
from isthmus.kit import clock
from isthmus.kit.ids import uuid7
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose
from isthmus.trust.statements import insert
from isthmus.wire import codec
from isthmus.wire.record import Record as WireRecord
from isthmus.wire.record import sign_record

if TYPE_CHECKING:
    from isthmus.exchange.services.publish import Outgoing


def hold(
    stream: Stream, item: "Outgoing", body: bytes, withheld: tuple[str, ...], agreement: UUID | None
) -> Record:
    """Keep one statement for a recovering stream; its row has a number below zero and a stand-in leaf.

    ``body`` is what the agreement lets through, as JSON.
    """
    name, _, version = item.record_type.partition("/")
    moment, uuid = clock.now(), uuid7()
    lowest = Record.objects.filter(stream=stream, seq__lt=0).order_by("seq").values_list("seq", flat=True)
    row = Record(
        uuid=uuid,
        stream=stream,
        seq=(lowest.first() or 0) - 1,
        leaf=sha256(b"waits for a number" + uuid.bytes).hexdigest(),
        type=name,
        version=int(version),
        subject=item.subject,
        agreement=agreement,
        issued=moment,
        stored_at=moment,
        organisation_id=item.organisation_id,
        withheld=list(withheld),
    )
    insert([row], keys=True)
    Held.objects.create(record=row, body=codec.decode(body))
    return row


def sign_again(row: Record, stream: Stream, ledger: Ledger, body: Body, *, uuid: UUID) -> None:
    """Give a row the next number of ``stream``, signed now, and tell its application the new leaf.

    The caller writes the stream's position.
    """
    moment, before = clock.now(), row.leaf
    seal = keystore.in_use(KeyPurpose.SEAL, moment)
    wire = WireRecord(
        id=uuid,
        type=row.type,
        version=row.version,
        sender=queries.me(),
        receiver=stream.partner.node_id,
        stream=stream.name,
        seq=stream.last_seq + 1,
        prev=stream.last_leaf,
        agreement=row.agreement,
        issued=moment,
        subject=row.subject,
        body=body,
    )
    row.leaf = ledger.append(Sort.SENT, sign_record(wire, seal.private_key, seal.kid))
    row.uuid, row.stream, row.seq, row.issued, row.stored_at = uuid, stream, wire.seq, moment, moment
    row.save(update_fields=["leaf", "uuid", "stream", "seq", "issued", "stored_at"])
    stream.last_seq, stream.last_leaf = wire.seq, row.leaf
    kind = registry.record_types()[row.key]
    if kind.attachments and not Naming.objects.filter(leaf=before).update(leaf=row.leaf, stream=stream):
        attachments.name_sent(stream, row.leaf, body)
    if kind.numbered:
        registry.resolve(kind.numbered)(before, row.leaf)


def release(stream: Stream, ledger: Ledger) -> int:
    """Number everything that waited for this stream, in the order it was published; returns how much."""
    waiting = list(
        Held.objects.filter(record__stream=stream).select_related("record").order_by("-record__seq")
    )
    for held in waiting:
        sign_again(held.record, stream, ledger, held.body, uuid=held.record.uuid)
        held.delete()
    return len(waiting)
