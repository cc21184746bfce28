"""What a node needs to come back from an older state: what waits for a number, what took another place."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.exchange.models.streams import Record, Stream
from isthmus.trust.models import Partner


class Restoration(models.Model):
    """One return of this node to an older state: by a restore, or found out later.

    ``kept_size`` is how much of its log both histories share at least; ``found`` says what showed it.
    """

    happened_at = models.DateTimeField()
    kept_size = models.BigIntegerField()
    backup_made_at = models.DateTimeField(null=True, blank=True)
    found = models.TextField(blank=True)
    actor = models.CharField(max_length=200)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M} {self.kept_size}"


class Claim(models.Model):
    """A partner's word, without proof, that this node came back from an older state.

    The streams with that partner stand still while it lasts; ``stream`` names the one it spoke of.
    """

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="+")
    stream = models.CharField(max_length=200)
    claimed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.stream


class Held(models.Model):
    """The body of a record that waits for a number, cut down as the agreement says.

    Its row in the stream has a number below zero and a stand-in for its leaf until then.
    """

    record = models.OneToOneField(Record, on_delete=models.CASCADE, related_name="held")
    body = models.JSONField()

    def __str__(self) -> str:
        return str(self.record)


class Superseded(models.Model):
    """A record that this node signed under a number which the partner holds with other content.

    The signed text stays in the log; ``successor`` is the row that carries the same body in the next epoch.
    """

    leaf = models.CharField(max_length=64, primary_key=True)
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    successor = models.ForeignKey(Record, on_delete=models.PROTECT, null=True, related_name="superseded")

    def __str__(self) -> str:
        return f"{self.stream_id} {self.seq} {self.leaf}"


class OwnVerdict(models.Model):
    """A verdict that this node signed and lost: the same record gets the same verdict when it comes again."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="own_verdicts")
    seq = models.BigIntegerField()
    leaf = models.CharField(max_length=64)
    status = models.CharField(max_length=8)
    code = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="an_own_verdict_once")]

    def __str__(self) -> str:
        return f"{self.stream_id} {self.seq} {self.status}"


class AskedBack(models.Model):
    """What a partner that came back asked for by a bundle; the next bundle for it brings the answer."""

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="+")
    wanted = models.JSONField()
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.partner)


class AskedFiles(models.Model):
    """The files, by SHA-256, that a partner lost and asked for by a bundle; the next bundles bring them."""

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="+")
    digests = models.JSONField()
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.partner)


class OfferState(models.TextChoices):
    """What this node's approver has said."""

    WAITING = "waiting", _("Waits for an approver")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class OfferKind(models.TextChoices):
    """What a partner that came back from an older state asks for."""

    EPOCH = "epoch", _("A new epoch of its stream")
    HISTORY = "history", _("A new history of its log")


class Offer(models.Model):
    """A partner's signed request after it came back from an older state; an approver here decides.

    ``leaf`` names the signed record; ``text`` is kept where the record has no place in a stream yet.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="offers")
    kind = models.CharField(max_length=7, choices=OfferKind.choices)
    leaf = models.CharField(max_length=64, unique=True)
    text = models.TextField(blank=True)
    body = models.JSONField()
    state = models.CharField(max_length=8, choices=OfferState.choices, default=OfferState.WAITING)
    arrived_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.partner_id} {self.state}"
