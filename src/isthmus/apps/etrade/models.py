"""Declarations as this node knows them, and the documents they were read from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.records import ExportDeclarationV1
from isthmus.wire import codec


class DocumentVerdict(models.TextChoices):
    """What a document came to."""

    MAPPED = "mapped", _("Declaration")
    UNSUPPORTED = "unsupported", _("Not supported yet")
    MALFORMED = "malformed", _("Refused")


class SourceDocument(models.Model):
    """A document as it arrived from a national system: kept byte for byte under its SHA-256."""

    sha256 = models.CharField(max_length=64)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    adapter = models.CharField(max_length=20)
    content = models.BinaryField()
    size_bytes = models.PositiveIntegerField()
    verdict = models.CharField(max_length=11, choices=DocumentVerdict.choices)
    kind = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    faults = models.JSONField(default=list, blank=True)
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
    """Where this node has a declaration from."""

    OWN = "own", _("Lodged here")
    PARTNER = "partner", _("From a partner")


class ExportDeclaration(models.Model):
    """One export declaration: the record's body, and the columns that lists and filters need."""

    origin = models.CharField(max_length=7, choices=Origin.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    partner = models.CharField(max_length=31, blank=True)
    leaf = models.CharField(max_length=64, blank=True)
    source = models.OneToOneField(
        SourceDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="declaration"
    )
    number = models.CharField(max_length=70)
    exporter_name = models.CharField(max_length=512, blank=True)
    consignee_name = models.CharField(max_length=512, blank=True)
    export_country = models.CharField(max_length=2, blank=True)
    destination_country = models.CharField(max_length=2, blank=True)
    hs_code = models.CharField(max_length=6, blank=True)
    items = models.PositiveIntegerField()
    net_kg = models.DecimalField(max_digits=22, decimal_places=6, null=True)
    fob_value = models.DecimalField(max_digits=22, decimal_places=6, null=True)
    currency = models.CharField(max_length=3, blank=True)
    departure_date = models.DateField(null=True)
    body = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["leaf"], condition=~models.Q(leaf=""), name="a_received_declaration_once"
            )
        ]
        indexes = [models.Index(fields=["number"], name="declaration_by_number")]

    def __str__(self) -> str:
        return self.number

    @property
    def record(self) -> ExportDeclarationV1:
        """The declaration as the typed record body."""
        return ExportDeclarationV1.model_validate_json(codec.encode(self.body))


class Sending(models.Model):
    """A declaration that was published for a partner; ``leaf`` names the record."""

    declaration = models.ForeignKey(ExportDeclaration, on_delete=models.CASCADE, related_name="sendings")
    partner = models.CharField(max_length=31)
    leaf = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["declaration", "partner"], name="sent_once_per_partner")
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id} to {self.partner}"
