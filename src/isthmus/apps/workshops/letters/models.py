"""Travel details of the accepted, at the secretariat: sealed, since they hold a passport, and purged."""

from datetime import datetime

from django.db import models

from isthmus.apps.workshops.nominations.models import Nominee


class TravelDetails(models.Model):
    """What was asked of an accepted person. ``sealed`` (``trust.vault``) is JSON; empty once it is purged."""

    nominee = models.OneToOneField(Nominee, on_delete=models.PROTECT, related_name="travel")
    sealed: "models.BinaryField[bytes, bytes | memoryview]" = models.BinaryField()
    by = models.CharField(max_length=254)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    purged_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )

    def __str__(self) -> str:
        return f"{self.nominee_id}"
