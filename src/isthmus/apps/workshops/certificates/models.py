"""Certificates of attendance, and those that were revoked."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.apps.workshops.nominations.models import Nominee


class Ground(models.TextChoices):
    """Why a certificate counts no more; anybody who checks it is told."""

    IN_ERROR = "issued-in-error", _("Issued in error")
    REPLACED = "replaced", _("Replaced by another one")
    WITHDRAWN = "withdrawn", _("Withdrawn by the issuer")


class Certificate(models.Model):
    """What was attested to a person. ``statement`` is whole, ``code`` its short form, ``credential`` a JWT.

    A person has at most one that counts. Where the nomination was erased these three are empty: what the
    person holds can still be checked, for it carries its own words and signature.
    """

    nominee = models.ForeignKey(Nominee, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=16, unique=True)
    statement: "models.JSONField[dict[str, Any]]" = models.JSONField()
    code = models.TextField(max_length=1200)
    credential = models.TextField(max_length=20_000)
    issued_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    by = models.CharField(max_length=254)
    revoked_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    ground = models.CharField(max_length=20, choices=Ground.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    revoked_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nominee"], condition=Q(revoked_at=None), name="workshops_certificate_one_counts"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def person(self) -> str:
        """The name on it; once that was erased, what is left of it in the row of the nominee."""
        return str(self.statement.get("person") or self.nominee.name)
