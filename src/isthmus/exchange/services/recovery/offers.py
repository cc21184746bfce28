"""What a partner asks for after it came back from an older state, and what this node's approver says."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange.handlers import Received
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Direction, Offer, OfferKind, OfferState, Stream, StreamState
from isthmus.exchange.records import RecoveryV1, StreamEpochAnswerV1, StreamEpochV1
from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.exchange.services.attachments import leaving
from isthmus.exchange.services.publish import Outgoing, open_stream, publish
from isthmus.exchange.services.recovery import earlier
from isthmus.exchange.services.witness import accept_new_history
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound, Refused
from isthmus.trust.models import Partner
from isthmus.wire import codec
from isthmus.wire.record import Record as WireRecord
from isthmus.wire.record import stream_name

if TYPE_CHECKING:
    from isthmus.exchange.ledger import Ledger

EPOCH, ANSWER = "exchange.stream-epoch/1", "exchange.stream-epoch-answer/1"
PARTNER_RESTORED = "exchange.partner-restored"
"""The alarm that an approver is waited for."""

EPOCH_WAITING = "exchange.epoch-waiting"
EPOCH_DECLINED = "exchange.epoch-declined"


def _tell_approver(partner: Partner, what: str) -> None:
    raise_alarm(
        PARTNER_RESTORED,
        partner.node_id,
        _("%(name)s came back from an older state: %(what)s") % {"name": partner.name, "what": what},
        next_step=_(
            "Call the partner. If it confirms, an approver accepts on the page of the streams with it, or"
            " with `isthmus stream accept`."
        ),
    )


def receive_recovery(received: Received) -> None:
    """Handler of `exchange.recovery/1`: its log goes on from a smaller size; an approver must say yes."""
    body: RecoveryV1 = received.body
    partner = Partner.objects.get(node_id=received.record.sender)
    Offer.objects.get_or_create(
        leaf=received.leaf,
        defaults={
            "partner": partner,
            "kind": OfferKind.HISTORY,
            "body": body.model_dump(mode="json"),
            "arrived_at": clock.now(),
        },
    )
    leaving.forget_arrivals(partner)
    _tell_approver(partner, _("its log has a new history from entry %(size)d on.") % {"size": body.kept_size})


def is_offer(record: WireRecord, stream: Stream) -> bool:
    """Whether a record of another stream begins the epoch that follows ``stream``."""
    name = stream_name(record.sender, record.receiver, stream.epoch + 1)
    return (record.stream, record.seq, f"{record.type}/{record.version}") == (name, 1, EPOCH)


def is_later(record: WireRecord, stream: Stream) -> bool:
    """Whether a record belongs to an epoch behind ``stream``, of which this node knows nothing."""
    nodes, _hash, epoch = record.stream.rpartition("#")
    return nodes == stream.name.rpartition("#")[0] and int(epoch) > stream.epoch


def meet(record: WireRecord, token: str, leaf: str, stream: Stream) -> tuple[str, str]:
    """Keep a partner's offer of the epoch behind ``stream``; returns code and reason of the answer."""
    body = StreamEpochV1.model_validate_json(codec.encode(record.body))
    offer, is_new = Offer.objects.get_or_create(
        leaf=leaf,
        defaults={
            "partner": stream.partner,
            "kind": OfferKind.EPOCH,
            "text": token,
            "body": body.model_dump(mode="json"),
            "arrived_at": clock.now(),
        },
    )
    if is_new:
        _tell_approver(stream.partner, _("it asks to close %(name)s.") % {"name": body.closes})
    if offer.state == OfferState.DECLINED:
        return EPOCH_DECLINED, _("The new epoch was declined: %(reason)s") % {"reason": offer.reason}
    if body.closes == stream.name and stream.last_seq < body.last_seq:
        # This node came back itself and has lost the end of the stream: it asks for that first.
        return earlier.GAP, _("This node has not yet what the new epoch closes.")
    if offer.state == OfferState.ACCEPTED:
        _open_epoch(offer, body)  # accepted before this node itself came back from an older state
    return EPOCH_WAITING, _("The new epoch waits for an approver of this node.")


def receive_epoch(received: Received) -> None:
    """Handler of `exchange.stream-epoch/1`, which has its place only once it was accepted."""
    accepted = Offer.objects.filter(leaf=received.leaf, state=OfferState.ACCEPTED)
    if not accepted.exists():
        raise Refused("exchange.epoch-unknown", _("Another beginning of this epoch was accepted."))


def receive_answer(received: Received) -> None:
    """Handler of `exchange.stream-epoch-answer/1`: the receiver of a stream has decided on its new epoch."""
    body: StreamEpochAnswerV1 = received.body
    partner = Partner.objects.get(node_id=received.record.sender)
    stream = (
        Stream.objects.select_for_update()
        .filter(partner=partner, direction=Direction.OUT, name=body.opens)
        .first()
    )
    first = stream.records.filter(seq=1).first() if stream is not None else None
    if stream is None or first is None or first.leaf != body.leaf:
        raise NotFound("exchange.no-epoch", _("This node has not begun the epoch that this answers."))
    if body.decision == "declined":
        stream.state = StreamState.FROZEN
        stream.save(update_fields=["state"])
        raise_alarm(
            EPOCH_DECLINED,
            stream.name,
            _("%(name)s has declined the new epoch: %(reason)s")
            % {"name": partner.name, "reason": body.reason},
            next_step=_(
                "Call the partner. When it has changed its mind, it accepts, and you thaw the stream."
            ),
        )
    else:
        stream.next_attempt_at, stream.failures, stream.last_error = None, 0, ""
        stream.save(update_fields=["next_attempt_at", "failures", "last_error"])


