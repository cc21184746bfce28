"""The book of movements: messages are added to it, and where each movement stands is worked out anew."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.excise.movements.formats.facts import Facts, facts_of, said_about
from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.models import (
    Movement,
    MovementLine,
    MovementMessage,
    MovementSending,
)
from isthmus.apps.excise.movements.records import MovementMessageV1
from isthmus.apps.excise.movements.rules.history import Nodes, Standing, Statement, standing
from isthmus.apps.excise.movements.rules.journey import due
from isthmus.apps.excise.movements.rules.sides import country_of
from isthmus.apps.excise.movements.rules.states import Kind, Party, State
from isthmus.exchange import queries as exchange
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.trust.models import Partner, PartnerState
from isthmus.trust.statements import Select, insert, new, store

MESSAGE = "excise.movement-message/1"
SIZES = {
    "consignor": 13,
    "consignor_name": 182,
    "consignee": 16,
    "consignee_name": 182,
    "dispatched_from": 13,
    "delivered_to": 182,
    "destination_type": 2,
    "transport_mode": 2,
    "journey_time": 3,
}
_WORKED_OUT = (
    *SIZES,
    "organisation_id",
    "destination_node",
    "dispatched_at",
    "due_at",
    "state",
    "sequence",
    "told_by_dispatch",
    "told_by_destination",
    "closed_at",
)
"""What of a movement follows from its messages and their receiver here."""


def own_country() -> str:
    """The country of this node."""
    country: str = settings.ISTHMUS.country
    return country


# Every message that crosses a border asks these: through the ORM they cost more than the rest of it.
_BY_ARC = Select(lambda arc: Movement.objects.select_for_update().filter(arc=arc), str)
_NODES = Select(
    lambda country: (
        Partner.objects.filter(country=country)
        .exclude(state=PartnerState.PENDING)
        .order_by("node_id")
        .values_list("node_id", flat=True)
    ),
    str,
)
_KNOWN = Select(
    lambda movement, node, sha256, kind: MovementMessage.objects.filter(
        movement_id=movement, node=node, sha256=sha256, kind=kind
    ),
    int,
    str,
    str,
    str,
)
# The texts are long and not needed where the facts beside them are.
_MESSAGES = Select(lambda movement: MovementMessage.objects.filter(movement_id=movement).defer("xml"), int)
_OWN = Select(
    lambda movement, node: (
        MovementMessage.objects.filter(movement_id=movement, node=node).exclude(code="IE815").order_by("id")
    ),
    int,
    str,
)
_SENT = Select(
    lambda movement: MovementSending.objects.filter(message__movement_id=movement).values_list(
        "message_id", "partner"
    ),
    int,
)
_LINES = Select(lambda movement: MovementLine.objects.filter(movement_id=movement).values_list("pk")[:1], int)


@contextmanager
def speaking() -> Iterator[None]:
    """A transaction that tells a partner something in the end: the exchange's lock comes first in it.

    A batch that is being received holds that lock and asks for the rows of its movements and guarantees. Who
    held those and then wanted to publish would wait for it, and it for them.
    """
    with transaction.atomic(), open_ledger():
        yield


def node_of(country: str) -> str:
    """The node that speaks for a country: this one for its own, and where no partner does."""
    if country == own_country():
        return exchange.me()
    return _NODES.first(country) or exchange.me()


def held(arc: str) -> Movement:
    """A movement by its reference, locked until the transaction ends. NotFound."""
    row = _BY_ARC.first(arc)
    if row is None:
        raise NotFound("excise.no-movement", _("There is no movement %(arc)s here.") % {"arc": arc})
    return row


def opened(arc: str, organisation_id: int | None) -> Movement:
    """A movement by its reference, locked; begun as unknown where nothing was said of it yet."""
    known = _BY_ARC.first(arc)
    if known is not None:
        return known
    row = new(
        Movement,
        arc=arc,
        state=State.UNKNOWN.value,
        organisation_id=organisation_id,
        dispatch_node=node_of(arc[2:4]),
        destination_node=exchange.me(),
        opened_at=clock.now(),
    )
    # Somebody else may begin it at this moment: then theirs is the one.
    insert([row], ignore_conflicts=True)
    return held(arc)


def kept(movement: Movement, **values: Any) -> MovementMessage:
    """A message of a locked or new movement, kept once: the row that is there already, or a new one."""
    known = _KNOWN.first(movement.pk, values["node"], values["sha256"], values["kind"])
    if known is None:
        known = new(MovementMessage, movement_id=movement.pk, kept_at=clock.now(), **values)
        insert([known], keys=True)
    known.movement = movement
    return known


def keep(
    movement: Movement,
    message: Message,
    xml: bytes,
    *,
    actor: str,
    sequence: int | None = None,
    by: Party | None = None,
) -> MovementMessage:
    """Keep a message of this node; ``sequence`` is the version that one without a number speaks of.

    ``by`` says which side's office speaks where the message itself cannot tell.
    """
    said = said_about(message, movement.arc)
    if not said["sequence"] and said["kind"]:
        said["sequence"] = sequence or 1
    if by is not None:
        said["by"] = str(by)
    return kept(
        movement,
        node=exchange.me(),
        sha256=hashlib.sha256(xml).hexdigest(),
        code=message.code,
        emcs_version=message.version,
        facts=facts_of(message),
        xml=xml,
        actor=actor,
        **said,
    )


def statement_of(row: MovementMessage) -> Statement:
    """The statement of a kept message; its key is the signer's own, so that nobody hides another's word."""
    return Statement(f"{row.node}/{row.key}", Kind(row.kind), Party(row.by), row.sequence, row.at, row.node)


def standing_of(movement: Movement, rows: Iterable[MovementMessage]) -> Standing:
    """Where a movement stands by its messages, in whatever order they came."""
    nodes = Nodes(movement.dispatch_node, movement.destination_node)
    return standing((statement_of(row) for row in rows if row.kind), nodes)


def _documents(movement: Movement, rows: list[MovementMessage]) -> list[MovementMessage]:
    """The documents that count: the accepted one and its changes without a gap, by version."""
    chosen: dict[int, MovementMessage] = {}
    for row in rows:
        if row.kind in {Kind.ACCEPT, Kind.CHANGE} and row.node == movement.dispatch_node:
            known = chosen.get(row.sequence)
            if known is None or (row.at, row.sha256) < (known.at, known.sha256):
                chosen[row.sequence] = row
    found: list[MovementMessage] = []
    while (version := len(found) + 1) in chosen:
        found.append(chosen[version])
    return found


def refresh(movement: Movement) -> Standing:
    """Work out from all its messages what a locked movement is and where it stands, and write it."""
    rows = _MESSAGES(movement.pk)
    documents = _documents(movement, rows)
    facts: Facts = {}
    for document in documents:
        facts |= document.facts
    if documents:
        set_facts(movement, facts)
        set_lines(movement, documents[0].facts.get("lines", ()))
        country = country_of(facts.get("consignee", ""), facts.get("delivered_to", ""))
        movement.destination_node = node_of(country) if country else movement.dispatch_node
    found = standing_of(movement, rows)
    movement.state, movement.sequence = found.state.value, found.sequence
    effective = found.effective
    movement.told_by_dispatch = _first(effective, movement.dispatch_node)
    movement.told_by_destination = _first(effective, movement.destination_node)
    movement.closed_at = (
        max((one.at for one in effective if one.kind is not Kind.SHORTAGE), default=None)
        if found.final
        else None
    )
    store([movement], *_WORKED_OUT)
    return found


def _first(effective: Iterable[Statement], node: str) -> datetime | None:
    return min((one.at for one in effective if one.node == node), default=None)


def set_facts(movement: Movement, facts: Facts) -> None:
    """Set what a document says of the whole movement."""
    for name, size in SIZES.items():
        setattr(movement, name, str(facts.get(name, ""))[:size])
    left = facts.get("dispatched_at")
    movement.dispatched_at = clock.from_text(left) if left else None
    movement.due_at = None
    if movement.dispatched_at is not None and movement.journey_time:
        movement.due_at = due(movement.dispatched_at, movement.journey_time)


def set_lines(movement: Movement, lines: Iterable[Facts]) -> None:
    """Set the goods; they do not change from one version of a document to the next."""
    wanted = list(lines)
    if not wanted or _LINES(movement.pk):
        return
    rows = [
        new(
            MovementLine,
            movement_id=movement.pk,
            number=line["number"],
            product_code=line["product_code"],
            cn_code=line["cn_code"],
            description=line.get("description") or "",
            **{
                name: None if line.get(name) is None else Decimal(line[name])
                for name in ("quantity", "gross_kg", "net_kg", "abv_percent", "degree_plato")
            },
        )
        for line in wanted
    ]
    insert(rows)


def record_of(row: MovementMessage) -> MovementMessageV1:
    """A message of this node as it crosses the border."""
    members: dict[str, Any] = {
        **row.facts,
        "arc": row.movement.arc,
        "code": row.code,
        "emcs_version": row.emcs_version,
        "sha256": row.sha256,
        "key": row.key,
        "kind": row.kind or None,
        "by": row.by or None,
        "version": row.sequence,
        "at": clock.to_text(row.at),
        "xml": bytes(row.xml).decode(),
    }
    return MovementMessageV1.model_validate(members)


def tell(movement: Movement) -> int:
    """Publish for every other node of the movement what it was not told of; how many. Call it last.

    A new destination gets the document and all that followed; the one before it gets the change.
    Refused where no agreement lets messages go there: nothing is written then.
    """
    if not movement.arc:
        return 0
    me, told = exchange.me(), 0
    own = _OWN(movement.pk, me)
    known = set(_SENT(movement.pk))
    partners = {movement.dispatch_node, movement.destination_node, *(partner for _row, partner in known)}
    for partner in sorted(partners - {me}):
        waiting = [row for row in own if (row.pk, partner) not in known]
        if not waiting:
            continue
        for row in waiting:
            row.movement = movement
        records = publish(
            [Outgoing(MESSAGE, record_of(row), movement.arc, movement.organisation_id) for row in waiting],
            to=[partner],
        )
        sendings = [
            new(
                MovementSending,
                message_id=row.pk,
                partner=partner,
                leaf=record.leaf,
                sent_at=record.issued,
            )
            for row, record in zip(waiting, records, strict=True)
        ]
        insert(sendings)
        told += len(waiting)
    return told
