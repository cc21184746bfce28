"""Mappings that a country keeps, and the sources that documents are fetched from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.formats.mapping.definition import MappingFile
from isthmus.wire import codec


class Mapping(models.Model):
    """One version of a mapping: data, proved by its samples. A version never changes; the newest is used."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    author = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    definition = models.JSONField()
    goldens = models.JSONField()
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name", "version"], name="a_mapping_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}/{self.version}"

    @property
    def file(self) -> MappingFile:
        """The mapping in the form in which it runs and is handed on."""
        return MappingFile.model_validate_json(
            codec.encode(
                {
                    "name": self.name,
                    "version": self.version,
                    "author": self.author,
                    "made_on": self.made_at.date().isoformat(),
                    "definition": self.definition,
                    "goldens": self.goldens,
                }
            )
        )


class SourceKind(models.TextChoices):
    """Where a source's documents are."""

    FOLDER = "folder", _("Folder on this server")
    SQL = "sql", _("Database view")
    REST = "rest", _("Web address")


class Source(models.Model):
    """Something that documents are fetched from, again and again, since where the last time ended."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=6, choices=SourceKind.choices)
    address = models.CharField(max_length=500)
    view = models.CharField(max_length=120, blank=True)
    watermark = models.CharField(max_length=120, blank=True)
    mapping = models.CharField(max_length=60, blank=True)
    partner = models.CharField(max_length=31, blank=True)
    every_minutes = models.PositiveIntegerField(default=5)
    enabled = models.BooleanField(default=True)
    cursor = models.CharField(max_length=500, blank=True)
    last_run = models.DateTimeField(null=True)
    last_good_run = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    taken = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=SourceKind.values), name="etrade_source_kind_known"
            )
        ]

    def __str__(self) -> str:
        return self.name
