"""Publishing: from a business transaction into the outgoing streams."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from pydantic import BaseModel

from isthmus.exchange import queries, registry
from isthmus.exchange.ledger import Ledger, open_ledger
from isthmus.exchange.models import Direction, Record, Sort, Stream
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.rules import projection
from isthmus.kit import clock
from isthmus.kit.errors import Refused
from isthmus.kit.ids import uuid7
from isthmus.trust import keystore
from isthmus.trust.keystore import KeyInUse
from isthmus.trust.models import KeyPurpose, Partner, PartnerState
from isthmus.trust.statements import Select, insert, store
from isthmus.wire.record import Record as WireRecord
from isthmus.wire.record import sign_record, stream_name


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
    stream.partner = partner
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
class _Cut:
    body: projection.Body
    withheld: tuple[str, ...]
    agreement: UUID | None


def _cut(item: Outgoing, receiver: str, agreements: list[AgreementV1]) -> _Cut:
    """The item's body as the agreement lets it through; Refused where none covers it."""
    body = item.body.model_dump(mode="json")
    kind = registry.record_types()[item.record_type]
    if kind.control:
        return _Cut(body, (), None)
    covering = queries.covering_grant(agreements, item.record_type, queries.me(), receiver)
    if covering is None:
        raise Refused(
            "exchange.not-agreed",
            f"No agreement in force lets {item.record_type} cross from {queries.me()} to {receiver}.",
            next_step="Propose one under Agreements, or wait until every party has signed.",
        )
    agreement, grant = covering
    kept, withheld = projection.project(body, grant.fields)
    return _Cut(kept, withheld, agreement)


def _sign_into(stream: Stream, ledger: Ledger, seal: KeyInUse, item: Outgoing, cut: _Cut) -> Record:
    name, _, version = item.record_type.partition("/")
    moment = clock.now()
    wire = WireRecord(
        id=uuid7(),
        type=name,
        version=int(version),
        sender=queries.me(),
        receiver=stream.partner.node_id,
        stream=stream.name,
        seq=stream.last_seq + 1,
        prev=stream.last_leaf,
        agreement=cut.agreement,
        issued=moment,
        subject=item.subject,
        body=cut.body,
    )
    leaf = ledger.append(Sort.SENT, sign_record(wire, seal.private_key, seal.kid))
    stream.last_seq, stream.last_leaf = wire.seq, leaf
    return Record(
        uuid=wire.id,
        stream=stream,
        seq=wire.seq,
        leaf=leaf,
        type=name,
        version=wire.version,
        subject=item.subject,
        agreement=cut.agreement,
        issued=moment,
        stored_at=moment,
        organisation_id=item.organisation_id,
        withheld=list(cut.withheld),
    )


@transaction.atomic
def publish(items: Sequence[Outgoing], *, to: Sequence[str]) -> list[Record]:
    """Sign each item for each receiver and put it into the receiver's stream, all or nothing.

    Call it inside the business transaction: rows and outbox are then written together. The body is cut
    down to the fields that the agreement in force names. Raises Refused where a receiver is no confirmed
    partner or no agreement covers a record; nothing is published then. Returns the rows by receiver.
    """
    partners = _known_partners(to)
    agreements = queries.agreements_in_force(clock.now())
    seal = keystore.in_use(KeyPurpose.SEAL)
    made: list[Record] = []
    with open_ledger() as ledger:
        for partner in partners:
            cuts = [(item, _cut(item, partner.node_id, agreements)) for item in items]
            stream = open_stream(partner, Direction.OUT)
            made += [_sign_into(stream, ledger, seal, item, cut) for item, cut in cuts]
            store([stream], "last_seq", "last_leaf")
    insert(made, keys=True)
    return made
