"""The partner's side: saying how far a stream got, and giving a node back what it has lost."""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from isthmus.exchange import queries, tokens
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Direction, Receipt, Record, Refusal, Stream
from isthmus.exchange.services import answers
from isthmus.exchange.services.erasure.places import place_of
from isthmus.exchange.services.recovery.exchange_form import GivenBack, Wanted
from isthmus.kit.errors import Refused
from isthmus.trust.models import Partner
from isthmus.wire.model import is_stream_of
from isthmus.wire.places import place_line, read_place
from isthmus.wire.receipt import read_receipt
from isthmus.wire.record import read_record

POSITION = "exchange.position"
MAX_TOKENS = 500
MAX_CHARACTERS = 5 * 512 * 1024
"""Of each kind in one portion: three kinds fit into the largest body that a node reads from a partner."""


def _portion(
    rows: Iterable[tuple[str, int]], characters: int, *, records_of: Stream | None = None
) -> tuple[list[str], int | None]:
    """Texts of (leaf, number) in order, as many as one portion takes, and the last number among them.

    A record that was erased is given back as its place.
    """
    taken: list[str] = []
    size, last = 0, None
    for (leaf, number), text in tokens.with_texts((leaf, (leaf, number)) for leaf, number in rows):
        if text is None and records_of is not None:
            text = place_line(place_of(records_of, number, leaf))  # noqa: PLW2901  the place stands for it
        if text is None:
            break
        size += len(text)
        if taken and (size > characters or len(taken) == MAX_TOKENS):
            break
        taken.append(text)
        last = number
    return taken, last


def _records(stream: Stream, after: int) -> Iterator[tuple[str, int]]:
    rows = Record.objects.filter(stream=stream, seq__gt=after).order_by("seq").values_list("leaf", "seq")
    return rows[: MAX_TOKENS + 1].iterator(chunk_size=tokens.PORTION)


def _receipts(stream: Stream, first: int, last: int, characters: int) -> list[str]:
    """Receipts of ``stream`` that speak of any number from ``first`` to ``last``."""
    rows = Receipt.objects.filter(stream=stream, to_seq__gte=first, from_seq__lte=last).order_by(
        "to_seq", "id"
    )
    return _portion(rows.values_list("leaf", "to_seq")[: MAX_TOKENS + 1], characters)[0]


def _own_receipts(stream: Stream, after: int, characters: int) -> tuple[list[str], bool]:
    """The partner's receipts that speak of numbers behind ``after``, and whether there are more of them."""
    rows = Receipt.objects.filter(stream=stream, to_seq__gt=after).order_by("to_seq", "id")
    taken, last = _portion(rows.values_list("leaf", "to_seq")[: MAX_TOKENS + 1], characters)
    return taken, last is not None and rows.filter(to_seq__gt=last).exists()


def _position(partner: Partner, name: str, stream: Stream | None) -> str:
    """A signed statement of how far this node got in ``name``; one that still holds is said again."""
    last_seq, last_leaf = (stream.last_seq, stream.last_leaf) if stream is not None else (0, "")
    said = Refusal.objects.filter(
        partner=partner, direction=Direction.OUT, code=POSITION, stream=name, expected=last_seq + 1
    ).first()
    text = tokens.text_of(said.leaf) if said is not None else None
    if text is not None:
        return text
    with transaction.atomic(), open_ledger() as ledger:
        return answers.refuse(
            ledger,
            partner,
            code=POSITION,
            reason=f"{queries.me()} holds {name} up to number {last_seq}.",
            stream=name,
            expected=last_seq + 1,
            other_leaf=last_leaf,
        )


def _sent_since(partner: Partner, stream: Stream) -> int:
    """The last number of an outgoing stream, and how much was sent in the epochs behind it."""
    later = Stream.objects.filter(
        partner=partner, direction=Direction.OUT, epoch__gte=stream.epoch
    ).aggregate(numbers=Sum("last_seq"))
    return later["numbers"] or 0


def give_back(
    partner: Partner,
    name: str,
    after: int,
    incoming: str,
    receipted: int,
    *,
    signed: bool,
    characters: int = MAX_CHARACTERS,
) -> GivenBack:
    """What this node holds of the partner's stream ``name`` behind number ``after``, a portion of it.

    With it come the receipts given for it, and the partner's own receipts for ``incoming``, this node's
    stream to it, behind ``receipted``. Without ``signed`` it only says how far it got. Refused for a stream
    of other nodes.
    """
    if not is_stream_of(name, partner.node_id, queries.me()) or not is_stream_of(
        incoming, queries.me(), partner.node_id
    ):
        raise Refused("exchange.foreign-stream", _("A node may only ask for its own streams."))
    stream = Stream.objects.filter(partner=partner, direction=Direction.IN, name=name).first()
    _sent, newest = queries.stream_pair(partner)
    ours = Stream.objects.filter(partner=partner, direction=Direction.OUT, name=incoming).first()
    said = GivenBack(
        stream=name,
        newest=newest.name if newest is not None else name,
        position=stream.last_seq if stream is not None else 0,
        leaf=stream.last_leaf if stream is not None else "",
        sent=_sent_since(partner, ours) if ours is not None else 0,
    )
    if not signed:
        return said
    records, last = (
        _portion(_records(stream, after), characters, records_of=stream) if stream is not None else ([], None)
    )
    given = _receipts(stream, after + 1, last, characters) if stream is not None and last is not None else []
    own, goes_on = _own_receipts(ours, receipted, characters) if ours is not None else ([], False)
    more = goes_on or (last or after) < said.position
    given.append(_position(partner, name, stream))
    return said.model_copy(
        update={"records": tuple(records), "answers": tuple(given), "own_receipts": tuple(own), "more": more}
    )


def _number_of(line: str) -> int:
    place = read_place(line)
    return place.seq if place is not None else read_record(line)[1].seq


def behind(asked: Wanted, given: GivenBack) -> Wanted:
    """What follows a portion, for who cannot hear from the asking node how far it is."""
    records = _number_of(given.records[-1]) if given.records else asked.after
    receipts = [read_receipt(token)[1].to_seq for token in given.own_receipts]
    return asked.model_copy(
        update={"after": records, "receipted": max([asked.receipted, *receipts]), "answers": ()}
    )
