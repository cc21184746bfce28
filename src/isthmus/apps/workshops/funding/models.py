"""Endorsements of a programme by countries, signed on paper and noted here."""

from datetime import date, datetime

from django.db import models

from isthmus.apps.workshops.programme.models import Programme


class Endorsement(models.Model):
    """That a country's authority has signed an endorsement of a programme."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="endorsements")
    country = models.CharField(max_length=2)
    signed_on: "models.DateField[date, date]" = models.DateField()
    signatory = models.CharField(max_length=200)
    by = models.CharField(max_length=254)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "country"], name="workshops_endorsement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.country}"
