"""What this node knows of its partners' logs, and what they have cosigned of its own."""

from django.db import models

from isthmus.trust.models import Partner
from isthmus.wire.cosignature import SplitView


class Witnessed(models.Model):
    """A partner's log as this node has witnessed it, and the calls in which both do so.

    ``tip``: the newest head of its present history, to which every later one must be shown to add.
    ``cosigned_note``: that head as this node cosigned it; empty where it did not yet. A log that was restored
    from a backup has another ``history`` from ``kept_size`` entries on, dated after ``history_since``.
    ``handed_size``: up to where the partner has this node's cosignature; ``told_at``: since when nothing was
    passed on to it. ``knows``: the nodes that the partner says it knows; None where it never said.
    """

    partner = models.OneToOneField(Partner, on_delete=models.PROTECT, related_name="witnessed")
    tip_size = models.BigIntegerField(default=0)
    tip_root = models.CharField(max_length=64, blank=True)
    cosigned_note = models.TextField(blank=True)
    cosigned_at = models.DateTimeField(null=True, blank=True)
    history = models.PositiveIntegerField(default=1)
    kept_size = models.BigIntegerField(default=0)
    history_since = models.DateTimeField(null=True, blank=True)
    knows = models.JSONField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    handed_size = models.BigIntegerField(default=0)
    next_call_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["partner__node_id"]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.tip_size}"


class Cosignature(models.Model):
    """A head of this node's log that a partner cosigned: the note with the log's line and the partner's."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="cosignatures")
    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    note = models.TextField()
    cosigned_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-size", "-cosigned_at"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "size", "root"], name="a_head_cosigned_once_a_partner")
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.size}"


class LogHistory(models.Model):
    """A new history of a partner's log that people here accepted, and why.

    The first ``kept_size`` entries are those of the history before; its later heads are closed and stay as
    evidence. ``note`` is the head that the partner showed for the new history.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="histories")
    number = models.PositiveIntegerField()
    kept_size = models.BigIntegerField()
    note = models.TextField()
    reason = models.TextField()
    accepted_by = models.CharField(max_length=200)
    accepted_at = models.DateTimeField()

    class Meta:
        ordering = ["partner", "-number"]
        constraints = [models.UniqueConstraint(fields=["partner", "number"], name="a_history_once")]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.number}"


class LogSplit(models.Model):
    """Evidence that a log showed two histories: ``evidence`` is the JSON that `isthmus verify` proves.

    ``node_id`` is the log's owner, which may be this node itself; ``found_by`` the node that sent it here,
    empty where this node found it.
    """

    node_id = models.CharField(max_length=31)
    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    other_root = models.CharField(max_length=64)
    evidence = models.TextField()
    found_by = models.CharField(max_length=31, blank=True)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=200, blank=True)
    closed_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-found_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["node_id", "size", "root", "other_root"], name="a_split_view_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.size}"

    @property
    def content(self) -> SplitView:
        """The evidence as the typed value that proves itself."""
        return SplitView.from_bytes(self.evidence.encode("utf-8"))
