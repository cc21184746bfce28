"""Answers that the API has given, kept so that a repeated request does nothing twice."""

from django.db import models

from isthmus.accounts.models import Organisation


class KeptAnswer(models.Model):
    """The answer to a request with an Idempotency-Key.

    ``fingerprint`` is SHA-256 (hex) over what was asked; ``answer`` is the JSON that was given.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    given_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="an_answer_once_per_key")]

    def __str__(self) -> str:
        return self.key
