"""Places of a stream whose record was erased before it was delivered: sent and taken without a text."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Protocol, TypeVar
from uuid import UUID

from isthmus.exchange import queries
from isthmus.exchange.ledger import Ledger
from isthmus.exchange.models import Erased, Record, Sort, Stream, Verdict
from isthmus.kit.errors import Fault, Refused
from isthmus.trust.models import Partner
from isthmus.wire import tombstone
from isthmus.wire.model import is_stream_of
from isthmus.wire.places import ErasedPlace, place_line
from isthmus.wire.record import Record as WireRecord

ERASED = "[erased]"
"""What stands where a text about somebody stood."""

ERASED_CODE = "exchange.erased"
PLACE_TYPE = "exchange.erased-place"
"""The type shown for a place whose record never came: nobody here knows what it was."""

_NO_ID = UUID(int=0)


class _Arrives(Protocol):
    @property
    def record(self) -> WireRecord | ErasedPlace: ...


A = TypeVar("A", bound=_Arrives)


def parts(arrivals: Sequence[A]) -> list[Sequence[A]]:
    """A batch cut before each tombstone, so that what it erases is stored when its handler runs."""
    cuts = [
        index
        for index, arrival in enumerate(arrivals)
        if index and isinstance(arrival.record, WireRecord) and tombstone.is_tombstone(arrival.record)
    ]
    edges = [0, *cuts, len(arrivals)]
    return [arrivals[start:end] for start, end in pairwise(edges)]


def check_stream(place: ErasedPlace, partner: Partner) -> None:
    """Refused for a place in a stream that is not from this partner to this node."""
    if not is_stream_of(place.stream, partner.node_id, queries.me()):
        raise Refused(
            "exchange.wrong-sender", f"The place {place.seq} of {place.stream} is not {partner.node_id}'s."
        )


def place_of(stream: Stream, seq: int, leaf: str) -> ErasedPlace:
    """The place of a record of ours without a text; Fault unless a tombstone of this node names it."""
    own = Erased.objects.filter(hash=leaf, tombstone__stream__partner=stream.partner_id)
    if not own.exists():
        raise Fault(
            "exchange.text-missing",
            f"The text of record {seq} of {stream.name} is gone, and no tombstone says that it was erased.",
            next_step="Run `isthmus log verify`, and put the database back from its backup.",
        )
    return ErasedPlace(stream=stream.name, seq=seq, leaf=leaf)


def line_at(stream_id: int, seq: int) -> str:
    """The line that goes to the partner in the place of an erased record; Fault as ``place_of``."""
    row = Record.objects.select_related("stream").get(stream_id=stream_id, seq=seq)
    return place_line(place_of(row.stream, seq, row.leaf))


def take_place(
    place: ErasedPlace, stream: Stream, ledger: Ledger, moment: datetime, *, sort: Sort = Sort.RECEIVED
) -> Record:
    """The row of a place that comes without its record: no effect, and a verdict that says why.

    One of this node's own that a partner gives back (``sort`` SENT) waits for its receipts instead.
    """
    leaf = ledger.append_erased(sort, place.leaf)
    own = sort == Sort.SENT
    stream.last_seq, stream.last_leaf = place.seq, leaf
    return Record(
        uuid=_NO_ID,
        stream=stream,
        seq=place.seq,
        leaf=leaf,
        type=PLACE_TYPE,
        version=1,
        subject=ERASED,
        issued=moment,
        stored_at=moment,
        verdict=Verdict.WAITING if own else Verdict.REFUSED,
        verdict_code="" if own else ERASED_CODE,
        verdict_reason="" if own else "Its sender erased it before it was delivered.",
    )
