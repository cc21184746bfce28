"""Questions, answers that name nobody, and tickets that let each participant answer once."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.apps.workshops.programme.models import Workshop


class Evaluation(models.Model):
    """The form of a workshop. ``questions`` are objects with text and kind (scale or text)."""

    workshop = models.OneToOneField(Workshop, on_delete=models.PROTECT, related_name="evaluation")
    questions: "models.JSONField[list[dict[str, str]]]" = models.JSONField()
    opened_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    closed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    by = models.CharField(max_length=254)

    def __str__(self) -> str:
        return str(self.workshop_id)


class Group(models.TextChoices):
    """What one who answers may say of oneself, so that groups can be compared."""

    PUBLIC = "public", _("Public administration")
    FIRM = "firm", _("Firm")
    SCIENCE = "science", _("University or research")
    OTHER = "other", _("Other, or not said")


class AnswerSheet(models.Model):
    """One filled-in form. It has no time, person or order: its key is by chance."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="sheets")
    group = models.CharField(max_length=8, choices=Group.choices, default=Group.OTHER)
    answers: "models.JSONField[list[Any]]" = models.JSONField()

    def __str__(self) -> str:
        return "answers"


class Ticket(models.Model):
    """Lets one participant answer once. Only a hash is kept, and nothing says whose it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="tickets")
    digest = models.CharField(max_length=64, unique=True)
    used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return "ticket"
