"""Forms that were given out to people, at a country's node."""

from datetime import datetime

from django.db import models

from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.nominations.models import Call, Nomination


class DelegateLink(models.Model):
    """A form for one person, behind a secret of which only the digest is kept.

    ``answers`` are sealed (``trust.vault``) while the person fills in, and wiped once they are handed in or
    the form is taken back. ``meant_for`` is what the officer calls the person.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="delegate_links")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    meant_for = models.CharField(max_length=200)
    answers: "models.BinaryField[bytes, bytes | memoryview]" = models.BinaryField(default=b"", blank=True)
    by = models.CharField(max_length=254)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    nomination = models.OneToOneField(
        Nomination, null=True, blank=True, on_delete=models.PROTECT, related_name="delegate_link"
    )
    taken_back_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )

    def __str__(self) -> str:
        return f"{self.call_id} {self.pk}"
