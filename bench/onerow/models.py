"""What the handler stores."""

from django.db import models


class StoredRow(models.Model):
    """One received declaration."""

    leaf = models.CharField(max_length=64, unique=True)
    number = models.CharField(max_length=70)
    items = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number
