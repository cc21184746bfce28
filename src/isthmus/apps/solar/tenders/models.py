"""Rows of tenders: those asked here, those that arrived, and what both sides said about each quote."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.solar.tenders.rules.standing import Deadlines


class Tender(models.Model):
    """A request for quotes: asked here (``way`` out), or by the node ``partner`` (in).

    ``body`` is the request as it was written or arrived. ``decided_at`` is set once it was awarded here.
    """

    class Way(models.TextChoices):
        """Which side this node is on."""

        OUT = "out", _("Asked here")
        IN = "in", _("From abroad")

    way = models.CharField(max_length=3, choices=Way.choices)
    partner = models.CharField(max_length=31, blank=True)
    number = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    closes = models.DateTimeField()
    opens_until = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=254)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    body: "models.JSONField[dict[str, Any]]" = models.JSONField()
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["way", "partner", "number"], name="solar_tender_once"),
            models.CheckConstraint(
                condition=Q(opens_until__gt=models.F("closes")), name="solar_tender_deadlines"
            ),
        ]
        indexes = [models.Index(fields=["way", "-closes"], name="solar_tender_closes")]

    def __str__(self) -> str:
        return self.number

    @property
    def deadlines(self) -> Deadlines:
        """Until when seals and openings count."""
        return Deadlines(self.closes, self.opens_until)


class TenderInvitation(models.Model):
    """A partner's node to which a request of this node went."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="invitations")
    partner = models.CharField(max_length=31)
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "partner"], name="solar_invitation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tender_id} {self.partner}"


class TenderRate(models.Model):
    """What the asker reckons with in comparing: a rate of exchange (``code`` is the currency), duty or tax.

    ``value`` is in units of the tender's currency for one of ``code``, or in percent. Each has its day and
    source.
    """

    class Kind(models.TextChoices):
        """What it is."""

        EXCHANGE = "exchange", _("Rate of exchange")
        DUTY = "duty", _("Duty, in percent")
        TAX = "tax", _("Tax, in percent")

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="rates")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    code = models.CharField(max_length=3, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=8)
    on = models.DateField()
    source = models.CharField(max_length=200)
    by = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "kind", "code"], name="solar_rate_once"),
            models.CheckConstraint(condition=Q(value__gte=Decimal(0)), name="solar_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class QuoteFact(models.Model):
    """Something that arrived about a quote: a seal or an opening, and when. Never changed.

    ``seal`` is what the maker stated, or what salt and offer of an opening give.
    """

    class Kind(models.TextChoices):
        """What arrived."""

        SEAL = "seal", _("Seal")
        OPENING = "opening", _("Opening")

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="facts")
    partner = models.CharField(max_length=31)
    quote = models.CharField(max_length=32)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    seal = models.CharField(max_length=64)
    maker = models.CharField(max_length=40, blank=True)
    maker_name = models.CharField(max_length=200, blank=True)
    offer: "models.JSONField[dict[str, Any] | None]" = models.JSONField(null=True, blank=True)
    arrived_at = models.DateTimeField()
    leaf = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [models.Index(fields=["tender", "partner", "quote"], name="solar_fact_quote")]

    def __str__(self) -> str:
        return f"{self.partner} {self.quote} {self.kind}"


class QuoteDecision(models.Model):
    """What was decided about a quote, signed and sent to its maker."""

    class Says(models.TextChoices):
        """The decision."""

        AWARDED = "awarded", _("Awarded")
        NOT_AWARDED = "not-awarded", _("Not awarded")
        SET_ASIDE = "set-aside", _("Set aside")

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="decisions")
    partner = models.CharField(max_length=31)
    quote = models.CharField(max_length=32)
    says = models.CharField(max_length=11, choices=Says.choices)
    lots: "models.JSONField[list[int]]" = models.JSONField(default=list)
    landed = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=254)
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "partner", "quote"], name="solar_decision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tender_id} {self.quote} {self.says}"


class MakerQuote(models.Model):
    """A quote of a maker of this node for a tender from abroad; nobody else reads it before it is opened."""

    class State(models.TextChoices):
        """How far it is, as its maker knows."""

        DRAFT = "draft", _("Draft")
        SEALED = "sealed", _("Sealed")
        OPENED = "opened", _("Opened")
        AWARDED = "awarded", _("Awarded")
        NOT_AWARDED = "not-awarded", _("Not awarded")
        SET_ASIDE = "set-aside", _("Set aside")

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="quotes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=11, choices=State.choices, default=State.DRAFT)
    offer: "models.JSONField[dict[str, Any]]" = models.JSONField()
    salt = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    lots: "models.JSONField[list[int]]" = models.JSONField(default=list)
    reason = models.CharField(max_length=1000, blank=True)
    by = models.CharField(max_length=254)
    seal_leaf = models.CharField(max_length=64, blank=True)
    leaf = models.CharField(max_length=64, blank=True)
    award_leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(seal="") & Q(sealed_at__isnull=False)),
                name="solar_quote_sealed",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Acceptance(models.Model):
    """The acceptance test of a delivery, on both nodes; never changed. ``reference`` names the delivery."""

    class Says(models.TextChoices):
        """The result."""

        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="acceptances")
    partner = models.CharField(max_length=31)
    quote = models.CharField(max_length=32)
    reference = models.CharField(max_length=32)
    lot = models.PositiveSmallIntegerField()
    says = models.CharField(max_length=8, choices=Says.choices)
    counted = models.PositiveIntegerField()
    tested = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    checks: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(default=list)
    reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=254)
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "partner", "reference"], name="solar_acceptance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tender_id} {self.reference}"


class WarrantyTicket(models.Model):
    """A fault under warranty, on both nodes; what was said about it is in ``sayings``."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="tickets")
    partner = models.CharField(max_length=31)
    quote = models.CharField(max_length=32)
    reference = models.CharField(max_length=32)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "partner", "reference"], name="solar_ticket_once"),
        ]

    def __str__(self) -> str:
        return self.reference


class TicketSaying(models.Model):
    """What one side said about a ticket; never changed."""

    ticket = models.ForeignKey(WarrantyTicket, on_delete=models.PROTECT, related_name="sayings")
    says = models.CharField(max_length=7)
    lot = models.PositiveSmallIntegerField(null=True, blank=True)
    part = models.CharField(max_length=10, blank=True)
    count = models.PositiveIntegerField(null=True, blank=True)
    text = models.CharField(max_length=1000, blank=True)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    by = models.CharField(max_length=254)
    leaf = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.says}"
