"""Heads of closed histories: which they are, and what contradicts itself among them."""

from datetime import datetime

from isthmus.exchange.models import Checkpoint, LogHistory, LogSplit, Standing
from isthmus.exchange.rules.heads import contradictions
from isthmus.exchange.services.witness.notes import evidence_in, head_in
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.wire.checkpoint import read_checkpoint


def closed_history_of(partner: Partner, size: int, issued: datetime) -> int:
    """The number of the closed history that a head belongs to; 0 for the present one.

    A head over more than was kept, dated before the next history began, is of the one before.
    """
    for accepted in LogHistory.objects.filter(partner=partner).order_by("number"):
        if size > accepted.kept_size and issued < read_checkpoint(accepted.note).issued:
            return accepted.number - 1
    return 0


def close_latecomers(partner: Partner) -> None:
    """Put heads that arrive late into the closed history they belong to."""
    here = Checkpoint.objects.filter(node_id=partner.node_id, history=0, standing=Standing.NEW)
    for accepted in LogHistory.objects.filter(partner=partner).order_by("number"):
        since = read_checkpoint(accepted.note).issued
        late = here.filter(size__gt=accepted.kept_size, issued__lt=since)
        late.update(standing=Standing.CLOSED, history=accepted.number - 1)


def file_closed_splits(partner: Partner, accepted: LogHistory) -> None:
    """Keep what contradicts itself in the history that was just closed as evidence, without an alarm.

    Between a restore and the record about it both histories may have been seen; people have accepted why.
    """
    rows = {
        head_in(row): row
        for row in Checkpoint.objects.filter(node_id=partner.node_id, history=accepted.number - 1)
    }
    for first, second in contradictions(rows):
        evidence = evidence_in(partner, rows[first].note, rows[second].note)
        if evidence is None:
            continue
        LogSplit.objects.get_or_create(
            node_id=partner.node_id,
            size=evidence.size,
            root=evidence.root,
            other_root=evidence.other_root,
            defaults={
                "evidence": evidence.to_bytes().decode("utf-8"),
                "found_at": clock.now(),
                "closed_at": clock.now(),
                "closed_by": accepted.accepted_by,
                "closed_reason": accepted.reason,
            },
        )
