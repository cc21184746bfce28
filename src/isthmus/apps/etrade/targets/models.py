"""The national systems that records of partners are pushed to, and what became of each record."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation


class TargetKind(models.TextChoices):
    """Where a target is."""

    FOLDER = "folder", _("Folder on this server")
    WEB = "web", _("Web address")


class TargetForm(models.TextChoices):
    """How records are written for it."""

    JSON = "json", _("JSON")
    CSV = "csv", _("Table (CSV)")
    WCO = "wco", _("WCO XML, declarations only")


class Target(models.Model):
    """A national system that is handed what partners sent: which types, from whom, and how written.

    Records with a key above ``after`` are looked at; all below it are dealt with. ``tries`` counts failures
    in a row of the target itself, which is left alone until ``next_try``.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=6, choices=TargetKind.choices)
    address = models.CharField(max_length=500)
    record_types = models.JSONField()
    partner = models.CharField(max_length=31, blank=True)
    form = models.CharField(max_length=4, choices=TargetForm.choices)
    mapping = models.CharField(max_length=60, blank=True)
    enabled = models.BooleanField(default=True)
    after = models.BigIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField(null=True)
    last_run = models.DateTimeField(null=True)
    last_good_run = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=TargetKind.values), name="etrade_target_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(form__in=TargetForm.values), name="etrade_target_form_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PushState(models.TextChoices):
    """What became of one record at one target."""

    PUSHED = "pushed", _("Handed over")
    AGAIN = "again", _("Is tried again")
    REFUSED = "refused", _("Needs a person")


class Push(models.Model):
    """One record and one target: ``leaf`` names the record, ``subject`` the paper that it is about."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="pushes")
    leaf = models.CharField(max_length=64)
    record_type = models.CharField(max_length=110)
    partner = models.CharField(max_length=31)
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=7, choices=PushState.choices)
    tries = models.PositiveIntegerField(default=1)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["target", "leaf"], name="a_push_once_per_target")]
        indexes = [
            models.Index(
                fields=["target", "state"], condition=~models.Q(state="pushed"), name="push_not_done"
            )
        ]

    def __str__(self) -> str:
        return f"{self.leaf} to {self.target_id}"
