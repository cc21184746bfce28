"""Assessments between this node and a partner: drafts, and what was stated and heard."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation


class Assessment(models.Model):
    """Two administrations compare themselves. Both nodes know it by ``number``, which its opener gave.

    ``signed_leaf`` is the result's record once both nodes have signed it.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    partner = models.CharField(max_length=31)
    number = models.CharField(max_length=40)
    opened_by = models.CharField(max_length=254)
    opened_at = models.DateTimeField()
    signed_leaf = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "number"], name="excise_an_assessment_once"),
        ]

    def __str__(self) -> str:
        return self.number


class AssessmentDraft(models.Model):
    """What this node means to state of one clause: of itself (``answer``), of the partner (``score``)."""

    class Kind(models.TextChoices):
        """What it is about."""

        ANSWER = "answer", _("Answer")
        SCORE = "score", _("Score")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    clause = models.CharField(max_length=60)
    score = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500, blank=True)
    evidence = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        ordering = ["clause"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "kind", "clause"], name="excise_a_draft_a_clause"),
            models.CheckConstraint(condition=models.Q(score__lte=4), name="excise_draft_score"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.clause}"


class AssessmentStatement(models.Model):
    """A record of an assessment as it was sent or received; the newest of a kind and side holds."""

    class Kind(models.TextChoices):
        """Which record it is."""

        ANSWERS = "answers", _("Answers")
        SCORES = "scores", _("Scores")
        RESULT = "result", _("Result")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="statements")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    is_own = models.BooleanField()
    leaf = models.CharField(max_length=64, unique=True)
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.leaf[:12]}"
