"""Badges of participants, and the sessions at which they were."""

from datetime import datetime

from django.db import models

from isthmus.apps.workshops.nominations.models import Nominee
from isthmus.apps.workshops.programme.models import Session


class Badge(models.Model):
    """The code on the badge of an accepted person; ten signs by chance."""

    nominee = models.OneToOneField(Nominee, on_delete=models.PROTECT, related_name="badge")
    code = models.CharField(max_length=16, unique=True)

    def __str__(self) -> str:
        return self.code


class Mark(models.Model):
    """A session at which a person was. That it is a day of attendance as well is in ``Attendance``."""

    nominee = models.ForeignKey(Nominee, on_delete=models.PROTECT, related_name="marks")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="marks")
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    by = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nominee", "session"], name="workshops_mark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.nominee_id} {self.session_id}"
