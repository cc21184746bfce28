"""Streams between this node and its partners, and the signed receipts of their records."""

from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require, visible
from isthmus.exchange import queries
from isthmus.exchange.api.fields import Leaf, Moment, NodeId, Shown, Text, example_of
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes
from isthmus.exchange.models import Direction, Receipt, Stream, StreamState
from isthmus.kit.errors import NotFound

VIEW = "exchange.stream.view"
streams = Routes("streams")
receipts = Routes("receipts")


class StreamShown(Shown):
    """The ordered, gapless sequence of records from one node to another."""

    model_config = example_of(
        name="mm>cn#1",
        partner="cn",
        direction="out",
        epoch=1,
        state="open",
        last_seq=17,
        settled_seq=15,
        waiting=2,
        failures=0,
        last_contact_at="2026-11-23T10:02:00Z",
        next_attempt_at=None,
    )

    name: str
    partner: NodeId
    direction: Direction
    epoch: int = Field(description="How often the two nodes began a new sequence, counted from 1.")
    state: StreamState
    last_seq: int = Field(description="Number of the last record; 0 for none.")
    settled_seq: int = Field(description="The last number that a receipt covers (outgoing streams).")
    waiting: int = Field(description="How many records have no receipt yet (outgoing streams).")
    failures: int = Field(description="Attempts that failed since the last contact.")
    last_contact_at: Moment | None = Field(description="When the partner last answered.")
    next_attempt_at: Moment | None = Field(description="When this node tries again; null: at once.")


class StreamList(Shown):
    """All streams of this node."""

    items: list[StreamShown]


class ReceiptShown(Shown):
    """A signed answer that covers a run of records of one stream."""

    leaf: Leaf
    id: UUID
    stream: str
    sender: NodeId = Field(description="The node that gives the receipt.")
    receiver: NodeId = Field(description="The node that sent the records.")
    direction: Direction = Field(description="The direction of the records that it covers.")
    from_seq: int
    to_seq: int
    issued: Moment


class ReceiptPage(Shown):
    """A page of receipts, newest first."""

    items: list[ReceiptShown]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class ReceiptFilters(Paged):
    """Which receipts to list."""

    partner: NodeId | None = None
    direction: Direction | None = None


def _stream_shown(row: Stream) -> StreamShown:
    outgoing = row.direction == Direction.OUT
    return StreamShown(
        name=row.name,
        partner=row.partner.node_id,
        direction=Direction(row.direction),
        epoch=row.epoch,
        state=StreamState(row.state),
        last_seq=row.last_seq,
        settled_seq=row.settled_seq,
        waiting=row.waiting if outgoing else 0,
        failures=row.failures,
        last_contact_at=row.last_contact_at,
        next_attempt_at=row.next_attempt_at,
    )


@streams.get("", response=StreamList, summary="List streams")
def list_streams(request: TokenRequest) -> StreamList:
    """Every stream with its partner, by name, and what waits in it."""
    require(request.actor, VIEW)
    rows = visible(request.actor, VIEW, Stream.objects.select_related("partner").order_by("name"))
    return StreamList(items=[_stream_shown(row) for row in rows])


@streams.get("/{name}", response=StreamShown, summary="Read a stream")
def read_stream(
    request: TokenRequest,
    name: Annotated[Text, Field(max_length=80, description="The stream's name.", examples=["mm>cn#1"])],
) -> StreamShown:
    """One stream. Its name is percent-encoded in the address: `mm%3Ecn%231`."""
    require(request.actor, VIEW)
    rows = visible(request.actor, VIEW, Stream.objects.select_related("partner"))
    row = rows.filter(name=name).first()
    if row is None:
        raise NotFound("exchange.no-stream", _("There is no stream of this name."))
    return _stream_shown(row)


@receipts.get("", response=ReceiptPage, summary="List receipts")
def list_receipts(request: TokenRequest, asked: Query[ReceiptFilters]) -> ReceiptPage:
    """Receipts given and obtained, newest first; the text of one is at the records that it covers."""
    require(request.actor, VIEW)
    rows = visible(request.actor, VIEW, Receipt.objects.select_related("stream__partner"))
    if asked.partner is not None:
        rows = rows.filter(stream__partner__node_id=asked.partner)
    if asked.direction is not None:
        rows = rows.filter(stream__direction=asked.direction)
    found, following = take_page(rows, asked)
    return ReceiptPage(items=[_receipt_shown(row) for row in found], next=following)


def _receipt_shown(row: Receipt) -> ReceiptShown:
    partner, here = row.stream.partner.node_id, queries.me()
    obtained = row.stream.direction == Direction.OUT
    return ReceiptShown(
        leaf=row.leaf,
        id=row.uuid,
        stream=row.stream.name,
        sender=partner if obtained else here,
        receiver=here if obtained else partner,
        direction=Direction(row.stream.direction),
        from_seq=row.from_seq,
        to_seq=row.to_seq,
        issued=row.issued,
    )
