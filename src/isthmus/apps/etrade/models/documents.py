"""Certificates, licences, permits, transits, manifests: what is stated about each, and drawn on it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models.declarations import Declaration
from isthmus.apps.etrade.models.sources import Origin, SourceDocument
from isthmus.apps.etrade.records import (
    CertificateOfOriginV1,
    LicenceV1,
    ManifestV1,
    PhytosanitaryCertificateV1,
    TransitV1,
    VehiclePermitV1,
)
from isthmus.wire import codec

DocumentRecord = (
    CertificateOfOriginV1 | PhytosanitaryCertificateV1 | LicenceV1 | VehiclePermitV1 | TransitV1 | ManifestV1
)


class Kind(models.TextChoices):
    """What sort of document it is: the name of its record type, without ``etrade.``."""

    CERTIFICATE_OF_ORIGIN = "certificate-of-origin", _("Certificate of origin")
    PHYTOSANITARY = "phytosanitary-certificate", _("Phytosanitary certificate")
    LICENCE = "licence", _("Licence")
    VEHICLE_PERMIT = "vehicle-permit", _("Vehicle permit")
    TRANSIT = "transit", _("Transit movement")
    MANIFEST = "manifest", _("Manifest")


DOCUMENT_MODELS: dict[Kind, type[DocumentRecord]] = {
    Kind.CERTIFICATE_OF_ORIGIN: CertificateOfOriginV1,
    Kind.PHYTOSANITARY: PhytosanitaryCertificateV1,
    Kind.LICENCE: LicenceV1,
    Kind.VEHICLE_PERMIT: VehiclePermitV1,
    Kind.TRANSIT: TransitV1,
    Kind.MANIFEST: ManifestV1,
}


class DocumentState(models.TextChoices):
    """``rules.documents`` in words."""

    ISSUED = "issued", _("Issued")
    AMENDED = "amended", _("Amended")
    SUSPENDED = "suspended", _("Suspended")
    CANCELLED = "cancelled", _("Cancelled")
    UTILISED = "utilised", _("Used up")
    LODGED = "lodged", _("Lodged")
    DEPARTED = "departed", _("On its way")
    PASSED = "passed", _("On its way, seen")
    ARRIVED = "arrived", _("Arrived")
    DISCREPANCY = "discrepancy", _("Arrived, differs")
    DISCHARGED = "discharged", _("Discharged")


class TradeDocument(models.Model):
    """One document: the newest statement of its issuer, where it stands, and the columns that lists need."""

    kind = models.CharField(max_length=30, choices=Kind.choices)
    origin = models.CharField(max_length=7, choices=Origin.choices)
    partner = models.CharField(max_length=31, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=70)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=DocumentState.choices)
    form = models.CharField(max_length=70, blank=True)
    party = models.CharField(max_length=512, blank=True)
    counterparty = models.CharField(max_length=512, blank=True)
    means = models.CharField(max_length=512, blank=True)
    place = models.CharField(max_length=512, blank=True)
    from_country = models.CharField(max_length=2, blank=True)
    to_country = models.CharField(max_length=2, blank=True)
    issued_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    body = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "origin", "partner", "number"], name="a_document_once_per_issuer"
            )
        ]
        indexes = [
            models.Index(fields=["kind", "number"], name="document_by_number"),
            models.Index(fields=["kind", "valid_until"], name="document_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def record_type(self) -> str:
        """The record type and version under which it crosses."""
        return f"etrade.{self.kind}/1"

    @property
    def record(self) -> BaseModel:
        """The newest statement of the issuer as the typed record body."""
        return DOCUMENT_MODELS[Kind(self.kind)].model_validate_json(codec.encode(self.body))


class Statement(models.Model):
    """What one side stated about a document, once: ``said_by`` is a partner, or empty for this node."""

    document = models.ForeignKey(TradeDocument, on_delete=models.CASCADE, related_name="statements")
    said_by = models.CharField(max_length=31, blank=True)
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=DocumentState.choices)
    body = models.JSONField()
    leaf = models.CharField(max_length=64, blank=True)
    source = models.OneToOneField(
        SourceDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="statement"
    )
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["version", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "said_by", "version"], name="a_statement_once_per_version"
            ),
            models.UniqueConstraint(
                fields=["leaf"], condition=~models.Q(leaf=""), name="a_received_statement_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.status} ({self.version})"


class Outcome(models.TextChoices):
    """What an importing country did with a certificate."""

    USED = "used", _("Used")
    PARTLY_USED = "partly-used", _("Partly used")
    REJECTED = "rejected", _("Rejected")
    REVERSED = "reversed", _("Undone")


class Utilisation(models.Model):
    """One use of a certificate, as the importing side says; ``document`` is null while it is not here."""

    document = models.ForeignKey(
        TradeDocument, on_delete=models.SET_NULL, null=True, blank=True, related_name="utilisations"
    )
    origin = models.CharField(max_length=7, choices=Origin.choices)
    partner = models.CharField(max_length=31)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    certificate_number = models.CharField(max_length=70)
    reference = models.CharField(max_length=70)
    outcome = models.CharField(max_length=11, choices=Outcome.choices)
    import_number = models.CharField(max_length=70, blank=True)
    used_on = models.DateField(null=True)
    body = models.JSONField()
    leaf = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "partner", "reference", "outcome"], name="a_use_once_per_reference"
            ),
            models.UniqueConstraint(
                fields=["leaf"], condition=~models.Q(leaf=""), name="a_received_use_once"
            ),
        ]
        indexes = [models.Index(fields=["certificate_number"], name="use_by_certificate")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.certificate_number}"


class Draw(models.Model):
    """What one declaration took from one line of a licence."""

    licence = models.ForeignKey(TradeDocument, on_delete=models.CASCADE, related_name="draws")
    item_number = models.PositiveIntegerField()
    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="draws")
    quantity = models.DecimalField(max_digits=22, decimal_places=6)
    value = models.DecimalField(max_digits=22, decimal_places=6, null=True)
    drawn_at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["licence", "item_number", "declaration"],
                condition=models.Q(reversed_at=None),
                name="a_declaration_draws_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.licence_id}"
