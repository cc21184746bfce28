"""A partner that lost the end of an epoch which is closed gets it again, and then the epoch behind it.

Two nodes may come back from older states one after the other: the first closes an epoch and begins the next,
the second forgets that it accepted it, and what it had received before.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from isthmus.exchange.models import Direction, Stream, StreamState
from isthmus.exchange.services.alarms import raise_alarm
from isthmus.exchange.services.recovery.noticing import PARTNER_BEHIND
from isthmus.kit.errors import IsthmusError
from isthmus.trust.models import Partner
from isthmus.wire import jws
from isthmus.wire import receipt as wire

GAP = "exchange.gap"


def heed_gap(stream: Stream, content: wire.Refusal) -> None:
    """The partner asks for a number of an epoch before ``stream``: that is opened again, this begins anew.

    The caller holds ``stream`` and writes it. What this node does not have cannot be asked for.
    """
    if content.code != GAP or content.expected is None:
        return
    before = (
        Stream.objects.select_for_update()
        .filter(partner=stream.partner, direction=Direction.OUT, name=content.stream, epoch__lt=stream.epoch)
        .first()
    )
    if before is None or content.expected > before.last_seq + 1:
        return
    stream.settled_seq = 0
    if before.state in {StreamState.CLOSED, StreamState.OPEN} and content.expected <= before.last_seq:
        before.state = StreamState.OPEN
        before.settled_seq = min(before.settled_seq, content.expected - 1)
        before.next_attempt_at, before.failures = None, 0
        before.save(update_fields=["state", "settled_seq", "next_attempt_at", "failures"])
    raise_alarm(
        PARTNER_BEHIND,
        before.name,
        _("%(partner)s asks again for records from number %(seq)d on, for which it gave receipts.")
        % {"partner": stream.partner.node_id, "seq": content.expected},
        next_step=_(
            "It was probably restored from a backup: call its operator. The records are sent again by"
            " themselves; clear this once it has confirmed."
        ),
    )


def close_before(stream: Stream) -> None:
    """The partner has taken the first record of ``stream``: all epochs before it are closed for good."""
    Stream.objects.filter(
        partner=stream.partner, direction=stream.direction, epoch__lt=stream.epoch, state=StreamState.OPEN
    ).update(state=StreamState.CLOSED)


def to_send(partner: Partner) -> Stream | None:
    """The outgoing stream whose records come next: of an epoch that was opened again, or the present.

    None where nothing was ever sent.
    """
    streams = Stream.objects.filter(partner=partner, direction=Direction.OUT).order_by("epoch")
    found = None
    for found in streams:
        if found.state == StreamState.OPEN and found.waiting:
            break
    return found


def settle_each(partner: Partner, answers: Sequence[str]) -> list[str] | None:
    """Take answers that may speak of several epochs; the problems, or None where nothing was ever sent."""
    from isthmus.exchange.services.settle import settle

    streams = list(
        Stream.objects.select_related("partner")
        .filter(partner=partner, direction=Direction.OUT)
        .order_by("epoch")
    )
    if not streams:
        return None
    *opened_again, present = [one for one in streams if one.state == StreamState.OPEN or one == streams[-1]]
    problems: list[str] = []
    for stream in opened_again:
        mine = [token for token in answers if _speaks_of(token) == stream.name]
        problems += settle(stream, mine) if mine else []
        answers = [token for token in answers if token not in mine]
    return [*problems, *(settle(present, answers) if answers else ())]


def _speaks_of(token: str) -> str:
    """The stream of a receipt; a refusal is for the present one, which knows what came before it."""
    try:
        return wire.read_receipt(token)[1].stream if jws.type_of(token) == jws.RECEIPT else ""
    except IsthmusError:
        return ""  # settling says what is wrong with it
