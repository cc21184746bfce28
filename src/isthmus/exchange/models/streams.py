"""Streams of records between this node and a partner, and the signed answers to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.exchange.models.row_numbers import RowNumber
from isthmus.trust.models import Partner


class Direction(models.TextChoices):
    """Seen from this node."""

    OUT = "out", _("To the partner")
    IN = "in", _("From the partner")


class StreamState(models.TextChoices):
    """Whether a stream moves.

    A frozen one waits until people have looked at the evidence. A recovering one waits until the partner has
    said how far it got, because this node came back from an older state. A closed one has a later epoch.
    """

    OPEN = "open", _("Open")
    FROZEN = "frozen", _("Frozen")
    RECOVERING = "recovering", _("Recovering")
    CLOSED = "closed", _("Closed")


class Stream(models.Model):
    """The ordered, gapless sequence of records from one node to another.

    For an outgoing stream ``settled_seq`` is the last number that a receipt covers, and the delivery columns
    say who is sending now and when to try next. ``diverged_seq`` is the first number that this node signed
    twice, once before and once after it came back from an older state. For an incoming stream
    ``own_receipted`` is the last number of which a receipt of this node is known, though the record is lost.
    """

    name = models.CharField(max_length=80, unique=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="streams")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    epoch = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=StreamState.choices, default=StreamState.OPEN)
    last_seq = models.BigIntegerField(default=0)
    last_leaf = models.CharField(max_length=64, blank=True)
    settled_seq = models.BigIntegerField(default=0)
    diverged_seq = models.BigIntegerField(null=True, blank=True)
    own_receipted = models.BigIntegerField(default=0)

    lease_holder = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "direction", "epoch"], name="a_stream_once_per_epoch"),
            models.CheckConstraint(
                condition=models.Q(settled_seq__lte=models.F("last_seq")), name="settled_at_most_sent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def waiting(self) -> int:
        """How many records have no receipt yet (outgoing streams)."""
        return self.last_seq - self.settled_seq


class Desk(models.Model):
    """The organisation that receives records of one type; without a desk only node-wide roles see them."""

    record_type = models.CharField(max_length=100, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.record_type


class Verdict(models.TextChoices):
    """The receiver's signed finding about a record; a record without receipt is still waiting."""

    WAITING = "waiting", _("Waiting for a receipt")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


class Effect(models.TextChoices):
    """What became of an accepted record inside this node."""

    NONE = "none", _("No effect here")
    APPLIED = "applied", _("Applied")
    AWAITING = "awaiting", _("Waits for the countersignature")
    QUARANTINED = "quarantined", _("In quarantine")
    DISMISSED = "dismissed", _("Set aside by an operator")


class Receipt(models.Model):
    """A signed answer that covers a run of records of one stream, given by this node or obtained."""

    id = RowNumber(primary_key=True)
    uuid = models.UUIDField()
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="receipts")
    from_seq = models.BigIntegerField()
    to_seq = models.BigIntegerField()
    leaf = models.CharField(max_length=64, unique=True)
    issued = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.stream_id} {self.from_seq}-{self.to_seq}"


class Record(models.Model):
    """One record of a stream, as its columns are needed for lists; the truth is the token behind ``leaf``."""

    id = RowNumber(primary_key=True)
    uuid = models.UUIDField()
    # The number's constraint begins with the stream: a second index would be written for each record.
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="records", db_index=False)
    seq = models.BigIntegerField()
    leaf = models.CharField(max_length=64, unique=True)
    type = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=200)
    agreement = models.UUIDField(null=True, blank=True)
    issued = models.DateTimeField()
    stored_at = models.DateTimeField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    withheld = models.JSONField(default=list, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.WAITING)
    verdict_code = models.CharField(max_length=80, blank=True)
    verdict_reason = models.TextField(blank=True)
    receipt = models.ForeignKey(
        Receipt, on_delete=models.PROTECT, null=True, blank=True, related_name="records", db_index=False
    )
    effect = models.CharField(max_length=11, choices=Effect.choices, default=Effect.NONE)
    effect_error = models.TextField(blank=True)
    effect_attempts = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="a_number_once_per_stream")]
        indexes = [
            models.Index(fields=["type", "subject"], name="record_by_subject"),
            models.Index(fields=["stored_at"], name="record_by_time"),
            models.Index(
                fields=["effect"], condition=models.Q(effect="quarantined"), name="record_in_quarantine"
            ),
            models.Index(fields=["stored_at"], condition=models.Q(verdict="refused"), name="record_refused"),
            models.Index(
                fields=["organisation"],
                condition=models.Q(organisation__isnull=False),
                name="record_by_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}/{self.version} {self.subject}"

    @property
    def is_numbered(self) -> bool:
        """Whether it has its place in the stream; one that waits for it has a number below zero."""
        return self.seq > 0

    @property
    def key(self) -> str:
        """Type and version, as agreements name them."""
        return f"{self.type}/{self.version}"


class Refusal(models.Model):
    """A signed answer to something that got no place in a stream, with what was offered as evidence."""

    uuid = models.UUIDField(db_index=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="refusals")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    stream = models.CharField(max_length=80)
    seq = models.BigIntegerField(null=True, blank=True)
    code = models.CharField(max_length=80)
    reason = models.TextField()
    expected = models.BigIntegerField(null=True, blank=True)
    leaf = models.CharField(max_length=64, unique=True)
    offered = models.TextField(blank=True)
    issued = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.code} {self.stream} {self.seq}"
