"""Rows of business partners: needs and offers, introductions, letters of intent, and what became of them."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.partners.rules.goods import Volume
from isthmus.apps.partners.rules.matching import Listed
from isthmus.exchange.rules.handing import LONGEST_ORIGIN
from isthmus.kit import clock


class Unit(models.TextChoices):
    """In which a yearly volume is counted."""

    PIECES = "pcs", _("pieces")
    SETS = "set", _("sets")
    TONNES = "t", _("tonnes")
    KILOWATT_PEAK = "kwp", _("kWp")


class Level(models.TextChoices):
    """How far the goods are put together when they are delivered."""

    SKD = "skd", _("Semi knocked down (SKD)")
    CKD = "ckd", _("Completely knocked down (CKD)")
    COMPLETE = "complete", _("Complete")


class Listing(models.Model):
    """A need or an offer: of an organisation of this node, or of a partner, who then tells less of it.

    ``quantity``, numbers of certificates, terms and contact stand only in rows of this node. ``reference`` is
    the name that its node gave it; the highest ``revision`` counts. ``origin`` names the record of this node
    whose words it began with; it stays on this node.
    """

    class Kind(models.TextChoices):
        """Which of the two."""

        NEED = "need", _("Need")
        OFFER = "offer", _("Offer")

    kind = models.CharField(max_length=5, choices=Kind.choices)
    partner = models.CharField(max_length=31, blank=True)
    reference = models.CharField(max_length=32)
    revision = models.PositiveIntegerField(default=1)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    country = models.CharField(max_length=2, blank=True)
    product = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=2000, blank=True)
    language = models.CharField(max_length=12, default="en")
    hs_code = models.CharField(max_length=10)
    unit = models.CharField(max_length=3, choices=Unit.choices)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    volume_class = models.PositiveSmallIntegerField()
    levels: "models.JSONField[list[str]]" = models.JSONField(default=list)
    local_content = models.PositiveSmallIntegerField(null=True, blank=True)
    certificates: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(default=list)
    countries: "models.JSONField[list[str]]" = models.JSONField(default=list)
    incoterm = models.CharField(max_length=3, blank=True)
    payment = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    last_day: "models.DateField[date | None, date | None]" = models.DateField(null=True, blank=True)
    entered_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    confirmed_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    expires_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    reminded_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    withdrawn_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    by = models.CharField(max_length=254, blank=True)
    leaf = models.CharField(max_length=64, blank=True)
    origin = models.CharField(max_length=LONGEST_ORIGIN, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "reference"], name="partners_listing_once"),
            models.CheckConstraint(
                condition=Q(partner="", organisation__isnull=False)
                | (~Q(partner="") & Q(quantity__isnull=True, contact="", email="", phone="")),
                name="partners_listing_whose",
            ),
        ]
        indexes = [models.Index(fields=["kind", "expires_at"], name="partners_listing_open")]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """Its name in the index: that of its node alone would not do, for partners choose their own."""
        return f"{self.partner}:{self.reference}" if self.partner else self.reference

    @property
    def is_own(self) -> bool:
        """Whether it is one of this node's."""
        return not self.partner

    @property
    def is_open(self) -> bool:
        """Whether it may be found and introduced now."""
        return self.withdrawn_at is None and clock.now() < self.expires_at

    @property
    def listed(self) -> Listed:
        """What is compared of it."""
        return Listed(
            self.key,
            self.country,
            self.hs_code,
            frozenset(self.levels),
            Volume(self.unit, self.volume_class, self.quantity),
            frozenset(self.countries),
            self.confirmed_at,
            self.expires_at,
        )


class Sending(models.Model):
    """The newest revision of a need or an offer that went to a partner."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="sendings")
    partner = models.CharField(max_length=31)
    revision = models.PositiveIntegerField()
    leaf = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "partner"], name="partners_sending_once"),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.partner}"


class Introduction(models.Model):
    """A need and an offer whose sides are to know each other; at least one of the two is of this node.

    ``partner`` is empty where both are of this node. ``details`` is what the other side told of itself once
    both had agreed. ``place`` is where the found one stood in the list of matches when it was asked.
    """

    class State(models.TextChoices):
        """How far it is; the words of ``rules.standing``."""

        ASKED = "asked", _("Asked")
        AGREED = "agreed", _("Both agreed")
        OPEN = "open", _("Introduced")
        REFUSED = "refused", _("Refused")
        EXPIRED = "expired", _("Ended: it had expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    reference = models.CharField(max_length=32)
    partner = models.CharField(max_length=31, blank=True)
    need = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="as_need")
    offer = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="as_offer")
    asked_by = models.CharField(max_length=5, choices=Listing.Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    place = models.PositiveIntegerField(null=True, blank=True)
    asked_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    answered_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    reason = models.CharField(max_length=2000, blank=True)
    details: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    by = models.CharField(max_length=254, blank=True)
    answered_by = models.CharField(max_length=254, blank=True)
    leaf = models.CharField(max_length=64, blank=True)
    answer_leaf = models.CharField(max_length=64, blank=True)
    opened_leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "reference"], name="partners_introduction_once"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def asker(self) -> Listing:
        """The side that asked."""
        return self.need if self.asked_by == Listing.Kind.NEED else self.offer

    @property
    def asked(self) -> Listing:
        """The side that was asked."""
        return self.offer if self.asked_by == Listing.Kind.NEED else self.need

    @property
    def own(self) -> Listing:
        """The side of this node; of two, the one that asked."""
        return self.asker if self.asker.is_own else self.asked

    @property
    def other(self) -> Listing:
        """The other side."""
        return self.asked if self.own is self.asker else self.asker


class Letter(models.Model):
    """A letter of intent: drafted by an officer, signed by this node's approver, then by the partner's.

    Its receiver may decline it instead, and its writer withdraw it until then: ``reason`` says why,
    ``ended_by`` who did so here, ``end_leaf`` by which record.
    """

    class State(models.TextChoices):
        """How far it is; the words of ``rules.letters``."""

        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Signed by one")
        SIGNED = "signed", _("Signed by both")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    introduction = models.ForeignKey(Introduction, on_delete=models.PROTECT, related_name="letters")
    reference = models.CharField(max_length=32)
    is_own = models.BooleanField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    body: "models.JSONField[dict[str, Any]]" = models.JSONField()
    by = models.CharField(max_length=254, blank=True)
    signed_by = models.CharField(max_length=254, blank=True)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    signed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    leaf = models.CharField(max_length=64, blank=True)
    counter_leaf = models.CharField(max_length=64, blank=True)
    words = models.CharField(max_length=2000, blank=True)
    ended_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    ended_by = models.CharField(max_length=254, blank=True)
    reason = models.CharField(max_length=2000, blank=True)
    end_leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["introduction", "reference"], name="partners_letter_once"),
        ]

    def __str__(self) -> str:
        return self.reference


class Outcome(models.Model):
    """What became of an introduction after so many months: asked by a job, answered by this node's side."""

    class Says(models.TextChoices):
        """What became of it."""

        CONTRACT = "contract", _("A contract")
        TRIAL = "trial", _("A trial order")
        TALKS = "talks", _("Still talking")
        NOTHING = "nothing", _("Nothing")

    introduction = models.ForeignKey(Introduction, on_delete=models.PROTECT, related_name="outcomes")
    months = models.PositiveSmallIntegerField()
    asked_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    says = models.CharField(max_length=8, choices=Says.choices, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    answered_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["introduction", "months"], name="partners_outcome_once"),
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id} {self.months}"
