"""Country plans: a country's own, and at the secretariat those that arrived."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.nominations.models import Nomination, Nominee


class HowFar(models.TextChoices):
    """How far a plan is, as its country tells."""

    NOT_BEGUN = "not-begun", _("Not begun")
    UNDER_WAY = "under-way", _("Under way")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Given up")


class CountryPlan(models.Model):
    """At a country's node: the plan of a delegate.

    ``steps`` are ``{"what", "by"}`` and ``figures`` ``{"name", "amount", "unit"}``, without what is empty.
    ``version`` is the one that is written now, or was sent last; ``sent_at`` is of the last one sent.
    """

    class State(models.TextChoices):
        """How far a plan is on its way out."""

        DRAFT = "draft", _("Being written")
        HANDED_IN = "handed-in", _("Waits for the focal point")
        SENT = "sent", _("Sent")

    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="plan")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=32, unique=True)
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    language = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    problem = models.CharField(max_length=2000, blank=True)
    example = models.CharField(max_length=2000, blank=True)
    steps: "models.JSONField[list[dict[str, str]]]" = models.JSONField(default=list)
    partner = models.CharField(max_length=2000, blank=True)
    figures: "models.JSONField[list[dict[str, str]]]" = models.JSONField(default=list)
    by = models.CharField(max_length=254)
    released_by = models.CharField(max_length=254, blank=True)
    sent_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    leaf = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.reference


class PlanAnswer(models.Model):
    """At a country's node: how far a plan is, after six or twelve months; sent once ``sent_at`` is set."""

    plan = models.ForeignKey(CountryPlan, on_delete=models.PROTECT, related_name="answers")
    months = models.PositiveSmallIntegerField()
    says = models.CharField(max_length=9, choices=HowFar.choices)
    text = models.CharField(max_length=2000, blank=True)
    on: "models.DateField[date, date]" = models.DateField()
    by = models.CharField(max_length=254)
    released_by = models.CharField(max_length=254, blank=True)
    sent_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "months"], name="workshops_plan_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.months}"


class HeldPlan(models.Model):
    """At the secretariat: the plan of a nominee, in the greatest version that arrived; ``body`` is that.

    Once its text is erased, ``body`` is empty.
    """

    nominee = models.ForeignKey(Nominee, on_delete=models.PROTECT, related_name="plans")
    reference = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    body: "models.JSONField[dict[str, Any]]" = models.JSONField()
    arrived_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    leaf = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nominee", "reference"], name="workshops_held_plan_once"),
        ]

    def __str__(self) -> str:
        return self.reference


class HeldAnswer(models.Model):
    """At the secretariat: the latest answer about a plan after six or twelve months."""

    plan = models.ForeignKey(HeldPlan, on_delete=models.PROTECT, related_name="answers")
    months = models.PositiveSmallIntegerField()
    says = models.CharField(max_length=9, choices=HowFar.choices)
    text = models.CharField(max_length=2000, blank=True)
    on: "models.DateField[date, date]" = models.DateField()
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    leaf = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "months"], name="workshops_held_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.months}"
