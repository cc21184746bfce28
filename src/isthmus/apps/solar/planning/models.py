"""Plans of supply that people asked for on a page, and what came of them."""

from typing import Any

from django.db import models

from isthmus.accounts.models import Organisation


class SupplyPlan(models.Model):
    """A list of homes, planned by a job.

    ``homes`` holds the file until it is planned and is empty from then on: where every home stands is not
    kept. ``found`` is what a ``Plan`` holds, ``lots`` its lots, ``rows`` a Parquet file with a row for each
    home. ``fault`` is why nothing could be planned.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    battery = models.CharField(max_length=20)
    target = models.DecimalField(max_digits=4, decimal_places=3)
    country = models.CharField(max_length=2, blank=True)
    homes = models.BinaryField(blank=True)
    job = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=254)
    planned_at = models.DateTimeField(null=True, blank=True)
    fault = models.TextField(blank=True)
    found: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    lots: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(default=list)
    rows = models.BinaryField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["-asked_at"], name="solar_plan_asked")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it is still to be planned."""
        return self.planned_at is None and not self.fault
