"""Comparisons by keyed hashes, and which declarations of this node they hit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models.declarations import Declaration, Direction
from isthmus.apps.etrade.models.sources import Origin


class MatchRound(models.Model):
    """One comparison: ``origin`` tells who asked, ``partner`` is the other side.

    ``direction`` is that of the asker's declarations, which lie between the two days. ``declarations`` counts
    those whose hashes were sent, ``compared`` those that the answerer compared with, null until it has
    answered. ``at_once`` sends declarations that surely hit as soon as the answer comes. ``problem`` says why
    an answer or a sending did not come about yet. ``body`` is what was asked, without the hashes of an own
    comparison.
    """

    origin = models.CharField(max_length=7, choices=Origin.choices)
    partner = models.CharField(max_length=31)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=70)
    direction = models.CharField(max_length=6, choices=Direction.choices)
    from_day = models.DateField()
    until_day = models.DateField()
    at_once = models.BooleanField(default=False)
    declarations = models.PositiveIntegerField(null=True)
    tokens = models.PositiveIntegerField()
    compared = models.PositiveIntegerField(null=True)
    asked_by = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    leaf = models.CharField(max_length=64, blank=True)
    body = models.JSONField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "partner", "number"], name="a_match_round_once")
        ]

    def __str__(self) -> str:
        return self.number


class TokenKind(models.TextChoices):
    """What a keyed hash is of, as `reconciliation.rules.private` names it."""

    DOC = "doc", _("Transport document")
    CONTAINER = "container", _("Container")
    PLATE = "plate", _("Vehicle")
    GOODS = "goods", _("HS code and weight")


class MatchToken(models.Model):
    """A keyed hash of a declaration of this node; those that did not hit go once the answer is here."""

    round = models.ForeignKey(MatchRound, on_delete=models.CASCADE, related_name="found")
    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="match_tokens")
    kind = models.CharField(max_length=9, choices=TokenKind.choices)
    token = models.CharField(max_length=64)
    hit = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "declaration", "token"], name="a_match_token_once")
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.kind}"
