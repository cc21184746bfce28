"""When a batch is answered without looking at its records: frozen, recovering, or of the next epoch."""

from pydantic import ValidationError

from isthmus.exchange import queries
from isthmus.exchange.ledger import Ledger
from isthmus.exchange.models import OwnVerdict, Stream, StreamState
from isthmus.exchange.services import answers
from isthmus.exchange.services.recovery import earlier, offers
from isthmus.wire.record import Record as WireRecord

RECOVERING = "exchange.recovering"


def halt(ledger: Ledger, stream: Stream, first: tuple[WireRecord, str, str] | None) -> str | None:
    """The signed answer to a batch that is not looked at; None where it is.

    ``first`` is its first record, token and leaf.
    """
    if first is not None and offers.is_offer(first[0], stream):
        record, token, leaf = first
        try:
            code, reason = offers.meet(record, token, leaf, stream)
        except ValidationError:
            code, reason = "exchange.schema", "The beginning of the epoch cannot be read."
        if code == earlier.GAP:
            return _ask_from_here(ledger, stream, reason)
        stream.refresh_from_db(fields=["state"])  # closed by now where the offer was accepted before
        return answers.refuse(
            ledger, stream.partner, code=code, reason=reason, stream=record.stream, seq=record.seq
        )
    if first is not None and stream.state != StreamState.RECOVERING and offers.is_later(first[0], stream):
        return _ask_from_here(ledger, stream, "This node does not know of an epoch behind this one.")
    if stream.state == StreamState.FROZEN:
        return answers.refuse_frozen(ledger, stream)
    if stream.state == StreamState.RECOVERING:
        return answers.refuse(
            ledger,
            stream.partner,
            code=RECOVERING,
            reason=f"{queries.me()} came back from an older state and asks first what it has lost.",
            stream=stream.name,
            expected=stream.last_seq + 1,
        )
    return None


def _ask_from_here(ledger: Ledger, stream: Stream, reason: str) -> str:
    """The sender goes on behind what this node has forgotten: it shall send that first."""
    return answers.refuse(
        ledger,
        stream.partner,
        code=earlier.GAP,
        reason=f"{reason} Number {stream.last_seq + 1} of {stream.name} is expected.",
        stream=stream.name,
        expected=stream.last_seq + 1,
    )


def own_verdicts(stream: Stream) -> dict[int, OwnVerdict]:
    """What this node signed about records behind its last one, before it came back from an older state."""
    if stream.own_receipted <= stream.last_seq:
        return {}
    found = OwnVerdict.objects.filter(stream=stream, seq__gt=stream.last_seq)
    return {verdict.seq: verdict for verdict in found}
