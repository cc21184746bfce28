"""Rows of money: budget lines, declared totals, and entries that are never changed, only taken back."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.apps.workshops.expenditure.rules.book import Kind, Line, Move
from isthmus.apps.workshops.programme.models import Programme


class EntryKind(models.TextChoices):
    """The kinds of ``rules.book`` in words."""

    EXPENSE = Kind.EXPENSE.value, _("Expense")
    ADVANCE = Kind.ADVANCE.value, _("Advance paid")
    CLAIM = Kind.CLAIM.value, _("Claim against an advance")
    RETURN = Kind.RETURN.value, _("Advance given back")
    VIREMENT = Kind.VIREMENT.value, _("Virement")


class BudgetLine(models.Model):
    """What was approved for one line, in minor units, and by which source of funds it is paid."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="budget")
    place_in_budget = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=100)
    name = models.CharField(max_length=100)
    source = models.CharField(max_length=100, blank=True)
    budget_minor = models.BigIntegerField()
    is_overhead = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "heading", "name"], name="workshops_line_once"),
            models.CheckConstraint(condition=Q(budget_minor__gte=0), name="workshops_line_budget"),
        ]

    def __str__(self) -> str:
        return f"{self.heading}: {self.name}"

    @property
    def as_line(self) -> Line:
        """As the rules have it."""
        return Line(str(self.pk), self.heading, self.name, self.budget_minor, self.is_overhead)


class DeclaredTotal(models.Model):
    """What was declared to the fund for a heading, or for subtotal, overhead or total; minor units."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="declared")
    heading = models.CharField(max_length=100)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "heading"], name="workshops_declared_once"),
        ]

    def __str__(self) -> str:
        return self.heading


class Entry(models.Model):
    """One entry of the book, in minor units of the programme's currency; below zero to take another back.

    ``rate`` is units of the programme's currency for one unit of ``original_currency``, with its day and
    source; all empty where nothing was changed. ``receipt`` names the paper, ``receipt_sha256`` its file.
    ``corrects`` is the entry that stood with another rate, which yet another entry took back.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=EntryKind.choices)
    amount_minor = models.BigIntegerField()
    line = models.ForeignKey(
        BudgetLine, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )
    taken_from = models.ForeignKey(
        BudgetLine, null=True, blank=True, on_delete=models.PROTECT, related_name="given"
    )
    person = models.CharField(max_length=200, blank=True)
    on: "models.DateField[date, date]" = models.DateField()
    text = models.CharField(max_length=300)
    receipt = models.CharField(max_length=100, blank=True)
    receipt_sha256 = models.CharField(max_length=64, blank=True)
    original_currency = models.CharField(max_length=3, blank=True)
    original_minor = models.BigIntegerField(null=True, blank=True)
    rate = models.DecimalField(max_digits=18, decimal_places=8, null=True, blank=True)
    rate_on = models.DateField(null=True, blank=True)
    rate_source = models.CharField(max_length=200, blank=True)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    by = models.CharField(max_length=254)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    approved_by = models.CharField(max_length=254, blank=True)
    approved_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="workshops_entry_number"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="workshops_entry_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.number}"

    @property
    def as_move(self) -> Move:
        """As the rules have it; ``reverses`` must be loaded."""
        return Move(
            self.number,
            Kind(self.kind),
            self.amount_minor,
            "" if self.line_id is None else str(self.line_id),
            "" if self.taken_from_id is None else str(self.taken_from_id),
            self.person,
            None if self.reverses is None else self.reverses.number,
        )


class ReceiptFile(models.Model):
    """The file of a receipt, sealed (``trust.vault``), since receipts name people. The hash is the file's."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="receipt_files")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    sealed: "models.BinaryField[bytes, bytes | memoryview]" = models.BinaryField()
    by = models.CharField(max_length=254)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "sha256"], name="workshops_receipt_once"),
        ]

    def __str__(self) -> str:
        return self.name
