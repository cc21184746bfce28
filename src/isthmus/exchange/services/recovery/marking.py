"""Stopping every stream of a node that came back from an older state, before a number is used twice."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Direction, LogEntry, LogHead, Record, Restoration, Stream, StreamState
from isthmus.exchange.services.alarms import raise_alarm
from isthmus.exchange.services.publish import open_stream
from isthmus.exchange.services.recovery import claims
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from isthmus.trust.models import Partner, PartnerState

OLDER_STATE = "exchange.older-state"
TWO_HISTORIES = "exchange.two-histories"


@transaction.atomic
def mark_older(
    *,
    actor: str,
    found: str = "",
    kept_size: int | None = None,
    backup_made_at: datetime | None = None,
) -> Restoration:
    """Stop all streams with all partners until each has said how far it got.

    ``found`` says what showed it where nobody restored this node on purpose: that raises an alarm. Without
    ``kept_size`` (leaves of the log that both histories share) the present log counts as shared.
    """
    with open_ledger() as ledger:
        for partner in Partner.objects.exclude(state=PartnerState.PENDING):
            for direction in Direction:
                open_stream(partner, direction)
        claims.drop()
        claims.stop(Stream.objects.filter(state=StreamState.OPEN))
        claims.stop(
            Stream.objects.filter(state=StreamState.FROZEN, direction=Direction.OUT, diverged_seq=None)
        )
        restoration = Restoration.objects.create(
            happened_at=clock.now(),
            kept_size=ledger.frontier.size if kept_size is None else kept_size,
            backup_made_at=backup_made_at,
            found=found,
            actor=actor,
        )
        if found:
            raise_alarm(
                OLDER_STATE,
                "node",
                _("This node is in an older state than its partners know: %(found)s") % {"found": found},
                next_step=_(
                    "Nothing goes out until each partner has said how far it got; the node asks them itself."
                    " Find out who put the older state back, and follow docs/guide/backup-and-restore.md."
                ),
            )
        audit.note(
            "exchange.restored",
            actor=actor,
            detail={"kept_size": restoration.kept_size, "found": found},
        )
    return restoration


def found_older(stream: Stream | None, found: str) -> None:
    """What this node signed itself has shown that it came back unannounced: stop the streams with everybody.

    What the partner has receipted was there before the histories parted.
    """
    settled = (
        Record.objects.filter(stream=stream, seq=stream.settled_seq).values_list("leaf", flat=True).first()
        if stream is not None
        else None
    )
    mark_older(actor="node", found=found, kept_size=shared_size(settled or ""))


@transaction.atomic
def ask_now(partner: Partner, *, actor: str) -> None:
    """Let the worker ask a partner at once; a frozen stream without two histories is compared as well.

    Conflict where nothing is to be asked.
    """
    with open_ledger():
        outgoing = Stream.objects.filter(partner=partner, direction=Direction.OUT)
        frozen = outgoing.filter(state=StreamState.FROZEN, diverged_seq=None)
        asked = frozen.update(state=StreamState.RECOVERING, next_attempt_at=None)
        asked += outgoing.filter(state=StreamState.RECOVERING).update(next_attempt_at=None)
        if not asked:
            raise Conflict("exchange.not-recovering", _("Every stream to this partner is sure."))
        audit.note("exchange.partner-asked", actor=actor, subject=partner.node_id)


def shared_size(leaf: str) -> int:
    """Leaves of the log up to an entry that was there before the histories parted; 0 where it is unknown."""
    index = LogEntry.objects.filter(leaf=leaf).values_list("index", flat=True).first()
    return 0 if index is None else index + 1


def log_size() -> int:
    """The present size of the log, in leaves."""
    return LogHead.objects.filter(pk=1).values_list("size", flat=True).first() or 0


def note_divergence(stream: Stream, seq: int) -> None:
    """Freeze an outgoing stream of which this node signed number ``seq`` twice, and say what to do."""
    stream.state, stream.diverged_seq = StreamState.FROZEN, seq
    Stream.objects.filter(pk=stream.pk).update(state=StreamState.FROZEN, diverged_seq=seq)
    raise_alarm(
        TWO_HISTORIES,
        stream.name,
        _(
            "Number %(seq)d of %(stream)s was signed twice: %(partner)s holds one record under it, this node"
            " another, because it came back from an older state."
        )
        % {"seq": seq, "stream": stream.name, "partner": stream.partner.node_id},
        next_step=_(
            "Begin a new epoch on the page of the streams with this partner, or run"
            " `isthmus stream epoch %(partner)s`. What was not delivered is signed anew in it."
        )
        % {"partner": stream.partner.node_id},
    )
