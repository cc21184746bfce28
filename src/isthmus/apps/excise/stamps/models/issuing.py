"""Keys of codes, requests with what secures their duty, batches with their packed serials, what was seen."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.guarantees.models import Guarantee
from isthmus.apps.excise.returns.models import DutyReturn

MOST_STAMPS: Final = 20_000_000
"""Of one batch."""


class Proof(models.TextChoices):
    """What a code carries beside its serial."""

    PLAIN = "plain", _("Serial only (13.5 mm)")
    TAGGED = "tagged", _("With a tag, for checks by network and text message (14.9 mm)")
    SIGNED = "signed", _("With tag and signature, for inspectors without a network (20 mm)")


class StampKeyKind(models.TextChoices):
    """What a key makes."""

    TAG = "tag", _("Tags")
    SIGNATURE = "signature", _("Signatures")


class StampKey(models.Model):
    """A key of codes. The secret is sealed by the node's vault; ``public`` is that of a signature.

    Codes name it by ``number``. A retired key checks old stamps and makes no new ones.
    """

    kind = models.CharField(max_length=9, choices=StampKeyKind.choices)
    number = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()
    public = models.BinaryField(default=bytes)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="stamp_key_number"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(retired_at=None), name="one_stamp_key_in_use_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class RequestState(models.TextChoices):
    """How far a request for stamps is."""

    ASKED = "asked", _("Asked for")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    ISSUED = "issued", _("Issued")


class StampRequest(models.Model):
    """A firm or agency asks for stamps for one product; ``organisation`` will hold them.

    It is approved once the duty is secured: by an amount of ``guarantee``, reserved until ``released_at``,
    or by bottles of ``paid_return``. ``secured_minor`` is the duty at stake in minor units of ``currency``,
    by the tariff's rates of the day ``rates_of``; ``secured_by`` says it in words.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="stamp_requests")
    number = models.PositiveIntegerField(unique=True)
    gtin = models.CharField(max_length=14)
    product = models.CharField(max_length=200)
    count = models.PositiveIntegerField()
    proof = models.CharField(max_length=6, choices=Proof.choices, default=Proof.TAGGED)
    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=254)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=254, blank=True)
    secured_by = models.CharField(max_length=200, blank=True)
    secured_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    rates_of = models.DateField(null=True, blank=True)
    guarantee = models.ForeignKey(Guarantee, null=True, on_delete=models.PROTECT, related_name="+")
    paid_return = models.ForeignKey(DutyReturn, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(guarantee=None) | Q(paid_return=None), name="stamp_request_secured_once"
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1) & Q(count__lte=MOST_STAMPS), name="stamp_request_count"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "issued"]) | ~Q(secured_by=""),
                name="stamp_request_approved_with_security",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class StampDuty(models.Model):
    """The duty on so many stamps of a request is paid on a return; a bottle of a return counts once."""

    request = models.ForeignKey(StampRequest, on_delete=models.PROTECT, related_name="duties")
    duty_return = models.ForeignKey(DutyReturn, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=254)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(count__gte=1), name="stamp_duty_count")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.count}"


class StampBatch(models.Model):
    """The stamps of a request, numbered from 1; ``organisation`` is whom they were issued to.

    Stamps that arrived from a partner's node are a batch here too: ``issuer`` is the node that issued them,
    ``issuer_batch`` its number of the batch, ``begins`` the first number that came. Their serials are known
    to their issuer alone.
    """

    request = models.OneToOneField(StampRequest, null=True, on_delete=models.PROTECT, related_name="batch")
    issuer = models.CharField(max_length=31, blank=True)
    issuer_batch = models.PositiveBigIntegerField(null=True, blank=True)
    begins = models.PositiveIntegerField(default=1)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="stamp_batches")
    gtin = models.CharField(max_length=14, db_index=True)
    product = models.CharField(max_length=200)
    count = models.PositiveIntegerField()
    proof = models.CharField(max_length=6, choices=Proof.choices)
    tag_key = models.ForeignKey(StampKey, null=True, on_delete=models.PROTECT, related_name="+")
    signature_key = models.ForeignKey(StampKey, null=True, on_delete=models.PROTECT, related_name="+")
    host = models.CharField(max_length=80, blank=True)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(issuer="", issuer_batch=None, request__isnull=False, begins=1)
                | (~Q(issuer="") & Q(issuer_batch__isnull=False, request=None)),
                name="stamp_batch_issued_here_or_abroad",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def ends(self) -> int:
        """The number of its last stamp."""
        return self.begins + self.count - 1


class StampSheaf(models.Model):
    """The serials of up to 4,096 stamps of a batch, ten bytes each, in rising order; never changed.

    ``lowest`` and ``highest`` are the upper 63 bits of the first and the last, to find a serial by.
    """

    batch = models.ForeignKey(StampBatch, on_delete=models.PROTECT, related_name="sheaves")
    position = models.PositiveIntegerField()
    lowest = models.BigIntegerField()
    highest = models.BigIntegerField()
    serials = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="stamp_sheaf_position")]
        indexes = [models.Index(fields=["lowest", "highest"], name="stamp_sheaf_serials")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.position}"


class StampWhereabouts(models.Model):
    """Where each stamp of a sheaf is and who holds it, packed (``rules.custody.Sheaf``).

    A row of its own: it changes often, and the serials beside it would be written anew each time.
    """

    sheaf = models.OneToOneField(
        StampSheaf, on_delete=models.PROTECT, primary_key=True, related_name="whereabouts"
    )
    places = models.BinaryField()
    holders = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.sheaf_id}"


class StampSeen(models.Model):
    """How often a serial was looked up, and when first and last; only serials whose tag holds have a row."""

    serial = models.BinaryField(unique=True)
    count = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk}"
