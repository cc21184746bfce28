"""What was erased, and under which tombstone. The signed truth is in the tombstone's own record."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.exchange.models.streams import Stream


class ErasureGround(models.TextChoices):
    """Why a text had to go."""

    RETENTION = "retention", _("The agreed retention has ended")
    PERSON = "person", _("The person concerned demanded it")
    ORDER = "order", _("A court or an authority ordered it")


class Tombstone(models.Model):
    """A tombstone that this node signed or accepted; ``leaf`` names its record, ``node_id`` its signer."""

    leaf = models.CharField(max_length=64, unique=True)
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    node_id = models.CharField(max_length=31)
    ground = models.CharField(max_length=9, choices=ErasureGround.choices)
    reason = models.TextField()
    issued = models.DateTimeField()

    class Meta:
        ordering = ["-issued", "-id"]

    def __str__(self) -> str:
        return f"{self.stream_id} {self.seq}"


class Erased(models.Model):
    """A leaf or a file's SHA-256 that a tombstone names."""

    tombstone = models.ForeignKey(Tombstone, on_delete=models.PROTECT, related_name="erased")
    hash = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tombstone", "hash"], name="erased_once_per_tombstone")
        ]

    def __str__(self) -> str:
        return self.hash
