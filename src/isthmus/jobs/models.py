"""Two tables: the jobs themselves and when scheduled ones are due."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.kit import clock
from isthmus.kit.ids import uuid7


class State(models.TextChoices):
    """Where a job stands. The last three are final, though an operator may start a failed job again."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


UNFINISHED = (State.WAITING, State.RUNNING)
FINISHED = (State.DONE, State.FAILED, State.CANCELLED)


class Job(models.Model):
    """One piece of work.

    ``attempts`` counts how often it was claimed and is the fence: a worker may write to a job only with the
    attempt it claimed. ``failures`` counts how often that went wrong and bounds the retries.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    run_at = models.DateTimeField(default=clock.now)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(null=True)
    progress_note = models.CharField(max_length=200, blank=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    requested_by = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(default=clock.now, editable=False)
    finished = models.DateTimeField(null=True)
    unique_key = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="jobs_job_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, lease_until__isnull=False)
                | (~Q(state=State.RUNNING) & Q(lease_until__isnull=True)),
                name="jobs_job_leased_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=FINISHED, finished__isnull=False)
                | Q(state__in=UNFINISHED, finished__isnull=True),
                name="jobs_job_finished_has_time",
            ),
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(state__in=UNFINISHED) & ~Q(unique_key=""),
                name="jobs_job_one_unfinished_per_key",
            ),
        ]
        # Each index holds only the rows its question is about, so that finished jobs slow nothing down.
        indexes = [
            models.Index(fields=["run_at", "id"], condition=Q(state=State.WAITING), name="jobs_waiting"),
            models.Index(fields=["lease_until"], condition=Q(state=State.RUNNING), name="jobs_leased"),
            # No condition here: SQLite cannot tell from parameters that a question keeps to one.
            models.Index(fields=["unique_key", "state"], name="jobs_by_key"),
            models.Index(fields=["finished"], condition=Q(finished__isnull=False), name="jobs_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Schedule(models.Model):
    """When a scheduled kind is due next; the rule itself is declared in code and copied here by the sync."""

    kind = models.CharField(max_length=100, unique=True)
    rule = models.CharField(max_length=60)
    next_run = models.DateTimeField()
    last_run = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.rule}"
