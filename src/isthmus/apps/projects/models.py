"""A topic, what was said about it by whom, and to whom its lead has handed that on."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.exchange.rules.handing import LONGEST_ORIGIN


class Stage(models.TextChoices):
    """How far a topic is."""

    TOPIC = "topic", _("Proposed")
    INTEREST = "interest", _("Countries are interested")
    GROUP = "group", _("Working group")
    PILOT = "pilot", _("Pilot")
    REAL = "real", _("Real project")
    CLOSED = "closed", _("Closed, with its lesson")


class Topic(models.Model):
    """A topic on the node that leads it, or as its lead told of it.

    ``told`` lists the partners to whom its lead shows the proposal. ``organisation`` is whose topic it is
    here: the proposer's on the lead, the desk's elsewhere. What became of it is told by ``statements``.
    ``origin`` names the record of this node whose words it began with; it stays on this node.
    """

    lead = models.CharField(max_length=31)
    reference = models.CharField(max_length=32)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=5_000)
    problem = models.TextField(max_length=5_000, blank=True)
    language = models.CharField(max_length=35)
    country = models.CharField(max_length=2, blank=True)
    proposer = models.CharField(max_length=200, blank=True)
    themes: "models.JSONField[list[str]]" = models.JSONField(default=list)
    application = models.CharField(max_length=40, blank=True)
    programme = models.CharField(max_length=40, blank=True, db_index=True)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.TOPIC)
    lesson = models.TextField(max_length=5_000, blank=True)
    told: "models.JSONField[list[str]]" = models.JSONField(default=list)
    proposed_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    moved_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    by = models.CharField(max_length=254)
    origin = models.CharField(max_length=LONGEST_ORIGIN, blank=True, db_index=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["lead", "reference"], name="projects_topic_once")]

    def __str__(self) -> str:
        return self.title


class Statement(models.Model):
    """One statement about a topic, as its body says it. Never changed.

    ``node`` is who said it. ``leaf`` names the record by which it came or went, empty while the lead has told
    nobody; ``token`` is the text that ``node`` signed where it came by way of the lead, and ``proved`` says
    whether this node could check that signature. ``hand_on`` is the giver's consent.
    """

    class Sort(models.TextChoices):
        """Which record type it is."""

        TOPIC = "topic", _("Topic")
        INTEREST = "interest", _("Interest")
        GATE = "gate", _("Gate")
        CONTRIBUTION = "contribution", _("Contribution")

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="statements")
    sort = models.CharField(max_length=12, choices=Sort.choices)
    node = models.CharField(max_length=31)
    key = models.CharField(max_length=64)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    by = models.CharField(max_length=254, blank=True)
    body: "models.JSONField[dict[str, Any]]" = models.JSONField()
    leaf = models.CharField(max_length=64, blank=True, db_index=True)
    token = models.TextField(blank=True)
    proved = models.BooleanField(default=True)
    hand_on = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "node", "key"], name="projects_said_once")]

    def __str__(self) -> str:
        return f"{self.node} {self.sort}"


class Delivery(models.Model):
    """That the lead has told a partner of a statement, by which record."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="deliveries")
    partner = models.CharField(max_length=31)
    leaf = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "partner"], name="projects_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.partner}"
