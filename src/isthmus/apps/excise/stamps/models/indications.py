"""What an officer should look at, and what was found then."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.stamps.models.issuing import StampBatch


class IndicationKind(models.TextChoices):
    """What was noticed."""

    TRAVEL = "travel", _("Too far in too little time")
    BACK = "back", _("One serial in two places")
    UNMADE = "unmade", _("Seen before or without production")
    UNPRODUCED = "unproduced", _("More activated than produced")


class IndicationSource(models.TextChoices):
    """Whose figures it rests on."""

    EVENTS = "events", _("Events of goods (EPCIS)")
    SCANS = "scans", _("A file of scans")
    RETURNS = "returns", _("Returns of duty")


class StampIndication(models.Model):
    """Something about stamps that an officer should look at: a reason and its evidence, never a verdict.

    ``key`` names the finding, so that looking again finds it once. ``organisation`` is the authority that
    keeps the product's operator. ``evidence`` holds figures and texts by name (``wording.EVIDENCE``), with
    the bounds that were allowed for.
    """

    kind = models.CharField(max_length=10, choices=IndicationKind.choices)
    source = models.CharField(max_length=7, choices=IndicationSource.choices)
    key = models.CharField(max_length=64, unique=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(StampBatch, null=True, on_delete=models.PROTECT, related_name="indications")
    gtin = models.CharField(max_length=14, blank=True)
    serial = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    evidence: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=254, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, note="") | (Q(closed_at__isnull=False) & ~Q(note="")),
                name="stamp_indication_closed_with_note",
            )
        ]
        indexes = [models.Index(fields=["closed_at", "-at"], name="stamp_indication_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.serial or self.gtin}"
