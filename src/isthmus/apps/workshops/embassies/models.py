"""Embassies to which people of a country apply, and the versions of the letter that each wants."""

from datetime import date, datetime

from django.db import models

from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.embassies.rules.texts import Wording


class Embassy(models.Model):
    """An embassy or consulate at which people of a country ask for a visa, as a secretariat keeps it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    country = models.CharField(max_length=2)
    name = models.CharField(max_length=200)
    city = models.CharField(max_length=100)
    by = models.CharField(max_length=254)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "country", "name", "city"], name="workshops_embassy_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"


class EmbassyTemplate(models.Model):
    """A version of the letters for an embassy. Never changed: a letter that was made can be explained by it.

    ``is_used`` is false for the version that says that the embassy's letters are made no longer.
    """

    embassy = models.ForeignKey(Embassy, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    starts: "models.DateField[date, date]" = models.DateField()
    is_used = models.BooleanField(default=True)
    language = models.CharField(max_length=15)
    addressee = models.CharField(max_length=200)
    invitation: "models.JSONField[list[str]]" = models.JSONField()
    visa: "models.JSONField[list[str]]" = models.JSONField()
    by = models.CharField(max_length=254)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["embassy", "version"], name="workshops_embassy_template_once"),
        ]

    def __str__(self) -> str:
        return f"{self.embassy_id} {self.version}"

    @property
    def wording(self) -> Wording:
        """Its words."""
        return Wording(self.language, self.addressee, tuple(self.invitation), tuple(self.visa))
