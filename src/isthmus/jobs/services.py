"""The queue's writers: ask for work, stop it, start it again, keep the schedule, clear old rows.

A job that is asked for inside a transaction exists only if that transaction commits, so a service can
write its rows and the job that follows from them as one.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from isthmus.jobs import registry
from isthmus.jobs.declare import Daily, Every
from isthmus.jobs.models import FINISHED, UNFINISHED, Job, Schedule, State
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, NotFound

FINISHED_KEPT_DAYS = 30
_PRUNED_AT_ONCE = 500


def enqueue(
    kind: str,
    arguments: Mapping[str, object] | None = None,
    *,
    run_at: datetime | None = None,
    unique_key: str = "",
    actor: str = "",
) -> Job:
    """Ask for a job, now or at ``run_at``, inside the caller's transaction.

    With a ``unique_key``, at most one unfinished job has it: while one waits or runs, that one is returned
    and nothing is added. ``actor`` is an opaque name of who asked. Fault for a kind that no application
    declares, BadInput for arguments that JSON cannot hold.
    """
    registry.kind_of(kind)
    given = dict(arguments or {})
    try:
        json.dumps(given, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise BadInput(
            "jobs.arguments",
            _("The arguments of %(kind)s cannot be written as JSON: %(error)s.")
            % {"kind": kind, "error": error},
        ) from error
    now = clock.now()
    values = {
        "kind": kind,
        "arguments": given,
        "created": now,
        "run_at": run_at or now,
        "requested_by": actor,
    }
    if not unique_key:
        return Job.objects.create(**values)
    unfinished = Job.objects.filter(unique_key=unique_key, state__in=UNFINISHED)
    while True:
        present = unfinished.first()
        if present is not None:
            return present
        try:
            with transaction.atomic():
                return Job.objects.create(**values, unique_key=unique_key)
        except IntegrityError:
            # Another transaction was first; look again, because its job may be finished by now.
            continue


def cancel(job_id: UUID) -> Job:
    """Stop a job: at once if it waits, at its next step if it runs.

    NotFound for an unknown job, Conflict for one that is finished.
    """
    with transaction.atomic():
        job = _locked(job_id)
        if job.state == State.WAITING:
            job.state, job.finished = State.CANCELLED, clock.now()
        elif job.state != State.RUNNING:
            raise Conflict("jobs.finished", _("This job is finished and can no longer be stopped."))
        job.cancel_requested = True
        job.save(update_fields=["state", "finished", "cancel_requested"])
    return job


def retry(job_id: UUID) -> Job:
    """Start a failed or cancelled job again, with all its tries.

    NotFound for an unknown job, Conflict for one that is in another state or replaced by a newer one.
    """
    with transaction.atomic():
        job = _locked(job_id)
        if job.state not in {State.FAILED, State.CANCELLED}:
            raise Conflict("jobs.not-failed", _("Only a failed or cancelled job can be started again."))
        if job.unique_key and Job.objects.filter(unique_key=job.unique_key, state__in=UNFINISHED).exists():
            raise Conflict("jobs.replaced", _("The same work has been asked for again in the meantime."))
        job.state, job.finished, job.run_at = State.WAITING, None, clock.now()
        job.failures, job.cancel_requested, job.error = 0, False, ""
        job.save(update_fields=["state", "finished", "run_at", "failures", "cancel_requested", "error"])
    return job


def _locked(job_id: UUID) -> Job:
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound(
            "jobs.unknown", _("There is no such job."), next_step=_("Old jobs are removed after a month.")
        )
    return job


def _declared_schedules() -> dict[str, Every | Daily]:
    return {kind.name: kind.schedule for kind in registry.kinds().values() if kind.schedule is not None}


def sync_schedules() -> None:
    """Make the schedule table say what the installed applications declare.

    A new or changed rule is due one interval from now; the schedule of a kind that is gone is removed.
    """
    declared = _declared_schedules()
    with transaction.atomic():
        Schedule.objects.exclude(kind__in=declared).delete()
        known = {row.kind: row for row in Schedule.objects.select_for_update()}
        for name, rule in declared.items():
            row = known.get(name)
            if row is None or row.rule != str(rule):
                due = {"rule": str(rule), "next_run": rule.next_after(clock.now())}
                Schedule.objects.update_or_create(kind=name, defaults=due)


def fire_due() -> int:
    """Ask for every scheduled job that is due, once however many workers look; return how many.

    The table is brought to the declarations first, where they differ. A node that was down for a week runs
    each job once, not once for each time it missed.
    """
    declared = _declared_schedules()
    rows = list(Schedule.objects.all())
    if {row.kind: row.rule for row in rows} != {name: str(rule) for name, rule in declared.items()}:
        sync_schedules()
        rows = list(Schedule.objects.all())
    now = clock.now()
    fired = 0
    for row in rows:
        if row.next_run > now or row.kind not in declared:
            continue
        with transaction.atomic():
            # Who moves the due time on has the right to fire; for all others this changes no row.
            mine = Schedule.objects.filter(pk=row.pk, next_run=row.next_run)
            if mine.update(next_run=declared[row.kind].next_after(now), last_run=now):
                enqueue(row.kind, unique_key=f"schedule:{row.kind}")
                fired += 1
    return fired


def prune(progress: Progress) -> dict[str, int]:
    """Remove jobs that finished more than 30 days ago, a few hundred in each transaction."""
    before = clock.now() - timedelta(days=FINISHED_KEPT_DAYS)
    removed = 0
    while True:
        batch = Job.objects.filter(state__in=FINISHED, finished__lt=before).order_by("finished")
        ids = list(batch.values_list("pk", flat=True)[:_PRUNED_AT_ONCE])
        if not ids:
            return {"removed": removed}
        removed += Job.objects.filter(pk__in=ids).delete()[0]
        progress.step(removed)
