"""Rows of experts: profiles of this node and of partners, consents, crossings, engagements."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation


class Level(models.TextChoices):
    """By whom a profile was verified, from the weakest to the strongest."""

    SELF = "self", _("Stated by the person")
    EMAIL = "email", _("E-mail address proved")
    INSTITUTION = "institution", _("Vouched for by an institution")
    NODE = "node", _("Verified by the node")


class Purpose(models.TextChoices):
    """For what a person may consent to be known at a node; the first is needed for the others."""

    LISTED = "listed", _("To be listed and found, without contact details")
    CONTACTED = "contacted", _("To be contacted: contact details are shown")
    REFERENCES = "references", _("To show references that both sides agree on")


class Expert(models.Model):
    """A person who can help. ``node`` is where the profile is kept: this node, or the partner that sent it.

    ``key`` names it in the index. ``listed`` says that people of this node may see it: by consent here, or
    because it was sent here. ``stated_at`` is when the person, or the partner, last stated it;
    ``changed_at`` is later where changes were not sent yet. An erased one keeps ``reference`` and
    ``erased_at`` alone.
    """

    node = models.CharField(max_length=31)
    reference = models.CharField(max_length=32)
    key = models.CharField(max_length=64, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    listed = models.BooleanField(default=False)
    language = models.CharField(max_length=35, default="en")
    name = models.CharField(max_length=200, blank=True)
    headline = models.CharField(max_length=200, blank=True)
    summary = models.CharField(max_length=2000, blank=True)
    country = models.CharField(max_length=2, blank=True)
    skills: "models.JSONField[list[dict[str, str]]]" = models.JSONField(default=list, blank=True)
    sectors: "models.JSONField[list[str]]" = models.JSONField(default=list, blank=True)
    countries: "models.JSONField[list[str]]" = models.JSONField(default=list, blank=True)
    languages: "models.JSONField[list[dict[str, str]]]" = models.JSONField(default=list, blank=True)
    available_from: "models.DateField[date | None, date | None]" = models.DateField(null=True, blank=True)
    available_until: "models.DateField[date | None, date | None]" = models.DateField(null=True, blank=True)
    weeks = models.PositiveSmallIntegerField(default=0)
    orcid = models.CharField(max_length=19, blank=True)
    level = models.CharField(max_length=11, choices=Level.choices, blank=True)
    verified_on: "models.DateField[date | None, date | None]" = models.DateField(null=True, blank=True)
    review_by: "models.DateField[date | None, date | None]" = models.DateField(null=True, blank=True)
    conflicts: "models.JSONField[list[dict[str, str]]]" = models.JSONField(default=list, blank=True)
    references: "models.JSONField[list[dict[str, str]]]" = models.JSONField(default=list, blank=True)
    purposes: "models.JSONField[list[str]]" = models.JSONField(default=list, blank=True)
    contact: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    changed_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    stated_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    erased_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["node", "reference"], name="experts_expert_once"),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(erased_at=None), name="experts_one_profile_a_person"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Verification(models.Model):
    """That somebody verified a profile of this node, at a level, on a day. Never changed."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="verifications")
    level = models.CharField(max_length=11, choices=Level.choices)
    note = models.CharField(max_length=300, blank=True)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    by = models.CharField(max_length=254)

    def __str__(self) -> str:
        return f"{self.expert_id} {self.level}"


class Consent(models.Model):
    """That a person consented to a purpose at a node, this one included, and since when no more."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="consents")
    node = models.CharField(max_length=31)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    evidence = models.CharField(max_length=200, blank=True)
    given_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    given_by = models.CharField(max_length=254)
    withdrawn_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    withdrawn_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["expert", "node", "purpose"],
                condition=models.Q(withdrawn_at=None),
                name="experts_consent_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert_id} {self.node} {self.purpose}"


class Crossing(models.Model):
    """A profile of this node that was sent to a partner; ``erased_at`` says since when its text is gone."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="crossings")
    node = models.CharField(max_length=31)
    leaf = models.CharField(max_length=64, unique=True)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    with_contact = models.BooleanField(default=False)
    erased_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )

    def __str__(self) -> str:
        return self.leaf


class Says(models.TextChoices):
    """What a side says of an engagement."""

    CONFIRMED = "confirmed", _("It was so")
    DISPUTED = "disputed", _("It was not so")


class Engagement(models.Model):
    """Work of an expert for an organisation, and what each of the two sides states of it.

    ``engager_node`` is the node of the organisation. A side that has said nothing has no time.
    """

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="engagements")
    reference = models.CharField(max_length=32, unique=True)
    engager_node = models.CharField(max_length=31)
    engager = models.CharField(max_length=200)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField(max_length=200)
    starts: "models.DateField[date, date]" = models.DateField()
    ends: "models.DateField[date, date]" = models.DateField()
    engager_says = models.CharField(max_length=9, choices=Says.choices, blank=True)
    engager_words = models.CharField(max_length=2000, blank=True)
    engager_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    engager_leaf = models.CharField(max_length=64, blank=True)
    expert_says = models.CharField(max_length=9, choices=Says.choices, blank=True)
    expert_words = models.CharField(max_length=2000, blank=True)
    expert_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    expert_leaf = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.reference
