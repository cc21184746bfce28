"""Programmes, their workshops, the sessions of each, and the virtual projects that came of them."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation


class Programme(models.Model):
    """What a fund pays for: workshops within two days, in one currency.

    ``stated_participants`` is for programmes of earlier years whose report states a number without lists.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    reference = models.CharField(max_length=40, blank=True)
    fund = models.CharField(max_length=200)
    partners: "models.JSONField[list[str]]" = models.JSONField(default=list)
    currency = models.CharField(max_length=3)
    starts = models.DateField()
    ends = models.DateField()
    background = models.TextField(max_length=20_000, blank=True)
    objectives = models.TextField(max_length=10_000, blank=True)
    stated_participants = models.PositiveIntegerField(null=True, blank=True)
    made_by = models.CharField(max_length=254)
    closed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=models.F("starts")), name="workshops_programme_days"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Workshop(models.Model):
    """One workshop: what, where, with whom as host, when; and what was written about it afterwards."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="workshops")
    number = models.CharField(max_length=40, unique=True)
    place_in_programme = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    theme = models.CharField(max_length=300, blank=True)
    host = models.CharField(max_length=200)
    place = models.CharField(max_length=200)
    starts: "models.DateField[date, date]" = models.DateField()
    ends: "models.DateField[date, date]" = models.DateField()
    stated_participants = models.PositiveIntegerField(null=True, blank=True)
    account = models.TextField(max_length=20_000, blank=True)
    time_zone = models.CharField(max_length=50, default="UTC")
    feed_key = models.CharField(max_length=32, blank=True)
    called_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    held_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    reported_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=models.F("starts")), name="workshops_workshop_days"),
            models.UniqueConstraint(
                fields=["programme", "place_in_programme"], name="workshops_place_in_programme"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Session(models.Model):
    """A part of a workshop: a speech, a round table, a case study, a visit.

    ``speakers`` are objects with name, position, organisation and country (ISO code), each of them text. A
    session that was called off stays, for the calendars of those who had noted it.
    """

    class Kind(models.TextChoices):
        """What it is."""

        SPEECH = "speech", _("Speech")
        ROUND_TABLE = "round-table", _("Round table")
        CASE = "case", _("Case study")
        VISIT = "visit", _("Visit")

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="sessions")
    place_in_workshop = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=11, choices=Kind.choices)
    title = models.CharField(max_length=300)
    speakers: "models.JSONField[list[dict[str, str]]]" = models.JSONField(default=list, blank=True)
    room = models.CharField(max_length=100, blank=True)
    starts_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    ends_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    cancelled_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "place_in_workshop"], name="workshops_place_in_workshop"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workshop_id} {self.place_in_workshop}"

    @property
    def speaker(self) -> str:
        """The names of all who speak."""
        return ", ".join(one["name"] for one in self.speakers)

    @property
    def position(self) -> str:
        """What the one who speaks is; empty where several do."""
        return self.speakers[0].get("position", "") if len(self.speakers) == 1 else ""


class VirtualProject(models.Model):
    """A topic that delegates proposed; text of the report until the projects have an application."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="virtual_projects")
    place_in_programme = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=5_000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "place_in_programme"], name="workshops_virtual_project_place"
            ),
        ]

    def __str__(self) -> str:
        return self.title
