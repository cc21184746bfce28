"""Keys of this node and the partners it knows."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeyPurpose(models.TextChoices):
    """What a key may be used for; the value stands in its certificate."""

    ROOT = "root", _("Root: certifies the other keys")
    SEAL = "seal", _("Seal: signs records and receipts")
    ENCRYPTION = "encryption", _("Encryption: opens what partners encrypt for this node")
    LOG = "log", _("Log: signs checkpoints")


class OwnKey(models.Model):
    """One key pair of this node; the private half is an encrypted file in the keys folder.

    It is in use from ``effective_from`` (None: since it is valid) until ``retired_at``, when its successor
    takes over; both may lie ahead. A destroyed key has no private half any more.
    """

    purpose = models.CharField(max_length=12, choices=KeyPurpose.choices)
    kid = models.CharField(max_length=43, unique=True)
    certificate = models.TextField()
    file_name = models.CharField(max_length=80)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    effective_from = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    revoked_from = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=500, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=models.Q(retired_at=None), name="one_key_in_use_per_purpose"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.kid}"

    @property
    def begins(self) -> datetime:
        """From when the node signs (or is written to) under this key."""
        return self.effective_from or self.valid_from

    def is_in_use(self, moment: datetime) -> bool:
        """Whether it is the node's key for its purpose at ``moment``."""
        begun = self.effective_from is None or self.effective_from <= moment
        return begun and (self.retired_at is None or moment < self.retired_at)


class PartnerState(models.TextChoices):
    """How far a partner is trusted."""

    PENDING = "pending", _("Waiting for the ceremony")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")


class Partner(models.Model):
    """Another node that this node knows; trusted only once its fingerprint words were typed in."""

    node_id = models.CharField(max_length=31, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    url = models.CharField(max_length=300)
    reachable = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=PartnerState.choices, default=PartnerState.PENDING)
    card = models.TextField()
    record_types = models.JSONField(default=list)
    introduced_at = models.DateTimeField()
    introduced_by = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=200, blank=True)
    suspended_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["node_id"]

    def __str__(self) -> str:
        return self.node_id

    @property
    def is_active(self) -> bool:
        """Whether records may cross."""
        return self.state == PartnerState.ACTIVE

    @property
    def tile(self) -> str:
        """The letters shown in the partner's tile: its country, or its own id."""
        return self.country or self.node_id.upper()[:6]


class PartnerKey(models.Model):
    """A certified public key of a partner; kept after it retires, because old records still need it.

    ``effective_from`` and ``superseded_at`` are the moments that roll-overs named (None: since it is valid;
    no successor is known), ``successor`` the thumbprint of the key that a roll-over under this one named.
    From ``revoked_at`` nothing counts that it signs; ``revoked_known_at`` is when this node learned of it.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="keys")
    purpose = models.CharField(max_length=12, choices=KeyPurpose.choices)
    kid = models.CharField(max_length=43)
    certificate = models.TextField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    effective_from = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    successor = models.CharField(max_length=43, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_known_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=200, blank=True)
    revoked_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "kid"], name="a_key_once_per_partner")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.kid}"

    @property
    def begins(self) -> datetime:
        """From when the partner signs (or is written to) under this key."""
        return max(self.valid_from, self.effective_from or self.valid_from)

    def fault_at(self, moment: datetime) -> str:
        """Why the key may not have signed at ``moment``; empty where it may.

        A key signs once more at the very moment in which its successor takes over: the roll-over itself.
        """
        if moment < self.begins:
            return "not-yet-valid"
        if self.revoked_at is not None and moment >= self.revoked_at:
            return "revoked"
        if self.superseded_at is not None and moment > self.superseded_at:
            return "superseded"
        if moment > self.valid_until:
            return "expired"
        return ""
