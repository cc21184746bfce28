"""Follow-up forms: a country's own, and at the secretariat which version arrived."""

from datetime import datetime

from django.db import models

from isthmus.apps.workshops.nominations.models import Nomination, Nominee


class FollowUp(models.Model):
    """At a country's node: what a delegate told; ``sealed`` (``trust.vault``) is empty once wiped."""

    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="follow_up")
    version = models.PositiveSmallIntegerField()
    sealed: "models.BinaryField[bytes, bytes | memoryview]" = models.BinaryField(blank=True)
    by = models.CharField(max_length=254)
    sent_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    leaf = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.nomination_id} {self.version}"


class HeldFollowUp(models.Model):
    """At the secretariat: the greatest version that arrived; what it says is among the travel details."""

    nominee = models.OneToOneField(Nominee, on_delete=models.PROTECT, related_name="follow_up")
    version = models.PositiveSmallIntegerField()
    arrived_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    leaf = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.nominee_id} {self.version}"
