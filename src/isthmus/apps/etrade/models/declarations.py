"""Declarations as this node knows them: their versions, what happened to them, where they stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models.sources import Origin, SourceDocument
from isthmus.apps.etrade.records import (
    DeclarationEventV1,
    ExportDeclarationV1,
    ImportDeclarationV1,
    ImportResponseV1,
)
from isthmus.wire import codec


class Direction(models.TextChoices):
    """Whether goods leave the country of the declaration or come into it."""

    EXPORT = "export", _("Export")
    IMPORT = "import", _("Import")


MODELS: dict[Direction, type[ExportDeclarationV1 | ImportDeclarationV1]] = {
    Direction.EXPORT: ExportDeclarationV1,
    Direction.IMPORT: ImportDeclarationV1,
}


class State(models.TextChoices):
    """``rules.states.DeclarationState`` in words."""

    LODGED = "lodged", _("Lodged")
    ACCEPTED = "accepted", _("Accepted")
    AMENDED = "amended", _("Amended")
    EXITED = "exited", _("Has left")
    PRE_ARRIVAL_RECEIVED = "pre-arrival-received", _("Expected")
    UNMATCHED = "unmatched", _("Not matched")
    MATCHED = "matched", _("Matched")
    ARRIVED = "arrived", _("Arrived")
    HELD = "held", _("Held")
    RELEASED = "released", _("Released")
    CANCELLED = "cancelled", _("Cancelled")


class Happened(models.TextChoices):
    """``rules.states.DeclarationEvent`` in words."""

    LODGE = "lodge", _("Lodged")
    ACCEPT = "accept", _("Accepted")
    AMEND = "amend", _("Amended")
    EXIT = "exit", _("Left the country")
    RECEIVE_PRE_ARRIVAL = "receive-pre-arrival", _("Received before arrival")
    FAIL_TO_MATCH = "fail-to-match", _("No import declaration found")
    MATCH = "match", _("Matched with an import declaration")
    ARRIVE = "arrive", _("Arrived")
    HOLD = "hold", _("Held")
    RELEASE = "release", _("Released")
    CANCEL = "cancel", _("Cancelled")


class Declaration(models.Model):
    """One declaration: the newest version of its body, where it stands, and the columns that lists need.

    Earlier versions and those that came late are ``OtherVersion``; what happened to it is
    ``DeclarationEvent``. ``version`` counts from 1, as it was lodged.
    """

    direction = models.CharField(max_length=6, choices=Direction.choices, default=Direction.EXPORT)

    origin = models.CharField(max_length=7, choices=Origin.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    partner = models.CharField(max_length=31, blank=True)
    leaf = models.CharField(max_length=64, blank=True)
    source = models.ForeignKey(
        SourceDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="declarations"
    )
    number = models.CharField(max_length=70)
    local_reference = models.CharField(max_length=70, blank=True)
    permit_number = models.CharField(max_length=70, blank=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, choices=State.choices, default=State.LODGED)
    previous_document = models.CharField(max_length=70, blank=True)
    exporter_name = models.CharField(max_length=512, blank=True)
    consignee_name = models.CharField(max_length=512, blank=True)
    export_country = models.CharField(max_length=2, blank=True)
    destination_country = models.CharField(max_length=2, blank=True)
    hs_code = models.CharField(max_length=6, blank=True)
    items = models.PositiveIntegerField()
    net_kg = models.DecimalField(max_digits=22, decimal_places=6, null=True)
    fob_value = models.DecimalField(max_digits=22, decimal_places=6, null=True)
    cif_value = models.DecimalField(max_digits=22, decimal_places=6, null=True)
    currency = models.CharField(max_length=3, blank=True)
    departure_date = models.DateField(null=True)
    arrival_date = models.DateField(null=True)
    port = models.CharField(max_length=70, blank=True)
    body = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["leaf"], condition=~models.Q(leaf=""), name="a_received_declaration_once"
            )
        ]
        indexes = [
            models.Index(fields=["number"], name="declaration_by_number"),
            models.Index(fields=["local_reference"], name="declaration_by_reference"),
            models.Index(fields=["permit_number"], name="declaration_by_permit"),
            models.Index(fields=["previous_document"], name="declaration_by_export"),
            models.Index(fields=["direction", "origin", "state"], name="declaration_by_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def record(self) -> ExportDeclarationV1 | ImportDeclarationV1:
        """The newest version as the typed record body."""
        return MODELS[Direction(self.direction)].model_validate_json(codec.encode(self.body))

    @property
    def record_type(self) -> str:
        """The record type and version under which it crosses."""
        model = MODELS[Direction(self.direction)]
        return f"{model.record_type}/{model.record_version}"


class OtherVersion(models.Model):
    """A version of a declaration that is not the newest one known here."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="other_versions")
    version = models.PositiveIntegerField()
    body = models.JSONField()
    leaf = models.CharField(max_length=64, blank=True)
    known_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "version"], name="a_version_once_per_declaration")
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id} version {self.version}"


class DeclarationEvent(models.Model):
    """What happened to a declaration, as one side says.

    ``origin`` and ``partner`` tell whose declaration it is, ``said_by`` which partner told of it; empty is
    this node. ``declaration`` is null while the event waits for its declaration.
    """

    declaration = models.ForeignKey(
        Declaration, on_delete=models.SET_NULL, null=True, blank=True, related_name="events"
    )
    direction = models.CharField(max_length=6, choices=Direction.choices)
    origin = models.CharField(max_length=7, choices=Origin.choices)
    partner = models.CharField(max_length=31, blank=True)
    number = models.CharField(max_length=70)
    local_reference = models.CharField(max_length=70, blank=True)
    said_by = models.CharField(max_length=31, blank=True)
    event = models.CharField(max_length=20, choices=Happened.choices)
    version = models.PositiveIntegerField(null=True)
    occurred_at = models.DateTimeField(null=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey(
        SourceDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    leaf = models.CharField(max_length=64, blank=True)
    body = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["leaf"], condition=~models.Q(leaf=""), name="a_received_event_once"
            )
        ]
        indexes = [models.Index(fields=["number", "direction"], name="event_by_number")]

    def __str__(self) -> str:
        return f"{self.event} {self.number}"

    @property
    def record(self) -> DeclarationEventV1 | ImportResponseV1:
        """What was said, as the typed record body."""
        model = ImportResponseV1 if "outcome" in self.body else DeclarationEventV1
        return model.model_validate_json(codec.encode(self.body))
