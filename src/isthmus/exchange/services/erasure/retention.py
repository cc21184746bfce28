"""What agreed retention says must go, and the daily work that lets it go."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import (
    Agreement,
    Attachment,
    AttachmentState,
    Erased,
    Record,
    Stream,
    StreamState,
    Verdict,
)
from isthmus.exchange.rules.retention import latest_issued
from isthmus.exchange.services.erasure.tombstones import erase
from isthmus.exchange.services.erasure.wiping import drop_unnamed
from isthmus.jobs.progress import Progress
from isthmus.kit import clock

PORTION = 200
UNNAMED_DAYS = 30
"""How long a file of this node's own waits for a record to name it."""


def due_records(moment: datetime) -> QuerySet[Record]:
    """Records whose agreement's retention has run out at ``moment``, oldest first.

    Left alone: what the partner has not receipted, since it never went there; what stands in a frozen
    stream, since people must look at the evidence first; and records of agreements that are not here.
    """
    terms = Agreement.objects.values_list("uuid", "terms")
    limits: dict[int, list[UUID]] = {}
    for uuid, content in terms:
        limits.setdefault(int(content["retention_days"]), []).append(uuid)
    gone = Exists(Erased.objects.filter(hash=OuterRef("leaf")))
    due = Record.objects.none()
    for days, agreements in sorted(limits.items()):
        due = due | Record.objects.filter(agreement__in=agreements, issued__lte=latest_issued(days, moment))
    # No tombstone can be numbered for a partner while its stream recovers from an older state.
    halted = Stream.objects.filter(state=StreamState.RECOVERING).values("partner")
    return (
        due.exclude(verdict=Verdict.WAITING)
        .exclude(stream__state=StreamState.FROZEN)
        .exclude(stream__partner__in=halted)
        .exclude(gone)
        .select_related("stream__partner")
        .order_by("issued", "id")
    )


def reason_of(agreement: Agreement) -> str:
    """The sentence that stands in the tombstones of an agreement's records."""
    days = int(agreement.terms["retention_days"])
    return _("The %(days)d days of the agreement %(uuid)s have ended.") % {
        "days": days,
        "uuid": agreement.pk,
    }


def _portions(moment: datetime) -> Iterator[tuple[Agreement, list[Record]]]:
    """What is due, some records of one agreement at a time."""
    while True:
        first = due_records(moment).first()
        if first is None:
            return
        rows = due_records(moment).filter(agreement=first.agreement)[:PORTION]
        yield Agreement.objects.get(pk=str(first.agreement)), list(rows)


def erase_due(*, actor: str, progress: Progress | None = None) -> int:
    """Erase all that is due, in transactions of moderate size; returns how many records went."""
    moment = clock.now()
    total, done = due_records(moment).count(), 0
    for agreement, rows in _portions(moment):
        erase(rows, ground="retention", reason=reason_of(agreement), actor=actor)
        done += len(rows)
        if progress is not None:
            progress.step(done, total)
    return done


@transaction.atomic
def drop_unused(moment: datetime) -> int:
    """Remove files of this node's own that no record came to name; returns how many."""
    old = moment - timedelta(days=UNNAMED_DAYS)
    with open_ledger():  # nobody publishes a record that names one of them meanwhile
        rows = Attachment.objects.filter(state=AttachmentState.WHOLE, namings=None, noted_at__lt=old)
        keys = list(rows.values_list("pk", flat=True))
        drop_unnamed(keys)
    return len(keys)


def run(progress: Progress) -> dict[str, object]:
    """The daily job: erase what retention says must go, and remove files that nothing names."""
    progress.step(0)
    erased = erase_due(actor="node", progress=progress)
    return {"erased": erased, "unused_files": drop_unused(clock.now())}
