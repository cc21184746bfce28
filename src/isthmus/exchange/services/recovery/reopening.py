"""Letting a stream move again, once its receiver has signed how far it got and that is reached."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import queries
from isthmus.exchange.ledger import Ledger, open_ledger
from isthmus.exchange.models import Direction, Record, Stream, StreamState
from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.exchange.services.answers import keep_refusal
from isthmus.exchange.services.publish import open_stream
from isthmus.exchange.services.recovery import announcing, claims, holding, marking
from isthmus.exchange.services.recovery.exchange_form import GivenBack
from isthmus.exchange.services.recovery.giving import POSITION
from isthmus.kit import clock
from isthmus.kit.errors import Refused
from isthmus.trust.models import Partner
from isthmus.trust.validation import check_key_at, key_ring
from isthmus.wire import jws
from isthmus.wire import receipt as wire_receipt
from isthmus.wire.record import stream_name

NOT_RETURNED = "exchange.not-returned"
WITHDRAWN_PAUSE = timedelta(minutes=1)
"""How long a stream rests whose partner claimed without ground that this node is in an older state."""


def locked(partner: Partner, name: str) -> Stream:
    """The outgoing stream of that name, locked; Refused where this node has none."""
    stream = (
        Stream.objects.select_for_update().filter(partner=partner, direction=Direction.OUT, name=name).first()
    )
    if stream is None:
        raise Refused("exchange.no-stream", _("This node has no stream %(name)s.") % {"name": name})
    stream.partner = partner
    return stream


def keep_position(partner: Partner, given: GivenBack, ledger: Ledger) -> int:
    """The partner's signed last number, kept in the log as evidence; Refused where it signed none."""
    for token in given.answers:
        if jws.type_of(token) != jws.REFUSAL:
            continue
        unverified, content = wire_receipt.read_refusal(token)
        check_key_at(key_ring(partner).check_signature(unverified), content.issued)
        addressed = (content.sender, content.receiver) == (partner.node_id, queries.me())
        about = (content.code, content.stream) == (POSITION, given.stream)
        if not (addressed and about and content.expected):
            continue
        keep_refusal(ledger, partner, token, content)
        return content.expected - 1
    raise Refused(
        "exchange.no-position",
        _("%(partner)s has not signed how far it got in %(stream)s.")
        % {"partner": partner.node_id, "stream": given.stream},
    )


@transaction.atomic
def finish(partner: Partner, given: GivenBack) -> None:
    """Let the streams move again once the partner's signed position is reached."""
    with open_ledger() as ledger:
        stream = locked(partner, given.stream)
        incoming = open_stream(partner, Direction.IN)
        if stream.state == StreamState.RECOVERING:
            position = keep_position(partner, given, ledger)
            if position > stream.last_seq:
                _tell_missing(stream, position)
                return
            _reopen(stream, position, ledger, given)
        if incoming.state == StreamState.RECOVERING:
            incoming.state = StreamState.OPEN
            incoming.save(update_fields=["state"])
        if claims.drop(partner):
            # It took back what it said. Saying so again and again must not keep this node busy.
            later = clock.now() + WITHDRAWN_PAUSE
            Stream.objects.filter(pk=stream.pk).update(next_attempt_at=later)
    announcing.announce(partner)


def _reopen(stream: Stream, position: int, ledger: Ledger, given: GivenBack) -> None:
    stream.settled_seq = min(stream.settled_seq, position)
    stream.failures, stream.last_error, stream.next_attempt_at = 0, "", None
    later = _later_epoch(stream, given)
    stream.state = StreamState.CLOSED if later else StreamState.OPEN
    numbered = 0
    if later is not None and later.state == StreamState.RECOVERING:
        Record.objects.filter(stream=stream, seq__lt=0).update(stream=later)
    elif later is None:
        numbered = holding.release(stream, ledger)
    stream.save(
        update_fields=[
            "state",
            "settled_seq",
            "last_seq",
            "last_leaf",
            "failures",
            "last_error",
            "next_attempt_at",
        ]
    )
    for code in (NOT_RETURNED, marking.TWO_HISTORIES, "exchange.not-ours"):
        clear_alarm(code, stream.name, actor="node")
    audit.note(
        "exchange.stream-recovered",
        actor="node",
        subject=stream.name,
        detail={"position": position, "numbered": numbered},
    )


def _later_epoch(stream: Stream, given: GivenBack) -> Stream | None:
    """The epoch behind this one: known here, or known to the partner, which makes it known here."""
    later = Stream.objects.filter(partner=stream.partner, direction=Direction.OUT, epoch__gt=stream.epoch)
    found = later.order_by("epoch").first()
    epoch = int(given.newest.rpartition("#")[2])
    if found is not None or epoch <= stream.epoch:
        return found
    return Stream.objects.create(
        name=stream_name(queries.me(), stream.partner.node_id, stream.epoch + 1),
        partner=stream.partner,
        direction=Direction.OUT,
        epoch=stream.epoch + 1,
        state=StreamState.RECOVERING,
    )


def clear_unannounced(actor: str) -> None:
    """The alarm about an older state is over once every stream is sure again."""
    if not Stream.objects.filter(state=StreamState.RECOVERING).exists():
        clear_alarm(marking.OLDER_STATE, "node", actor=actor)


def _tell_missing(stream: Stream, position: int) -> None:
    raise_alarm(
        NOT_RETURNED,
        stream.name,
        _(
            "%(partner)s says it holds %(stream)s up to number %(position)d, but gave it back only up to"
            " %(last)d."
        )
        % {
            "partner": stream.partner.node_id,
            "stream": stream.name,
            "position": position,
            "last": stream.last_seq,
        },
        next_step=_("Ask the partner's operator to look at its log; nothing is sent meanwhile."),
    )
