"""What an assessor thinks of a nominee, at the secretariat."""

from datetime import datetime

from django.db import models

from isthmus.apps.workshops.nominations.models import Nominee


class Assessment(models.Model):
    """One assessor's marks by criterion, or why this assessor may not judge; the last word of each counts."""

    nominee = models.ForeignKey(Nominee, on_delete=models.PROTECT, related_name="assessments")
    marks: "models.JSONField[dict[str, int]]" = models.JSONField(default=dict)
    conflict = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=254)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nominee", "by"], name="workshops_assessment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.nominee_id} {self.by}"
