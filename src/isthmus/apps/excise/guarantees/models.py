"""Guarantees and what is taken of them. The amounts themselves are in the book "guarantees" of the ledger."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.registry.models import Operator

__all__ = [
    "Guarantee",
    "GuaranteeKind",
    "GuaranteeReservation",
    "GuaranteeState",
    "ReservationState",
]


class GuaranteeKind(models.TextChoices):
    """What a guarantee covers; Council Directive (EU) 2020/262, article 17, knows the same sorts."""

    INDIVIDUAL = "individual", _("Individual: one movement or deed at a time")
    COMPREHENSIVE = "comprehensive", _("Comprehensive: as many as its amount covers")
    DEPOSIT = "deposit", _("Cash deposit")


class GuaranteeState(models.TextChoices):
    """Whether the guarantor has consented, and whether the guarantee was ended before its time."""

    WAITING = "waiting", _("Waits for the guarantor's consent")
    CONSENTED = "consented", _("Consented")
    ENDED = "ended", _("Ended")


class Guarantee(models.Model):
    """A guarantor's promise to pay what an operator owes, up to ``amount_minor`` of ``currency``.

    ``organisation`` is the authority that keeps it. ``statement`` is what the guarantor signs, byte by byte;
    ``consent`` its signature over them (JWS, ES256, by the key of ``guarantor_jwk``). Both days of the
    validity are included; ``ended_on`` is the first day on which it no longer counts.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="guarantees")
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=13, choices=GuaranteeKind.choices)
    guarantor_name = models.CharField(max_length=182)
    guarantor_number = models.CharField(max_length=40)
    guarantor_jwk = models.JSONField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    state = models.CharField(max_length=9, choices=GuaranteeState.choices, default=GuaranteeState.WAITING)
    statement = models.BinaryField()
    consent = models.TextField(blank=True)
    consented_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=500, blank=True)
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=254)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="excise_guarantee_amount"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="excise_guarantee_ends_after"
            ),
            models.CheckConstraint(
                condition=~Q(state="consented") | (~Q(consent="") & Q(consented_at__isnull=False)),
                name="excise_guarantee_consented_by_signature",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | (Q(ended_on__isnull=False) & ~Q(ended_why="")),
                name="excise_guarantee_ended_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_waiting(self) -> bool:
        """Whether the guarantor's signature is still to come."""
        return self.state == GuaranteeState.WAITING


class ReservationState(models.TextChoices):
    """What became of a reservation."""

    OPEN = "open", _("Reserved")
    RELEASED = "released", _("Released")
    CALLED = "called", _("Claimed")


class GuaranteeReservation(models.Model):
    """A part of a guarantee that is taken for one deed, named by ``key``.

    ``amount_minor`` was reserved, ``called_minor`` of it claimed from the guarantor; the rest goes back when
    the deed is done. One row a key: what is released is not reserved again under the same name.
    """

    guarantee = models.ForeignKey(Guarantee, on_delete=models.PROTECT, related_name="reservations")
    key = models.CharField(max_length=80)
    amount_minor = models.BigIntegerField()
    called_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=ReservationState.choices, default=ReservationState.OPEN)
    reserved_on = models.DateField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    actor = models.CharField(max_length=254)
    closed_on = models.DateField(null=True)
    closed_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["guarantee", "key"], name="excise_a_reservation_a_key"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0)
                & Q(called_minor__gte=0)
                & Q(called_minor__lte=F("amount_minor")),
                name="excise_reservation_amounts",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on=None) | (~Q(state="open") & Q(closed_on__isnull=False)),
                name="excise_reservation_closed_with_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guarantee_id} {self.key}"
