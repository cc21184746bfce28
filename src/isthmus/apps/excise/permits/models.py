"""Quotas of islands, permits with their draw-downs, counts of bonded stock; amounts in ml of pure alcohol."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from isthmus.apps.excise.permits.rules.states import How, State
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.returns.models import DutyReturn

STATE_WORDS = {
    State.APPLIED: _("Waits for a decision"),
    State.APPROVED: _("Approved"),
    State.REFUSED: _("Refused"),
}
HOW_WORDS = {How.CLEARANCE: _("Import clearance"), How.EX_BOND: _("Release from bond")}


class ImportQuota(models.Model):
    """That a resort's island has a quota for a year; how much is in the quota book."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="quotas")
    island = models.CharField(max_length=100)
    year = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["-year", "island", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["operator", "year"], name="excise_a_quota_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.island} {self.year}"


class ImportPermit(models.Model):
    """An application to import alcohol within a year's quota, and how it was decided."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="permits")
    number = models.CharField(max_length=40, unique=True)
    year = models.PositiveSmallIntegerField()
    goods = models.CharField(max_length=500)
    asked_ml = models.BigIntegerField()
    granted_ml = models.BigIntegerField(default=0)
    state = models.CharField(
        max_length=8,
        choices=[(state.value, words) for state, words in STATE_WORDS.items()],
        default=State.APPLIED.value,
    )
    why = models.CharField(max_length=500, blank=True)
    applied_by = models.CharField(max_length=254)
    applied_at = models.DateTimeField()
    decided_by = models.CharField(max_length=254, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-year", "-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_ml__gt=0, granted_ml__gte=0, granted_ml__lte=F("asked_ml")),
                name="excise_permit_within_asked",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", granted_ml__gt=0)
                | (Q(state="refused", granted_ml=0) & ~Q(why=""))
                | Q(state="applied", granted_ml=0, decided_at=None),
                name="excise_permit_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stands(self) -> State:
        """Its state, as the rules have it."""
        return State(self.state)


class PermitDraw(models.Model):
    """Goods that came under a permit, with the return that declares their duty."""

    permit = models.ForeignKey(ImportPermit, on_delete=models.PROTECT, related_name="draws")
    key = models.CharField(max_length=60)
    how = models.CharField(max_length=9, choices=[(how.value, words) for how, words in HOW_WORDS.items()])
    on = models.DateField()
    amount_ml = models.BigIntegerField()
    duty_return = models.OneToOneField(DutyReturn, on_delete=models.PROTECT, related_name="permit_draw")
    by = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        ordering = ["permit_id", "at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["permit", "key"], name="excise_a_draw_once"),
            models.CheckConstraint(condition=Q(amount_ml__gt=0), name="excise_draw_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.permit_id} {self.on}: {self.amount_ml} ml"

    @property
    def is_reversed(self) -> bool:
        """Whether it was taken back."""
        return hasattr(self, "reversal")


class PermitDrawReversal(models.Model):
    """That a draw-down was taken back, whole and once: quota, permit and bonded stock rose again by it."""

    draw = models.OneToOneField(PermitDraw, on_delete=models.PROTECT, related_name="reversal")
    key = models.CharField(max_length=60)
    on = models.DateField()
    why = models.CharField(max_length=500)
    duty_return = models.OneToOneField(DutyReturn, on_delete=models.PROTECT, related_name="draw_reversal")
    by = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        ordering = ["draw_id"]
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="excise_draw_reversed_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.on}"


class BondCount(models.Model):
    """A count of a bonded store beside what the book said at that moment; the difference was posted."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="bond_counts")
    key = models.CharField(max_length=60)
    on = models.DateField()
    book_ml = models.BigIntegerField()
    counted_ml = models.BigIntegerField()
    why = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["operator", "key"], name="excise_a_count_once"),
            models.CheckConstraint(
                condition=Q(book_ml__gte=0, counted_ml__gte=0), name="excise_count_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.on}"

    @property
    def difference_ml(self) -> int:
        """Counted less booked: below zero, something is missing."""
        return self.counted_ml - self.book_ml


__all__ = [
    "HOW_WORDS",
    "STATE_WORDS",
    "BondCount",
    "ImportPermit",
    "ImportQuota",
    "PermitDraw",
    "PermitDrawReversal",
]
