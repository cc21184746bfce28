"""The secretariat: sealed follow-up forms go once they are not needed, since its key opens them for ever."""

from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from isthmus.apps.workshops.followups.services.telling import FOLLOW_UP
from isthmus.apps.workshops.letters.queries import keep_days
from isthmus.apps.workshops.programme.models import Workshop
from isthmus.exchange.models import Direction, Erased, Record, Stream, StreamState
from isthmus.exchange.services.erasure import erase
from isthmus.jobs.progress import Progress
from isthmus.kit import clock

PORTION: Final = 200


def _over() -> QuerySet[Record]:
    """Follow-up forms that came, for a workshop that is over for long enough or is not known here.

    Left alone, as by agreed retention: what stands in a frozen stream, and partners whose stream recovers.
    """
    until = clock.now() - timedelta(days=keep_days())
    needed = Workshop.objects.filter(ends__gte=until.date()).values("number")
    halted = Stream.objects.filter(state=StreamState.RECOVERING).values("partner")
    rows = Record.objects.filter(type=FOLLOW_UP.partition("/")[0], stream__direction=Direction.IN)
    return (
        rows.filter(stored_at__lt=until)
        .exclude(subject__in=needed)
        .exclude(stream__state=StreamState.FROZEN)
        .exclude(stream__partner__in=halted)
        .exclude(Exists(Erased.objects.filter(hash=OuterRef("leaf"))))
        .select_related("stream__partner")
        .order_by("pk")
    )


def erase_over(progress: Progress) -> dict[str, int]:
    """Job: erase the signed texts themselves; a tombstone tells the country's node, which erases its copy."""
    reason = _("Follow-up forms are kept for %(days)d days after the workshop.") % {"days": keep_days()}
    done = 0
    progress.step(done)
    while rows := list(_over()[:PORTION]):
        erase(rows, ground="retention", reason=reason, actor="node")
        done += len(rows)
        progress.step(done)
    return {"erased": done}