def restore_answer(received: Received) -> None:
    """What this node answered before it came back from an older state: its word holds."""
    body: StreamEpochAnswerV1 = received.body
    partner = Partner.objects.get(node_id=received.record.receiver)
    Offer.objects.update_or_create(
        leaf=body.leaf,
        defaults={
            "partner": partner,
            "kind": OfferKind.EPOCH,
            "body": {"closes": body.closes, "last_seq": body.last_seq, "last_leaf": body.last_leaf},
            "state": OfferState.ACCEPTED if body.decision == "accepted" else OfferState.DECLINED,
            "arrived_at": clock.now(),
            "decided_at": received.record.issued,
            "decided_by": "node",
            "reason": body.reason,
        },
    )


def find(pk: int) -> Offer:
    """An offer by its number; NotFound where there is none."""
    offer = Offer.objects.select_related("partner").filter(pk=pk).first()
    if offer is None:
        raise NotFound("exchange.no-offer", _("There is no such request of a partner."))
    return offer


@transaction.atomic
def decide(offer: Offer, *, accept: bool, reason: str, actor: str) -> Offer:
    """Say yes or no for this node, for a reason that is kept.

    A new epoch opens at once, and a signed answer goes to the partner; a new history of its log is witnessed
    from now on. Conflict where it was decided before or where the partner's words no longer fit what this
    node holds; BadInput without a reason.
    """
    if not reason.strip():
        fault = FieldFault("reason", _("Say what the partner told you."))
        raise BadInput("exchange.no-reason", _("Such a request is decided for a reason."), faults=(fault,))
    with open_ledger() as ledger:
        offer = Offer.objects.select_for_update().select_related("partner").get(pk=offer.pk)
        if offer.state == OfferState.ACCEPTED or (offer.state == OfferState.DECLINED and not accept):
            raise Conflict("exchange.offer-decided", _("This request was decided before."))
        offer.state = OfferState.ACCEPTED if accept else OfferState.DECLINED
        offer.decided_at, offer.decided_by, offer.reason = clock.now(), actor, reason.strip()
        if offer.kind == OfferKind.EPOCH:
            _answer_epoch(offer, ledger, accept=accept)
        elif accept:
            body = RecoveryV1.model_validate_json(codec.encode(offer.body))
            accept_new_history(offer.partner, body.kept_size, body.checkpoint, offer.reason, actor=actor)
        offer.save()
        if not Offer.objects.filter(partner=offer.partner, state=OfferState.WAITING).exists():
            clear_alarm(PARTNER_RESTORED, offer.partner.node_id, actor=actor)
        audit.note(
            "exchange.offer-accepted" if accept else "exchange.offer-declined",
            actor=actor,
            subject=offer.partner.node_id,
            detail={"kind": offer.kind, "leaf": offer.leaf, "reason": offer.reason},
        )
    return offer


def _answer_epoch(offer: Offer, ledger: "Ledger", *, accept: bool) -> None:
    body = StreamEpochV1.model_validate_json(codec.encode(offer.body))
    if accept:
        _open_epoch(offer, body)
    answer = StreamEpochAnswerV1(
        opens=stream_name(offer.partner.node_id, *_receiver_and_epoch(body.closes)),
        closes=body.closes,
        last_seq=body.last_seq,
        last_leaf=body.last_leaf,
        leaf=offer.leaf,
        decision="accepted" if accept else "declined",
        reason=offer.reason,
    )
    publish([Outgoing(ANSWER, answer, answer.opens)], to=[offer.partner.node_id])
    ledger.write()


def _receiver_and_epoch(closes: str) -> tuple[str, int]:
    """The receiver of a stream, and the number of the epoch behind it."""
    nodes, _hash, epoch = closes.rpartition("#")
    return nodes.partition(">")[2], int(epoch) + 1


def _open_epoch(offer: Offer, body: StreamEpochV1) -> Stream:
    """Close the stream that the offer names and open the next; Conflict where it ends elsewhere here."""
    old = open_stream(offer.partner, Direction.IN)
    if (old.name, old.last_seq, old.last_leaf) != (body.closes, body.last_seq, body.last_leaf):
        raise Conflict(
            "exchange.epoch-elsewhere",
            _("The partner closes %(closes)s at number %(there)d; here, %(name)s ends at number %(here)d.")
            % {"closes": body.closes, "there": body.last_seq, "here": old.last_seq, "name": old.name},
            next_step=_("The partner sends what is missing here by itself; accept once it has come.")
            if old.name == body.closes and old.last_seq < body.last_seq
            else _("Decline, and ask the partner to begin the epoch anew."),
        )
    old.state = StreamState.CLOSED
    old.save(update_fields=["state"])
    for code in ("exchange.equivocation", "exchange.frozen", "exchange.other-stream"):
        clear_alarm(code, old.name, actor=offer.decided_by or "node")
    return Stream.objects.create(
        name=stream_name(offer.partner.node_id, *_receiver_and_epoch(body.closes)),
        partner=offer.partner,
        direction=Direction.IN,
        epoch=old.epoch + 1,
    )
