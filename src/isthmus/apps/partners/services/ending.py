"""The daily look at what ends: reminders, expiry, and an answer to introductions that expiry caught."""

from datetime import datetime

from django.db import transaction

from isthmus.accounts import audit
from isthmus.apps.partners.models import Introduction, Listing
from isthmus.apps.partners.queries.listings import COLLECTIONS
from isthmus.apps.partners.rules.lasting import REMIND_BEFORE
from isthmus.apps.partners.services.introducing import end_expired
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.search.services import remove

ACTOR = "partners.look-after"


def _remind(now: datetime) -> int:
    rows = Listing.objects.filter(
        partner="",
        withdrawn_at=None,
        reminded_at=None,
        expires_at__gt=now,
        expires_at__lte=now + REMIND_BEFORE,
    )
    done = 0
    for row in rows.order_by("pk")[:1000]:
        with transaction.atomic():
            # Whoever confirms in the meantime needs no reminder.
            if Listing.objects.filter(pk=row.pk, revision=row.revision).update(reminded_at=now):
                audit.note("partners.reminded", actor=ACTOR, subject=row.reference)
                done += 1
    return done


def _expire(now: datetime) -> int:
    """Take what expired out of the index; its row stays, and comes back with a confirmation."""
    done = 0
    for kind, collection in COLLECTIONS.items():
        expired = Listing.objects.filter(kind=kind, expires_at__lte=now).order_by("pk")
        with transaction.atomic():
            done += remove(collection, [row.key for row in expired.iterator()])
    return done


def _answer(progress: Progress) -> tuple[int, int]:
    waiting = Introduction.objects.filter(state=Introduction.State.ASKED).select_related("need", "offer")
    done, failed = 0, 0
    for row in waiting.order_by("pk")[:1000]:
        if row.asked.is_own and not row.asked.is_open:
            try:
                done += end_expired(row, actor=ACTOR)
            except IsthmusError:
                # A stream that is not open now is tried again by the next run.
                failed += 1
            progress.step(done, None)
    return done, failed


def look_after(progress: Progress) -> dict[str, int]:
    """Job: remind of what ends within 14 days, expire, and answer introductions to what expired."""
    now = clock.now()
    reminded = _remind(now)
    expired = _expire(now)
    answered, failed = _answer(progress)
    return {"reminded": reminded, "expired": expired, "answered": answered, "failed": failed}
