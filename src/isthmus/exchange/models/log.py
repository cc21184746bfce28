"""The node's append-only Merkle log (RFC 9162) and the tokens its leaves name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.exchange.models.row_numbers import EntryNumber, RowNumber
from isthmus.wire.merkle import HASH_BYTES


class Sort(models.TextChoices):
    """What a log entry stands for."""

    SENT = "sent", _("Record sent")
    RECEIVED = "received", _("Record received")
    RECEIPT_GIVEN = "receipt-given", _("Receipt given")
    RECEIPT_OBTAINED = "receipt-obtained", _("Receipt obtained")
    REFUSAL_GIVEN = "refusal-given", _("Refusal given")
    REFUSAL_OBTAINED = "refusal-obtained", _("Refusal obtained")
    AUDIT = "audit", _("Audit event")


class LogEntry(models.Model):
    """One leaf of the log: ``leaf`` is SHA-256(0x00 || token) in hex.

    ``subtrees`` holds the hashes of the subtrees that this leaf completes, 32 bytes each: first that over two
    leaves, then that over four, and so on.
    """

    index = EntryNumber(primary_key=True)
    leaf = models.CharField(max_length=64, db_index=True)
    sort = models.CharField(max_length=17, choices=Sort.choices)
    logged_at = models.DateTimeField()
    subtrees = models.BinaryField(default=b"")

    class Meta:
        ordering = ["index"]

    def __str__(self) -> str:
        return f"{self.index} {self.sort} {self.leaf}"

    @property
    def subtree_hashes(self) -> tuple[bytes, ...]:
        """The same hashes one by one."""
        kept = bytes(self.subtrees)
        return tuple(kept[start : start + HASH_BYTES] for start in range(0, len(kept), HASH_BYTES))


class Token(models.Model):
    """The exact text behind a leaf, kept apart from the log so that it can be erased without breaking it.

    Read and written through ``isthmus.exchange.tokens``. Its key is its entry's: texts are then written one
    behind the other, where a hash as key would touch a page of its own for each.
    """

    entry = models.OneToOneField(
        LogEntry,
        primary_key=True,
        # An entry that somebody removes must not take the evidence along.
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_column="index",
    )
    packed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.entry_id)


class LogHead(models.Model):
    """The log's present size and right edge: one row, whose lock orders all writers of the exchange."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_log_head")]

    def __str__(self) -> str:
        return str(self.size)


class Standing(models.TextChoices):
    """What is known of a head of a partner's log."""

    NEW = "new", _("Not proved yet")
    HELD = "held", _("Consistent with the others")
    CLOSED = "closed", _("Of a history that was closed")
    SPLIT = "split", _("Contradicts another head")


class Checkpoint(models.Model):
    """A signed head of a log: this node's own, or one of a partner.

    The other columns are about partners' heads. ``via``: how it came, empty with a receipt, else ``call``,
    ``bundle``, ``recovery`` or the node that passed it on. ``asked_at``: when a proof was first asked of the
    owner and did not come. ``history``: the closed history it belongs to, 0 for the present one.
    """

    id = RowNumber(primary_key=True)
    node_id = models.CharField(max_length=31)
    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    note = models.TextField()
    issued = models.DateTimeField()
    standing = models.CharField(max_length=6, choices=Standing.choices, default=Standing.NEW)
    via = models.CharField(max_length=31, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    history = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-size", "-issued"]
        constraints = [
            models.UniqueConstraint(fields=["node_id", "size", "root"], name="a_head_once_per_node")
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.size}"
