"""Files beside records: whole or still coming, their chunks, and which record names them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.exchange.models.streams import Stream
from isthmus.exchange.models.subjects import SubjectKey
from isthmus.trust.models import Partner


class AttachmentState(models.TextChoices):
    """How much of a file is here."""

    WANTED = "wanted", _("Not all here yet")
    WHOLE = "whole", _("Here")
    ERASED = "erased", _("Erased")


class Attachment(models.Model):
    """A file under its SHA-256, as one node brought it.

    ``origin`` is the node that it is from. The same bytes from two nodes are two rows: otherwise a partner
    that names a hash would learn whether this node has the file from somebody else. ``manifest`` is the
    written form of the wire's ``AttachmentManifest``, null until it is known. A file about a person is
    encrypted under its ``subject_key``; one of a partner may come before its key. ``moved_at`` is when the
    manifest or a piece came last, within the hour.
    """

    sha256 = models.CharField(max_length=64)
    origin = models.CharField(max_length=31)
    size = models.BigIntegerField()
    state = models.CharField(max_length=6, choices=AttachmentState.choices, default=AttachmentState.WANTED)
    manifest = models.BinaryField(null=True)
    subject_key = models.ForeignKey(
        SubjectKey, on_delete=models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    noted_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True, blank=True)
    whole_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["sha256", "origin"], name="a_file_once_per_origin")]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} from {self.origin}"


class Chunk(models.Model):
    """One piece of a file, checked against the manifest before it was stored."""

    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="chunks")
    index = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attachment", "index"], name="a_chunk_once")]

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.index}"


class Naming(models.Model):
    """That a record names a file. ``name`` and ``media_type`` are what the record calls it.

    For an outgoing stream, ``arrived_at`` is when the partner said that it has all of it, and
    ``carried_to`` the first chunk that no bundle has carried since the last round.
    """

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="namings")
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="+")
    leaf = models.CharField(max_length=64, db_index=True)
    place = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=200)
    arrived_at = models.DateTimeField(null=True, blank=True)
    carried_to = models.PositiveIntegerField(default=0)
    erased = models.BooleanField(default=False)

    class Meta:
        ordering = ["leaf", "place"]
        constraints = [models.UniqueConstraint(fields=["leaf", "attachment"], name="a_file_once_per_record")]
        indexes = [
            models.Index(
                fields=["stream"],
                condition=models.Q(arrived_at=None, erased=False),
                name="naming_under_way",
            )
        ]

    def __str__(self) -> str:
        return f"{self.leaf[:12]} {self.attachment_id}"


class Carriage(models.Model):
    """Who moves files between this node and a partner now, and when to try again after a failure."""

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="+")
    lease_holder = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"files with {self.partner_id}"
