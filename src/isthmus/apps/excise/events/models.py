"""Captured events, and the items in each. A row is written once and never changed."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.kit.errors import Fault


class EventKind(models.TextChoices):
    """The five kinds of events of EPCIS 2.0."""

    OBJECT = "ObjectEvent", _("Things seen, made or destroyed")
    AGGREGATION = "AggregationEvent", _("Things packed or unpacked")
    ASSOCIATION = "AssociationEvent", _("Things fixed to a thing or place")
    TRANSACTION = "TransactionEvent", _("Things tied to a business document")
    TRANSFORMATION = "TransformationEvent", _("Things made of other things")


class ItemPart(models.TextChoices):
    """``rules.facts.Part`` in words."""

    ITEM = "item", _("Item")
    PARENT = "parent", _("Container")
    CHILD = "child", _("Content")
    INPUT = "input", _("Input")
    OUTPUT = "output", _("Output")


class _WrittenOnce(models.Model):
    """What is refused a second writing, and deletion."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; Fault for what is there already."""
        if not self._state.adding:
            self._refuse()
        super().save(*args, **kwargs)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> NoReturn:  # noqa: ARG002, FBT  Django names them
        """Fault: an event that was wrong is declared so by another event."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise Fault("excise.events.written-once", f"{self._meta.label} {self.pk} is written once.")


class EpcisEvent(_WrittenOnce):
    """One event as it was captured: its hash (CBV 2.0), its body to the last digit, and the columns of lists.

    ``error`` is empty, or the SHA-256 of its error declaration: such an event has the hash of the one that it
    declares wrong, and both stand. ``namespaces`` are the prefixes of its document.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    error = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    event_time = models.DateTimeField()
    offset = models.CharField(max_length=6)
    event_id = models.CharField(max_length=2048, blank=True)
    action = models.CharField(max_length=7, blank=True)
    biz_step = models.CharField(max_length=2048, blank=True)
    disposition = models.CharField(max_length=2048, blank=True)
    read_point = models.CharField(max_length=2048, blank=True)
    biz_location = models.CharField(max_length=2048, blank=True)
    error_time = models.DateTimeField(null=True)
    error_reason = models.CharField(max_length=2048, blank=True)
    corrected_by = models.JSONField(default=list)
    namespaces = models.JSONField(default=dict)
    body = models.TextField()
    captured_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name", "error"], name="an_event_once")
        ]
        indexes = [
            models.Index(fields=["event_time"], name="event_by_time"),
            models.Index(fields=["name"], name="event_by_hash"),
            models.Index(fields=["read_point"], name="event_by_read_point"),
            models.Index(fields=["biz_location"], name="event_by_location"),
        ]

    def __str__(self) -> str:
        return self.name


class EventItem(_WrittenOnce):
    """One thing, or so much of a class of things, in an event: ``rules.facts.Item``."""

    event = models.ForeignKey(EpcisEvent, on_delete=models.PROTECT, related_name="items")
    part = models.CharField(max_length=6, choices=ItemPart.choices)
    uri = models.CharField(max_length=2048)
    gtin = models.CharField(max_length=14, blank=True)
    quantity = models.DecimalField(max_digits=40, decimal_places=12, null=True)
    unit = models.CharField(max_length=3, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["uri"], name="event_item_by_uri"),
            models.Index(fields=["gtin"], name="event_item_by_gtin"),
        ]

    def __str__(self) -> str:
        return self.uri
