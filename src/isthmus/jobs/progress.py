"""What a handler holds while it runs: the way to say how far it is, and to hear that it must stop."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from isthmus.jobs.models import Job, State
from isthmus.kit import clock

_NOTE_LENGTH = 200


class Interrupted(Exception):
    """A signal, not an error of anybody: the handler must stop now and let it pass through."""


class Cancelled(Interrupted):
    """Somebody asked to stop this job."""


class LeaseLost(Interrupted):
    """This worker was too slow: the job belongs to another attempt, and nothing more may be written."""


class WorkerStopping(Interrupted):
    """The worker itself is being stopped; the job goes back to the queue."""


def _never() -> bool:
    return False


@dataclass(slots=True)
class Progress:
    """A handler's line to the queue, valid for one attempt of one job.

    ``step`` is cheap to call in a loop: it writes at most once in ``pause_seconds``. ``stopping`` tells
    whether the worker has been asked to end.
    """

    job_id: UUID
    attempt: int
    lease_seconds: int
    stopping: Callable[[], bool] = _never
    pause_seconds: float = 0.5
    monotonic: Callable[[], float] = time.monotonic
    _written: float | None = field(default=None, init=False)

    def step(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say that ``done`` of ``total`` is finished (total None: not known), and renew the lease.

        Raises Cancelled, LeaseLost or WorkerStopping when the handler must stop; call it where stopping is
        safe, between transactions.
        """
        if self.stopping():
            raise WorkerStopping
        moment = self.monotonic()
        if self._written is not None and moment - self._written < self.pause_seconds:
            return
        mine = Job.objects.filter(pk=self.job_id, state=State.RUNNING, attempts=self.attempt)
        held = mine.update(
            lease_until=clock.now() + timedelta(seconds=self.lease_seconds),
            progress_done=done,
            progress_total=total,
            progress_note=note[:_NOTE_LENGTH],
        )
        if not held:
            raise LeaseLost
        if mine.filter(cancel_requested=True).exists():
            raise Cancelled
        self._written = moment
