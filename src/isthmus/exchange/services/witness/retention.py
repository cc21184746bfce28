"""Dropping signed heads that newer ones cover; evidence, closed histories and open questions stay."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db.models import Exists, Model, OuterRef, QuerySet

from isthmus.exchange import queries
from isthmus.exchange.models import Checkpoint, Cosignature, Standing, Witnessed
from isthmus.exchange.rules.covered import FRESH, surplus
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.trust.models import Partner

PORTION = 500


def _keys(rows: "QuerySet[Model]", at: str) -> Iterator[tuple[int, datetime]]:
    return rows.order_by(at, "pk").values_list("pk", at).iterator(chunk_size=2000)


def _own_heads(moment: datetime) -> Iterator[int]:
    """Heads of this node's log that no partner's kept cosignature stands under."""
    cosigned = Cosignature.objects.filter(size=OuterRef("size"), root=OuterRef("root"))
    own = Checkpoint.objects.filter(~Exists(cosigned), node_id=queries.me())
    yield from surplus(_keys(own, "issued"), moment)


def _partner_heads(partner: Partner, log: Witnessed | None, moment: datetime) -> Iterator[int]:
    """Proved heads, and heads from receipts that nobody asked about in a day: the receipts keep those."""
    if log is None or not log.tip_root:
        return
    here = Checkpoint.objects.filter(node_id=partner.node_id, history=0, size__lt=log.tip_size)
    yield from surplus(_keys(here.filter(standing=Standing.HELD), "issued"), moment)
    passed_over = here.filter(standing=Standing.NEW, via="", asked_at=None, issued__lt=moment - FRESH)
    yield from passed_over.values_list("pk", flat=True).iterator(chunk_size=2000)


def _cosignatures(partner: Partner, moment: datetime) -> Iterator[int]:
    rows = Cosignature.objects.filter(partner=partner)
    newest = rows.first()
    if newest is not None:
        yield from surplus(_keys(rows.exclude(pk=newest.pk), "cosigned_at"), moment)


def _delete(rows: "QuerySet[Model]", keys: Iterator[int], progress: Progress, done: int) -> int:
    waiting = list(keys)
    left = iter(waiting)
    while portion := list(islice(left, PORTION)):
        rows.filter(pk__in=portion).delete()
        done += len(portion)
        progress.step(done)
    return done


def prune(progress: Progress) -> dict[str, object]:
    """The job: drop what is covered; returns how many heads and cosignatures went."""
    moment = clock.now()
    logs = {log.partner_id: log for log in Witnessed.objects.all()}
    cosignatures = heads = 0
    for partner in Partner.objects.order_by("pk"):
        cosignatures = _delete(
            Cosignature.objects.all(), _cosignatures(partner, moment), progress, cosignatures
        )
        heads = _delete(
            Checkpoint.objects.all(), _partner_heads(partner, logs.get(partner.pk), moment), progress, heads
        )
    heads = _delete(Checkpoint.objects.all(), _own_heads(moment), progress, heads)
    return {"heads": heads, "cosignatures": cosignatures}
