"""What an operator must look at."""

from django.db import models


class Alarm(models.Model):
    """Something that will not heal by itself; raised once until it is cleared."""

    code = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    message = models.TextField()
    next_step = models.TextField(blank=True)
    raised_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.CharField(max_length=200, blank=True)
    cleared_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "subject"],
                condition=models.Q(cleared_at=None),
                name="one_open_alarm_a_matter",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}"
