"""Keys of the persons whom encrypted files are about: sealed at rest, destroyed with the last file."""

from django.db import models


class SubjectKey(models.Model):
    """One subject's key, as this node made it or as a partner (``origin``) gave it.

    ``tag`` finds a subject of this node again without naming it; ``sealed`` holds subject and key under the
    node's own key. Both are emptied when the key is destroyed; the row stays, so that no late copy brings it
    back.
    """

    uuid = models.UUIDField(primary_key=True)
    origin = models.CharField(max_length=31)
    tag = models.CharField(max_length=64, blank=True, db_index=True)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "tag"],
                condition=models.Q(destroyed_at=None) & ~models.Q(tag=""),
                name="one_living_key_a_subject",
            )
        ]

    def __str__(self) -> str:
        return str(self.uuid)
