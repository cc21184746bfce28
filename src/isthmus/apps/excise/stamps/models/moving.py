"""Handovers inside the node and across the border, and every act on a run of stamps."""

from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.stamps.models.issuing import StampBatch
from isthmus.apps.excise.stamps.rules.custody import Act


class HandoverState(models.TextChoices):
    """Whether the receiver has them."""

    OFFERED = "offered", _("Waits for the receiver")
    CONFIRMED = "confirmed", _("Confirmed")
    TAKEN_BACK = "taken-back", _("Taken back")


class StampHandover(models.Model):
    """A run of stamps on its way: the sender's until the receiver confirms what arrived."""

    batch = models.ForeignKey(StampBatch, on_delete=models.PROTECT, related_name="handovers")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="stamp_handovers")
    state = models.CharField(max_length=10, choices=HandoverState.choices, default=HandoverState.OFFERED)
    offered_at = models.DateTimeField()
    offered_by = models.CharField(max_length=254)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first__gte=1) & Q(last__gte=F("first")), name="handover_run"),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="handover_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.first}-{self.last}"


class CrossingState(models.TextChoices):
    """How far a handover across the border is; only the other side's signed answer closes it."""

    SENT = "sent", _("Waits for the receiver")
    RECEIVED = "received", _("Receipt confirmed")
    REFUSED = "refused", _("Refused")
    UNMATCHED = "unmatched", _("Fits nothing here")


class StampCrossing(models.Model):
    """A run of stamps sent to a holder on a partner's node (``way`` out), or from one (in).

    ``reference`` is the sender's name of the handover. ``issuer`` and ``issuer_batch`` name the batch as its
    issuer does; ``batch`` is this node's own row of it. ``leaf`` is that of the record that sent it,
    ``answer_leaf`` that of the answer. What fits no handover here is kept as ``unmatched``.
    """

    way = models.CharField(max_length=3, choices=[("out", _("Sent")), ("in", _("Arriving"))])
    partner = models.CharField(max_length=31)
    reference = models.CharField(max_length=32)
    batch = models.ForeignKey(StampBatch, null=True, on_delete=models.PROTECT, related_name="crossings")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    issuer = models.CharField(max_length=31)
    issuer_batch = models.PositiveBigIntegerField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    gtin = models.CharField(max_length=14, blank=True)
    product = models.CharField(max_length=200, blank=True)
    other = models.CharField(max_length=40, blank=True)
    other_name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=CrossingState.choices, default=CrossingState.SENT)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=254)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=254, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    leaf = models.CharField(max_length=64, blank=True)
    answer_leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "way", "reference"],
                condition=~Q(state="unmatched"),
                name="stamp_crossing_once",
            ),
            models.CheckConstraint(
                condition=Q(first__gte=1) & Q(last__gte=F("first")), name="stamp_crossing_run"
            ),
        ]
        indexes = [models.Index(fields=["state", "-sent_at"], name="stamp_crossing_state")]

    def __str__(self) -> str:
        return f"{self.partner} {self.reference}"

    @property
    def count(self) -> int:
        """How many stamps it is about."""
        return self.last + 1 - self.first


ACT_WORDS: Final = {
    Act.ISSUE: _("Issued"),
    Act.PRINT: _("Printed"),
    Act.HAND_OVER: _("Handed over"),
    Act.RECEIVE: _("Received"),
    Act.TAKE_BACK: _("Taken back"),
    Act.ACTIVATE: _("Activated"),
    Act.SELL: _("Sold"),
    Act.SPOIL: _("Spoiled"),
    Act.CANCEL: _("Cancelled"),
    Act.DESTROY: _("Destroyed"),
    Act.LOSE: _("Lost"),
    Act.FIND: _("Found again, and spoiled"),
    Act.LEAVE: _("Received abroad"),
    Act.ARRIVE: _("Arrived from abroad"),
    Act.RETURN: _("Came back from abroad"),
}


class StampAct(models.Model):
    """What was done with a run of stamps, by whom and why; never changed."""

    batch = models.ForeignKey(StampBatch, on_delete=models.PROTECT, related_name="acts")
    act = models.CharField(max_length=9, choices=[(act.value, words) for act, words in ACT_WORDS.items()])
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    actor = models.CharField(max_length=254)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["batch", "-at"], name="stamp_act_batch")]

    def __str__(self) -> str:
        return f"{self.act} {self.first}-{self.last}"
