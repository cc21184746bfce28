"""How a worker takes jobs and does them: claim by lease, run, and finish only what it still holds."""

import logging
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from isthmus.jobs import registry, services
from isthmus.jobs.models import Job, State
from isthmus.jobs.progress import Cancelled, LeaseLost, Progress, WorkerStopping
from isthmus.jobs.rules import retry_pause_seconds
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, IsthmusError, NotFound, Refused

log = logging.getLogger(__name__)

_UNKNOWN_KIND_LEASE_SECONDS = 120
_UNKNOWN_KIND_FAILURES = 5
_ERROR_LENGTH = 2_000
# Trying again does not make a wrong input right or a refusal an approval.
_FINAL_ERRORS = (BadInput, NotFound, Refused)


@dataclass(frozen=True, slots=True)
class Claim:
    """One job in the hands of one worker; ``attempt`` fences off every other claim of the same job."""

    job_id: UUID
    kind: str
    arguments: dict[str, Any]
    attempt: int
    lease_seconds: int


def claim(worker: str, kinds: Collection[str] | None = None) -> Claim | None:
    """Take the job that has been due longest, or None. ``kinds`` limits the choice.

    On PostgreSQL two workers pass each other by SKIP LOCKED; on SQLite the one writer at a time is the lock.
    """
    now = clock.now()
    due = Job.objects.filter(state=State.WAITING, run_at__lte=now).order_by("run_at", "id")
    if kinds is not None:
        due = due.filter(kind__in=kinds)
    if not due.exists():
        return None
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        job = due.first()
        if job is None:
            return None
        kind = registry.kinds().get(job.kind)
        lease_seconds = kind.lease_seconds if kind else _UNKNOWN_KIND_LEASE_SECONDS
        taken = Job.objects.filter(pk=job.pk, state=State.WAITING, attempts=job.attempts).update(
            state=State.RUNNING,
            attempts=job.attempts + 1,
            worker=worker,
            lease_until=now + timedelta(seconds=lease_seconds),
        )
    return Claim(job.pk, job.kind, job.arguments, job.attempts + 1, lease_seconds) if taken else None


def run_one(
    worker: str,
    *,
    kinds: Collection[str] | None = None,
    stopping: Callable[[], bool] | None = None,
) -> Claim | None:
    """Claim a due job and do it; return what was claimed, or None when nothing is due.

    The handler's failures end in the job's row, not here. What ends the process (Ctrl-C, SystemExit) gives
    the job back to the queue and passes through.
    """
    held = claim(worker, kinds)
    if held is None:
        return None
    progress = Progress(held.job_id, held.attempt, held.lease_seconds)
    if stopping is not None:
        progress.stopping = stopping
    try:
        handler = registry.handler_of(registry.kind_of(held.kind))
        result = handler(progress, **held.arguments)
    except Cancelled:
        _write(held, _end(State.CANCELLED))
    except LeaseLost:
        log.warning("job %s %s: the lease ran out while it was being done", held.kind, held.job_id)
    except WorkerStopping:
        give_back(held)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is recorded as its job's failure
        _fail(held, error)
    except BaseException:
        give_back(held)
        raise
    else:
        finish(held, result)
    return held


def finish(held: Claim, result: object = None) -> bool:
    """Mark the job as done; False, and nothing changed, where the claim's lease was lost to another."""
    return _write(held, {**_end(State.DONE), "result": result, "error": ""})


def give_back(held: Claim) -> bool:
    """Put a job back that this worker cannot finish; it counts as no failure."""
    return _write(held, {"state": State.WAITING, "run_at": clock.now()})


def reap() -> int:
    """Take back the jobs whose worker went silent: a killed worker's work starts anew. Returns how many."""
    now = clock.now()
    silent = Job.objects.filter(state=State.RUNNING, lease_until__lt=now)
    reason = "The worker stopped in the middle of this job."
    count = 0
    for job in silent.only("id", "kind", "attempts", "failures"):
        held = Claim(job.pk, job.kind, {}, job.attempts, 0)
        changes = _after_failure(job.kind, job.failures + 1, reason)
        count += _write(held, changes, silent_since=now)
    return count


def housekeep() -> None:
    """What a worker does between jobs: take back lost jobs and start the scheduled ones that are due."""
    reap()
    services.fire_due()


def _fail(held: Claim, error: Exception) -> None:
    log.error("job %s %s failed", held.kind, held.job_id, exc_info=error)
    reason = str(error) if isinstance(error, IsthmusError) else f"{type(error).__name__}: {error}"
    failures = Job.objects.values_list("failures", flat=True).filter(pk=held.job_id).first() or 0
    changes = _after_failure(held.kind, failures + 1, reason, final=isinstance(error, _FINAL_ERRORS))
    _write(held, changes)


def _after_failure(kind: str, failures: int, reason: str, *, final: bool = False) -> dict[str, Any]:
    """The columns of a job after its n-th failure: wait and try again, or give up."""
    declared = registry.kinds().get(kind)
    limit = declared.max_failures if declared else _UNKNOWN_KIND_FAILURES
    changes: dict[str, Any] = {"failures": failures, "error": reason[:_ERROR_LENGTH]}
    if final or failures >= limit:
        return {**changes, **_end(State.FAILED)}
    chance = random.random()  # noqa: S311 - spreads retries, protects nothing
    pause = timedelta(seconds=retry_pause_seconds(failures, chance))
    return {**changes, "state": State.WAITING, "run_at": clock.now() + pause}


def _end(state: State) -> dict[str, Any]:
    return {"state": state, "finished": clock.now()}


def _write(held: Claim, changes: dict[str, Any], *, silent_since: datetime | None = None) -> bool:
    """Write the end of an attempt if it is still this attempt's; with ``silent_since``, if its lease is over.

    A job that would go back to the queue although somebody asked to stop it ends there.
    """
    mine = Job.objects.filter(pk=held.job_id, state=State.RUNNING, attempts=held.attempt)
    if silent_since is not None:
        mine = mine.filter(lease_until__lt=silent_since)
    released = {"lease_until": None, "worker": ""}
    if changes["state"] == State.WAITING:
        stopped = {**changes, "run_at": clock.now(), **_end(State.CANCELLED)}
        if mine.filter(cancel_requested=True).update(**released, **stopped):
            return True
    return bool(mine.update(**released, **changes))
