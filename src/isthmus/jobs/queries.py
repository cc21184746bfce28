"""Reading the queue: one job's state for a progress page, and the queue at a glance."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from isthmus.jobs.models import UNFINISHED, Job, State
from isthmus.kit import clock
from isthmus.kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class JobState:
    """What a person who waits for a job wants to know. ``total`` None: nobody knows how much there is."""

    id: UUID
    kind: str
    state: State
    done: int
    total: int | None
    note: str
    result: object
    error: str
    requested_by: str
    created: datetime
    finished: datetime | None
    stopping: bool

    @property
    def percent(self) -> int | None:
        """Whole per cent done, from 0 to 100; None where the total is not known."""
        if self.state == State.DONE:
            return 100
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def can_stop(self) -> bool:
        """Whether a stop button makes sense."""
        return self.state in UNFINISHED and not self.stopping


def state_of(job_id: UUID) -> JobState:
    """The state of one job; NotFound where there is none of this id."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise NotFound(
            "jobs.unknown", _("There is no such job."), next_step=_("Old jobs are removed after a month.")
        )
    return JobState(
        id=job.id,
        kind=job.kind,
        state=State(job.state),
        done=job.progress_done,
        total=job.progress_total,
        note=job.progress_note,
        result=job.result,
        error=job.error,
        requested_by=job.requested_by,
        created=job.created,
        finished=job.finished,
        stopping=job.cancel_requested and job.state == State.RUNNING,
    )


@dataclass(frozen=True, slots=True)
class QueueGlance:
    """The queue in four numbers; ``oldest_due`` is when the job that waits longest should have begun."""

    due: int
    running: int
    failed: int
    oldest_due: datetime | None


def glance() -> QueueGlance:
    """The queue at a glance, for the health page and `doctor`."""
    due = Q(state=State.WAITING, run_at__lte=clock.now())
    return QueueGlance(
        **Job.objects.aggregate(
            due=Count("id", filter=due),
            running=Count("id", filter=Q(state=State.RUNNING)),
            failed=Count("id", filter=Q(state=State.FAILED)),
            oldest_due=Min("run_at", filter=due),
        )
    )
