"""Returns of duty with their versions, and their lines with what each owes and why."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.returns.rules.states import State

STATE_WORDS = {
    State.DRAFT: _("Draft"),
    State.DECLARED: _("Declared"),
    State.ASSESSED: _("Assessed"),
    State.PAID: _("Paid"),
    State.REPLACED: _("Replaced by a newer version"),
}


class DutyReturn(models.Model):
    """One version of what an operator states to owe for a period at one tax point.

    ``period`` is the first day of its month. ``number`` is given when version 1 is declared; all versions
    share it, and so do all entries of the duty book that concern it. ``slot`` keeps an operator from having
    two returns for one month; only the version that stands has it. ``origin`` names the event elsewhere
    that made the return, once. Amounts are minor units of ``currency``.
    """

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="returns")
    number = models.CharField(max_length=40, null=True)  # noqa: DJ001  unique where given
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    slot = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001  unique where given
    origin = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001  unique where given
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    tax_point = models.CharField(max_length=31)
    period = models.DateField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=8,
        choices=[(state.value, words) for state, words in STATE_WORDS.items()],
        default=State.DRAFT.value,
    )
    duty_minor = models.BigIntegerField(default=0)
    charges_minor = models.BigIntegerField(default=0)
    drafted_by = models.CharField(max_length=254)
    drafted_at = models.DateTimeField()
    declared_by = models.CharField(max_length=254, blank=True)
    declared_at = models.DateTimeField(null=True)
    assessed_by = models.CharField(max_length=254, blank=True)
    assessed_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-period", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="excise_a_return_version_once"),
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(number__isnull=False) & Q(declared_at__isnull=False)),
                name="excise_return_declared_with_number",
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces=None) | (Q(version__gt=1) & Q(replaces__isnull=False)),
                name="excise_return_version_replaces",
            ),
            models.CheckConstraint(
                condition=Q(duty_minor__gte=0) & Q(charges_minor__gte=0), name="excise_return_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="excise_return_due"),
            models.Index(fields=["operator", "-period"], name="excise_return_operator"),
        ]

    def __str__(self) -> str:
        return f"{self.number or 'draft'} v{self.version}"

    @property
    def total_minor(self) -> int:
        """Duty and charges together."""
        return self.duty_minor + self.charges_minor

    @property
    def stands(self) -> State:
        """Its state, as the rules have it."""
        return State(self.state)


class DutyReturnLine(models.Model):
    """One line of goods in the whole units of tariffs, what it owes in minor units, and every step of it.

    ``steps`` are the sentences of the tariff engine as they were when the line was entered; ``charges`` are
    the amounts beside the duty by name. ``code`` is the tariff's code that the duty is booked under.
    """

    duty_return = models.ForeignKey(DutyReturn, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    gtin = models.CharField(max_length=14, blank=True)
    product = models.CharField(max_length=100, blank=True)
    hs = models.CharField(max_length=100, blank=True)
    relief = models.CharField(max_length=100, blank=True)
    day = models.DateField()
    abv = models.BigIntegerField(null=True)
    volume = models.BigIntegerField(null=True)
    quantity = models.BigIntegerField(null=True)
    cif = models.BigIntegerField(null=True)
    producer = models.BigIntegerField(null=True)
    plato = models.BigIntegerField(null=True)
    retail = models.BigIntegerField(null=True)
    code = models.CharField(max_length=60)
    rule = models.CharField(max_length=200)
    duty_minor = models.BigIntegerField()
    charges: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    steps: "models.JSONField[Any, Any]" = models.JSONField(default=list)

    class Meta:
        ordering = ["duty_return_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["duty_return", "position"], name="excise_return_line_once"),
            models.CheckConstraint(condition=Q(duty_minor__gte=0), name="excise_return_line_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.duty_return_id}/{self.position}"


__all__ = ["STATE_WORDS", "DutyReturn", "DutyReturnLine"]
