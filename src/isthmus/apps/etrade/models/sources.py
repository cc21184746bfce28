"""The documents of national systems that records were read from, and whose a record is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation


class DocumentVerdict(models.TextChoices):
    """What a document came to."""

    MAPPED = "mapped", _("Declaration")
    UNSUPPORTED = "unsupported", _("Not supported yet")
    MALFORMED = "malformed", _("Refused")
    PARTLY = "partly", _("Read in part")


class SourceDocument(models.Model):
    """A document as it arrived from a national system: kept byte for byte under its SHA-256."""

    sha256 = models.CharField(max_length=64)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    adapter = models.CharField(max_length=20)
    mapping = models.CharField(max_length=80, blank=True)
    content = models.BinaryField()
    size_bytes = models.PositiveIntegerField()
    verdict = models.CharField(max_length=11, choices=DocumentVerdict.choices)
    kind = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    faults = models.JSONField(default=list, blank=True)
    mapped = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sha256"], name="a_document_once_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class Origin(models.TextChoices):
    """Where this node has a record from."""

    OWN = "own", _("Lodged here")
    PARTNER = "partner", _("From a partner")
