"""A new epoch of an outgoing stream, where two histories of it exist."""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import queries, tokens
from isthmus.exchange.ledger import Ledger, open_ledger
from isthmus.exchange.models import (
    Direction,
    Record,
    Refusal,
    Stream,
    StreamState,
    Superseded,
    Verdict,
)
from isthmus.exchange.records import StreamEpochV1
from isthmus.exchange.services.alarms import clear_alarm
from isthmus.exchange.services.erasure.places import place_of
from isthmus.exchange.services.publish import Outgoing, publish
from isthmus.exchange.services.recovery import announcing, holding, marking
from isthmus.exchange.services.recovery.giving import POSITION
from isthmus.exchange.services.recovery.offers import EPOCH
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound
from isthmus.kit.ids import uuid7
from isthmus.wire.receipt import read_refusal
from isthmus.wire.record import read_record, stream_name


def stated_position(stream: Stream) -> tuple[int, str] | None:
    """The receiver's newest signed statement of its last number and leaf; None where it has made none."""
    said = (
        Refusal.objects.filter(
            partner=stream.partner, direction=Direction.IN, code=POSITION, stream=stream.name
        )
        .order_by("-id")
        .first()
    )
    text = tokens.text_of(said.leaf) if said is not None else None
    if text is None:
        return None
    _unverified, content = read_refusal(text)
    return (content.expected or 1) - 1, content.other_leaf


def find_stream(node_id: str) -> Stream:
    """The outgoing stream to a partner that waits for a new epoch; NotFound where there is none."""
    stream = (
        Stream.objects.select_related("partner")
        .filter(partner__node_id=node_id, direction=Direction.OUT, diverged_seq__isnull=False)
        .exclude(state=StreamState.CLOSED)
        .order_by("-epoch")
        .first()
    )
    if stream is None:
        raise NotFound(
            "exchange.no-divergence",
            _("No stream to %(partner)s has two histories.") % {"partner": node_id},
            next_step=_("A stream that only fell behind recovers without a new epoch."),
        )
    return stream


@transaction.atomic
def begin_epoch(stream: Stream, reason: str, *, actor: str) -> Stream:
    """Sign a new epoch: it closes ``stream`` where the receiver says that it got.

    What this node signed behind the fork and never delivered is signed anew in it, with the same bodies. It
    goes out once the receiver's approver has accepted. Conflict where the stream has one history only or the
    receiver has not said how far it got; BadInput without a reason. Returns the new stream.
    """
    if not reason.strip():
        fault = FieldFault("reason", _("Say why this node came back from an older state."))
        raise BadInput("exchange.no-reason", _("A new epoch begins for a reason."), faults=(fault,))
    with open_ledger() as ledger:
        stream = Stream.objects.select_for_update().select_related("partner").get(pk=stream.pk)
        if stream.diverged_seq is None or stream.state != StreamState.FROZEN:
            raise Conflict(
                "exchange.one-history",
                _("Stream %(name)s has one history; it needs no new epoch.") % {"name": stream.name},
            )
        position = stated_position(stream)
        if position is None:
            raise Conflict(
                "exchange.no-position",
                _("%(partner)s has not said yet how far it got.") % {"partner": stream.partner.node_id},
                next_step=_("Ask it: `isthmus stream recover %(partner)s`.")
                % {"partner": stream.partner.node_id},
            )
        later = Stream.objects.create(
            name=stream_name(queries.me(), stream.partner.node_id, stream.epoch + 1),
            partner=stream.partner,
            direction=Direction.OUT,
            epoch=stream.epoch + 1,
        )
        body = StreamEpochV1(
            closes=stream.name,
            last_seq=position[0],
            last_leaf=position[1],
            diverged_seq=stream.diverged_seq,
            reason=reason.strip(),
        )
        publish([Outgoing(EPOCH, body, stream.name)], to=[stream.partner.node_id])
        announcing.announce(stream.partner)
        later.refresh_from_db()
        later.partner = stream.partner
        moved = _sign_anew(stream, later, ledger)
        later.save(update_fields=["last_seq", "last_leaf"])
        clear_alarm(marking.TWO_HISTORIES, stream.name, actor=actor)
        clear_alarm("exchange.equivocation", stream.name, actor=actor)
        audit.note(
            "exchange.epoch-begun",
            actor=actor,
            subject=later.name,
            detail={
                "closes": stream.name,
                "last_seq": position[0],
                "signed_anew": moved,
                "reason": body.reason,
            },
        )
    return later


def _move_place(row: Record, stream: Stream, later: Stream) -> None:
    """A record that was erased goes on as a place with its old leaf; Fault where no tombstone names it."""
    place_of(stream, row.seq, row.leaf)
    row.receipt, row.verdict, row.verdict_code, row.verdict_reason = None, Verdict.WAITING, "", ""
    row.stream, row.seq = later, later.last_seq + 1
    row.save(update_fields=["receipt", "verdict", "verdict_code", "verdict_reason", "stream", "seq"])
    later.last_seq, later.last_leaf = row.seq, row.leaf


def _sign_anew(stream: Stream, later: Stream, ledger: Ledger) -> int:
    """Move what was signed behind the fork, and what waits for a number, to the new epoch, in its order."""
    assert stream.diverged_seq is not None
    rows = list(Record.objects.filter(stream=stream, seq__gte=stream.diverged_seq).order_by("seq"))
    texts = tokens.texts_of([row.leaf for row in rows])
    for row in rows:
        text = texts.get(row.leaf)
        if text is None:
            _move_place(row, stream, later)
            continue
        Superseded.objects.create(leaf=row.leaf, stream=stream, seq=row.seq, successor=row)
        row.receipt, row.verdict, row.verdict_code, row.verdict_reason = None, Verdict.WAITING, "", ""
        row.save(update_fields=["receipt", "verdict", "verdict_code", "verdict_reason"])
        holding.sign_again(row, later, ledger, read_record(text)[1].body, uuid=uuid7())
    Record.objects.filter(stream=stream, seq__lt=0).update(stream=later)
    numbered = holding.release(later, ledger)
    last = Record.objects.filter(stream=stream, seq__gt=0).order_by("-seq").first()
    stream.last_seq, stream.last_leaf = (last.seq, last.leaf) if last is not None else (0, "")
    stream.settled_seq = min(stream.settled_seq, stream.last_seq)
    # The receiver still holds records of the closed epoch that this node lost: they are fetched back into it.
    stream.state, stream.diverged_seq = StreamState.RECOVERING, None
    stream.next_attempt_at, stream.failures, stream.last_error = None, 0, ""
    stream.save(
        update_fields=[
            "last_seq",
            "last_leaf",
            "settled_seq",
            "state",
            "diverged_seq",
            "next_attempt_at",
            "failures",
            "last_error",
        ]
    )
    return len(rows) + numbered
