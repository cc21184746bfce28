"""Agreements as this node holds them; the signed truth is in the records that carried them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.exchange.records import AgreementV1
from isthmus.wire import codec


class AgreementState(models.TextChoices):
    """Where an agreement stands."""

    PROPOSED = "proposed", _("Waiting for signatures")
    IN_FORCE = "in-force", _("In force")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Agreement(models.Model):
    """Terms between nodes: which records and fields may cross, for what purpose, until when."""

    uuid = models.UUIDField(primary_key=True)
    title = models.CharField(max_length=200)
    terms = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=AgreementState.choices, default=AgreementState.PROPOSED)
    proposed_by = models.CharField(max_length=31)
    proposed_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        ordering = ["-proposed_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def content(self) -> AgreementV1:
        """The terms as the typed value that was signed."""
        return AgreementV1.model_validate_json(codec.encode(self.terms))


class Decision(models.TextChoices):
    """A party's answer."""

    NONE = "none", _("No answer yet")
    SIGNED = "signed", _("Signed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Party(models.Model):
    """One party of an agreement and its answer; ``leaf`` names the record that proves it."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    node_id = models.CharField(max_length=31)
    decision = models.CharField(max_length=9, choices=Decision.choices, default=Decision.NONE)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    signer = models.CharField(max_length=200, blank=True)
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["node_id"]
        constraints = [models.UniqueConstraint(fields=["agreement", "node_id"], name="a_party_once")]

    def __str__(self) -> str:
        return f"{self.node_id}: {self.decision}"
