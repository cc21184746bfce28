"""Rows of nominations: who was called and who is nominated; at a country, what it was asked."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.programme.models import Workshop


class Gender(models.TextChoices):
    """As the person states it; for the balance of a group."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    NOT_STATED = "not-stated", _("Not stated")


class Invitation(models.Model):
    """A country that was called, through its node: how many it may nominate, and until when.

    Without a ``partner`` it holds those whom the secretariat entered from a list; nothing of it crosses.
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="invitations")
    partner = models.CharField(max_length=31, blank=True)
    country = models.CharField(max_length=2)
    quota = models.PositiveSmallIntegerField()
    until: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    by = models.CharField(max_length=254)
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "partner"], condition=~Q(partner=""), name="workshops_invitation_once"
            ),
            models.UniqueConstraint(
                fields=["workshop", "country"], condition=Q(partner=""), name="workshops_list_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workshop_id} {self.partner}"


class Nominee(models.Model):
    """A person whom a country nominated, or who stood on a list; what was decided is in ``selections``.

    ``leaf`` is empty for whoever came by a list, of whom there is no record.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="nominees")
    reference = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    position = models.CharField(max_length=200, blank=True)
    employer = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    gender = models.CharField(max_length=10, choices=Gender.choices, default=Gender.NOT_STATED)
    motivation = models.CharField(max_length=2000, blank=True)
    body: "models.JSONField[dict[str, Any]]" = models.JSONField()
    arrived_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    withdrawn_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "reference"], name="workshops_nominee_once"),
            models.UniqueConstraint(
                fields=["leaf"], condition=~Q(leaf=""), name="workshops_nominee_leaf_once"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Says(models.TextChoices):
    """What the secretariat decided about a nomination."""

    ACCEPTED = "accepted", _("Accepted")
    WAITING = "waiting", _("On the waiting list")
    DECLINED = "declined", _("Declined")


class Selection(models.Model):
    """A decision about a nominee, signed and sent to the country; the last one counts. Never changed."""

    nominee = models.ForeignKey(Nominee, on_delete=models.PROTECT, related_name="selections")
    says = models.CharField(max_length=8, choices=Says.choices)
    reason = models.CharField(max_length=1000, blank=True)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    by = models.CharField(max_length=254)
    leaf = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.nominee_id} {self.says}"


class Attendance(models.Model):
    """A day on which an accepted nominee was there."""

    nominee = models.ForeignKey(Nominee, on_delete=models.PROTECT, related_name="days")
    on: "models.DateField[date, date]" = models.DateField()
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    by = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nominee", "on"], name="workshops_attendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.nominee_id} {self.on}"


class Call(models.Model):
    """At a country's node: a workshop to which a partner calls it. ``body`` is the call as it arrived."""

    partner = models.CharField(max_length=31)
    number = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    host = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200, blank=True)
    starts: "models.DateField[date, date]" = models.DateField()
    ends: "models.DateField[date, date]" = models.DateField()
    until: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    quota = models.PositiveSmallIntegerField()
    body: "models.JSONField[dict[str, Any]]" = models.JSONField()
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "number"], name="workshops_call_once"),
        ]

    def __str__(self) -> str:
        return self.number


class Nomination(models.Model):
    """At a country's node: a person whom it nominates; the focal point approves before it crosses."""

    class State(models.TextChoices):
        """How far it is."""

        DRAFT = "draft", _("Waits for the focal point")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        WAITING = "waiting", _("On the waiting list")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="nominations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    name = models.CharField(max_length=200)
    position = models.CharField(max_length=200, blank=True)
    employer = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    gender = models.CharField(max_length=10, choices=Gender.choices, default=Gender.NOT_STATED)
    motivation = models.CharField(max_length=2000, blank=True)
    by = models.CharField(max_length=254)
    approved_by = models.CharField(max_length=254, blank=True)
    sent_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    answered_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    reason = models.CharField(max_length=1000, blank=True)
    leaf = models.CharField(max_length=64, blank=True)
    answer_leaf = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.reference
