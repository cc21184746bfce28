"""Signs, in a partner's answers, that this node or the partner came back from an older state."""

from datetime import datetime

from django.utils.translation import gettext as _

from isthmus.exchange.models import Record, Stream, StreamState, Verdict
from isthmus.exchange.services.alarms import raise_alarm
from isthmus.wire import receipt as wire

PARTNER_BEHIND = "exchange.partner-behind"
VERDICT_CHANGED = "exchange.verdict-changed"


def notice_behind(stream: Stream, position: int) -> None:
    """The partner says that it holds more than this node has sent, or something else under ``position``.

    Its streams stop; ``stream``, which the caller holds and writes, shows it too. That it says so proves
    nothing: see ``claims``.
    """
    from isthmus.exchange.services.recovery import claims

    if stream.state != StreamState.OPEN:
        return
    about = {
        "partner": stream.partner.node_id,
        "stream": stream.name,
        "there": position,
        "here": stream.last_seq,
    }
    found = (
        _("%(partner)s holds %(stream)s up to number %(there)d, this node has sent up to %(here)d.")
        if position > stream.last_seq
        else _("%(partner)s holds another record under number %(there)d of %(stream)s than this node.")
    )
    claims.heed(stream.partner, stream.name, found % about)
    stream.state = StreamState.RECOVERING


def shows_older_state(stream: Stream, content: wire.Receipt) -> bool:
    """Whether a receipt that names other records than this node's shows that the node lost some.

    True where all that is wrong is that this node does not know the records, or where it knows already that
    it came back; the receipt is of use once they have come back too. False where it holds others.
    """
    if stream.state != StreamState.OPEN:
        return stream.state in {StreamState.RECOVERING, StreamState.CLOSED}
    if content.to_seq <= stream.last_seq:
        return False
    notice_behind(stream, content.to_seq)
    return True


def notice_restored_partner(stream: Stream, expected: int, issued: datetime) -> None:
    """The partner asked at ``issued`` for what it had receipted by then: it lost that, and gets it again.

    An answer that was overtaken, by a stick or on a second connection, asks for what was receipted after it.
    """
    asked = Record.objects.filter(stream=stream, seq=expected, receipt__issued__lt=issued)
    asked = asked.exclude(verdict=Verdict.WAITING)
    if expected <= stream.settled_seq and asked.exists():
        raise_alarm(
            PARTNER_BEHIND,
            stream.name,
            _("%(partner)s asks again for records from number %(seq)d on, for which it gave receipts.")
            % {"partner": stream.partner.node_id, "seq": expected},
            next_step=_(
                "It was probably restored from a backup: call its operator. The records are sent again by"
                " themselves; clear this once it has confirmed."
            ),
        )


def compare_verdicts(stream: Stream, row: Record, status: str) -> None:
    """A second receipt for a record must say what the first said."""
    if (row.verdict == Verdict.ACCEPTED) != (status == "accepted"):
        raise_alarm(
            VERDICT_CHANGED,
            stream.name,
            _("%(partner)s first said “%(first)s” about record %(seq)d, and now “%(second)s”.")
            % {
                "partner": stream.partner.node_id,
                "seq": row.seq,
                "first": row.get_verdict_display().lower(),
                "second": status,
            },
            next_step=_("Both receipts are kept; call the partner and find out which of them holds."),
        )
