"""Questions between officers of two countries, and their answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models.declarations import Declaration
from isthmus.apps.etrade.models.documents import TradeDocument
from isthmus.apps.etrade.models.sources import Origin


class Query(models.Model):
    """A question about one document: ``origin`` tells who asked, ``partner`` is the other side."""

    origin = models.CharField(max_length=7, choices=Origin.choices)
    partner = models.CharField(max_length=31)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=70)
    about = models.CharField(max_length=30)
    reference = models.CharField(max_length=70)
    case = models.CharField(max_length=70, blank=True)
    question = models.TextField()
    due_on = models.DateField(null=True)
    declaration = models.ForeignKey(
        Declaration, on_delete=models.SET_NULL, null=True, blank=True, related_name="queries"
    )
    document = models.ForeignKey(
        TradeDocument, on_delete=models.SET_NULL, null=True, blank=True, related_name="queries"
    )
    asked_by = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    leaf = models.CharField(max_length=64, blank=True)
    body = models.JSONField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "partner", "number"], name="a_query_once"),
            models.UniqueConstraint(
                fields=["leaf"], condition=~models.Q(leaf=""), name="a_received_query_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AnswerOutcome(models.TextChoices):
    """What an answer comes to."""

    CONFIRMED = "confirmed", _("It is as stated")
    CORRECTED = "corrected", _("It is corrected")
    NOT_FOUND = "not-found", _("The document is not known")
    DECLINED = "declined", _("No answer is given")
    EXPLAINED = "explained", _("It is explained")


class Answer(models.Model):
    """One signed answer to a query; ``leaf`` is empty for an answer of this node."""

    query = models.ForeignKey(Query, on_delete=models.CASCADE, related_name="answers")
    number = models.CharField(max_length=70)
    outcome = models.CharField(max_length=10, choices=AnswerOutcome.choices)
    answer = models.TextField()
    answered_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField()
    leaf = models.CharField(max_length=64, blank=True)
    body = models.JSONField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["query", "number"], name="an_answer_once"),
            models.UniqueConstraint(
                fields=["leaf"], condition=~models.Q(leaf=""), name="a_received_answer_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number
