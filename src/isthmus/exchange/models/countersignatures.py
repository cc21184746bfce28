"""Second signatures under records."""

from django.db import models

from isthmus.exchange.models.streams import Record


class Countersignature(models.Model):
    """The receiver's signature over a record, by which both nodes have signed it.

    ``by`` is the node that countersigned, ``leaf`` that of the record which says so, ``actor`` the officer
    where this node did it.
    """

    record = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="countersignature")
    by = models.CharField(max_length=31)
    leaf = models.CharField(max_length=64, unique=True)
    words = models.TextField()
    actor = models.CharField(max_length=254, blank=True)
    issued = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.by} {self.leaf}"
