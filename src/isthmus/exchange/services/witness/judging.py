"""Holding the heads of a partner's log against each other, and cosigning what only grew."""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import Count

from isthmus.exchange import queries
from isthmus.exchange.models import Checkpoint, LogSplit, Standing, Witnessed
from isthmus.exchange.rules.heads import Growth, Head, Judgement, contradictions, judge
from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.exchange.services.witness.closing import close_latecomers
from isthmus.exchange.services.witness.codes import PROOF_OWED, PROOF_WRONG
from isthmus.exchange.services.witness.evidence import alarm_split, keep_evidence
from isthmus.exchange.services.witness.notes import evidence_in, head_in, tip_of
from isthmus.kit import clock
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose
from isthmus.wire import cosignature
from isthmus.wire.checkpoint import origin_of
from isthmus.wire.proof import ConsistencyProof

_LOG = logging.getLogger("isthmus.exchange.witness")
_MOST_SIZES = 200
"""Sizes with contradicting heads that are looked at in one go; one is enough for an alarm."""


def _contradicted(log: Witnessed) -> list[tuple[int, int]]:
    """History and size of heads that came with more than one root."""
    rows = Checkpoint.objects.filter(node_id=log.partner.node_id).order_by()
    doubled = rows.values("history", "size").annotate(roots=Count("root")).filter(roots__gt=1)
    return list(doubled.values_list("history", "size")[:_MOST_SIZES])


def _keep_splits(
    log: Witnessed, rows: Iterable[Checkpoint], splits: Sequence[tuple[Head, Head]], *, present: bool
) -> None:
    notes = {head_in(row): row.note for row in rows}
    for first, second in splits:
        evidence = evidence_in(log.partner, notes[first], notes[second])
        if evidence is not None:
            keep_evidence(evidence, log.partner.node_id, reopen=present)
        elif present:
            alarm_split(log.partner.node_id, first.size)
        Checkpoint.objects.filter(
            node_id=log.partner.node_id,
            size=first.size,
            root__in=[first.root.hex(), second.root.hex()],
            standing=Standing.NEW,
            history=0,
        ).update(standing=Standing.SPLIT)


def _rows(log: Witnessed, newest: Checkpoint | None, sizes: Iterable[int]) -> list[Checkpoint]:
    """The heads of the present history that matter now: of these sizes, and those next below the newest."""
    here = Checkpoint.objects.filter(node_id=log.partner.node_id, history=0)
    rows = {row.pk: row for row in here.filter(size__in=set(sizes))}
    if newest is not None and not log.tip_root:
        below = here.filter(size__lte=newest.size).exclude(size=newest.size, root=newest.root)
        rows.update({row.pk: row for row in below.order_by("-size")[:1]})
    return list(rows.values())


def weigh(log: Witnessed, newest: Checkpoint | None = None, proofs: Sequence[ConsistencyProof] = ()) -> None:
    """Judge the heads of a partner's log that are not proved yet, and store what is known of them now.

    ``newest`` is the head, already kept, that the owner handed over with ``proofs`` under it. A head that
    continues all before is cosigned; two that contradict each other become evidence and an alarm.
    """
    close_latecomers(log.partner)
    doubled = _contradicted(log)
    claims = [
        Growth(
            Head(proof.old_size, bytes.fromhex(proof.old_root)),
            tuple(bytes.fromhex(step) for step in proof.path),
        )
        for proof in proofs
        if newest is not None and proof.size == newest.size
    ]
    sizes = {size for history, size in doubled if not history} | {claim.old.size for claim in claims}
    rows = _rows(log, newest, sizes | ({newest.size} if newest is not None else set()))
    found = judge(
        tip_of(log),
        [head_in(row) for row in rows if row.standing == Standing.HELD],
        [head_in(row) for row in rows if row.standing != Standing.HELD],
        head_in(newest) if newest is not None else None,
        claims,
    )
    _store(log, found, rows, newest)
    for history in {history for history, _size in doubled if history}:
        closed = Checkpoint.objects.filter(
            node_id=log.partner.node_id, history=history, size__in=[size for _h, size in doubled]
        )
        _keep_splits(log, closed, contradictions(map(head_in, closed)), present=False)


def _store(log: Witnessed, found: Judgement, rows: Sequence[Checkpoint], newest: Checkpoint | None) -> None:
    proved = [row.pk for row in rows if row.standing == Standing.NEW and head_in(row) in found.proved]
    Checkpoint.objects.filter(pk__in=proved).update(standing=Standing.HELD, asked_at=None)
    _keep_splits(log, rows, found.splits, present=True)
    if found.wrong and newest is not None:
        raise_alarm(
            PROOF_WRONG,
            log.partner.node_id,
            f"{log.partner.node_id} cannot show that its log of {newest.size} entries continues the one it"
            f" signed over {', '.join(str(head.size) for head in sorted(found.wrong)[:5])}.",
            next_step="Its log may have been rewritten. Call the partner before you rely on its receipts.",
        )
    if newest is not None and found.tip == head_in(newest) and not _is_doubted(log):
        _cosign(log, newest)
    log.save()


def _is_doubted(log: Witnessed) -> bool:
    return LogSplit.objects.filter(node_id=log.partner.node_id, closed_at=None).exists()


def _cosign(log: Witnessed, newest: Checkpoint) -> None:
    if (log.tip_size, log.tip_root) == (newest.size, newest.root) and log.cosigned_note:
        return
    key = keystore.in_use(KeyPurpose.LOG)
    log.tip_size, log.tip_root, log.cosigned_at = newest.size, newest.root, clock.now()
    log.cosigned_note = cosignature.cosign(
        newest.note, name=origin_of(queries.me()), key=key.private_key, at=log.cosigned_at
    )
    _LOG.info("cosigned the log of %s over %d entries", log.partner.node_id, newest.size)


def watch(log: Witnessed) -> None:
    """Raise the alarm about proofs that were asked for and are owed too long, or clear it."""
    limit = clock.now() - timedelta(hours=settings.ISTHMUS.witness_alarm_hours)
    owed = Checkpoint.objects.filter(
        node_id=log.partner.node_id, history=0, standing=Standing.NEW, asked_at__lte=limit
    )
    oldest = owed.order_by("asked_at").first()
    if oldest is None:
        clear_alarm(PROOF_OWED, log.partner.node_id, actor="node")
        return
    raise_alarm(
        PROOF_OWED,
        log.partner.node_id,
        f"{log.partner.node_id} has not shown that its log continues the head it signed over {oldest.size}"
        f" entries, since it was asked on {clock.to_text(oldest.asked_at or oldest.issued)}.",
        next_step="Call the partner: its log may have been rewritten, or it was restored from a backup.",
    )
