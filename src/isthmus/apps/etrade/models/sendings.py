"""What was published for partners."""

from django.db import models

from isthmus.apps.etrade.models.declarations import Declaration, DeclarationEvent
from isthmus.apps.etrade.models.documents import Statement, Utilisation
from isthmus.apps.etrade.models.questions import Answer, Query


class Sending(models.Model):
    """One thing of this node that was published for a partner; ``leaf`` names the record."""

    declaration = models.ForeignKey(
        Declaration, on_delete=models.CASCADE, null=True, blank=True, related_name="sendings"
    )
    event = models.ForeignKey(
        DeclarationEvent, on_delete=models.CASCADE, null=True, blank=True, related_name="sendings"
    )
    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, blank=True, related_name="sendings"
    )
    utilisation = models.ForeignKey(
        Utilisation, on_delete=models.CASCADE, null=True, blank=True, related_name="sendings"
    )
    query = models.ForeignKey(Query, on_delete=models.CASCADE, null=True, blank=True, related_name="sendings")
    answer = models.ForeignKey(
        Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="sendings"
    )
    partner = models.CharField(max_length=31)
    leaf = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["declaration", "partner"], name="sent_once_per_partner"),
            models.UniqueConstraint(fields=["event", "partner"], name="event_sent_once_per_partner"),
            models.UniqueConstraint(fields=["statement", "partner"], name="statement_sent_once_per_partner"),
            models.UniqueConstraint(fields=["utilisation", "partner"], name="use_sent_once_per_partner"),
            models.UniqueConstraint(fields=["query", "partner"], name="query_sent_once_per_partner"),
            models.UniqueConstraint(fields=["answer", "partner"], name="answer_sent_once_per_partner"),
        ]

    def __str__(self) -> str:
        return f"{self.leaf} to {self.partner}"
