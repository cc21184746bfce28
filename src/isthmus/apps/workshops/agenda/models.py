"""Published versions of an agenda, and the materials of its sessions."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.apps.workshops.programme.models import Session, Workshop


class AgendaVersion(models.Model):
    """An agenda as it was published. ``entries`` are those of ``rules.versions``; never changed."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="agenda_versions")
    number = models.PositiveSmallIntegerField()
    entries: "models.JSONField[list[dict[str, Any]]]" = models.JSONField()
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    by = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workshop", "number"], name="workshops_agenda_version"),
        ]

    def __str__(self) -> str:
        return f"{self.workshop_id} {self.number}"


class Licence(models.TextChoices):
    """What others may do with a material."""

    CC_BY = "CC-BY-4.0", _("CC BY 4.0: use it and name the author")
    CC_BY_SA = "CC-BY-SA-4.0", _("CC BY-SA 4.0: use it, name the author, share alike")
    CC0 = "CC0-1.0", _("CC0: use it freely")
    PARTICIPANTS = "participants", _("For the participants only")


class Material(models.Model):
    """A file of a workshop or of one of its sessions, kept here; ``small`` is a picture's copy (JPEG)."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="materials")
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="materials", null=True, blank=True
    )
    title = models.CharField(max_length=200)
    licence = models.CharField(max_length=20, choices=Licence.choices)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    small = models.BinaryField(blank=True, default=b"")
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    by = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workshop", "sha256"], name="workshops_material_once"),
        ]

    def __str__(self) -> str:
        return self.title
