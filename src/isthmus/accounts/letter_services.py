"""What a person decides about letters that the worker cannot settle, and how addresses are forgotten."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.letters import JOB, State
from isthmus.accounts.models import Letter
from isthmus.jobs.models import UNFINISHED, Job
from isthmus.jobs.progress import Progress
from isthmus.jobs.services import enqueue
from isthmus.kit import clock
from isthmus.kit.errors import Conflict

UNSENT = (State.WAITING, State.SENDING, State.DOUBTFUL)

REFUSED = Q(state=State.WAITING) & (~Q(reason="") | Q(queued=False))
"""Letters that the mail server did not take; the queue tries again as long as they are ``queued``."""
IN_DOUBT = Q(state=State.DOUBTFUL) | Q(state=State.SENDING, queued=False)
NEEDS_PERSON = Q(state=State.DOUBTFUL) | Q(state__in=[State.WAITING, State.SENDING], queued=False)
"""What nobody settles but a person: it may have left, or the queue has given up."""


def letters() -> QuerySet[Letter]:
    """All letters, with ``queued``: whether the worker has it before it still."""
    key = Concat(Value(f"{JOB}:"), Cast(OuterRef("pk"), CharField()))
    return Letter.objects.annotate(
        queued=Exists(Job.objects.filter(unique_key=key, state__in=UNFINISHED)),
    )


def in_doubt(row: Letter) -> bool:
    """Whether a letter may have left; ``row`` is one of ``letters``."""
    return row.state == State.DOUBTFUL or (row.state == State.SENDING and not _queued(row))


def needs_person(row: Letter) -> bool:
    """Whether a person has to decide; ``row`` is one of ``letters``."""
    return row.state in UNSENT and not _queued(row)


def _queued(row: Letter) -> bool:
    return bool(getattr(row, "queued", False)) and row.state != State.DOUBTFUL


def _to_settle(pk: int) -> Letter:
    """The letter, locked; Conflict where there is nothing to decide about it."""
    Letter.objects.select_for_update().get(pk=pk)
    row = letters().get(pk=pk)
    if not needs_person(row):
        raise Conflict(
            "accounts.letter.settled",
            _("There is nothing to decide about this letter."),
            next_step=_("Look at its state: it has left, waits for the worker, or was decided about."),
        )
    return row


@transaction.atomic
def send_again(letter: Letter, *, actor: str) -> None:
    """Send a letter again, knowing that it may arrive twice. Conflict where nothing is to be decided."""
    row = _to_settle(letter.pk)
    key = f"{JOB}:{row.pk}"
    if Job.objects.filter(unique_key=key, state__in=UNFINISHED).exists():
        raise Conflict(
            "accounts.letter.busy",
            _("The worker is about to finish with this letter."),
            next_step=_("Try again in a moment."),
        )
    before = row.state
    Letter.objects.filter(pk=row.pk).update(state=State.WAITING, reason="")
    enqueue(JOB, {"letter": row.pk}, unique_key=key, actor=actor)
    audit.note("accounts.letter.again", actor=actor, subject=row.key, detail={"before": before})


@transaction.atomic
def leave(letter: Letter, *, actor: str) -> None:
    """Leave a letter as it is, sent or not; what it said is wiped. Conflict where all is decided."""
    row = _to_settle(letter.pk)
    before = row.state
    Letter.objects.filter(pk=row.pk).update(state=State.LEFT, text="")
    audit.note("accounts.letter.left", actor=actor, subject=row.key, detail={"before": before})


def purge(progress: Progress) -> dict[str, int]:
    """Job: forget to whom letters went, ``ISTHMUS_MAIL_KEEP_DAYS`` after they were written.

    The occasion, the state and the times stay, so that nobody is told twice. What has not left by then
    never does: it would tell of things long past.
    """
    progress.step(0)
    until = clock.now() - timedelta(days=settings.ISTHMUS.mail_keep_days)
    with transaction.atomic():
        old = Letter.objects.filter(made_at__lt=until).exclude(address="")
        unsent = old.filter(state__in=UNSENT).update(state=State.LEFT)
        forgotten = old.update(address="", name="", subject="", text="", reason="")
    return {"forgotten": forgotten, "never_sent": unsent}
