"""Movements under suspension, every message about them byte for byte, and what gates saw of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.guarantees.models import Guarantee
from isthmus.apps.excise.movements.rules.states import OPEN, State

DRAFT = "draft"
"""The state of a movement that has no reference yet."""
OPEN_STATES = [DRAFT, *sorted(OPEN)]


class Movement(models.Model):
    """A movement as this node knows it: what its newest document says, and where it stands by the rules.

    ``arc`` is empty for a draft; ``deferred`` says that the goods left on a paper document whose number is
    ``local_reference``, and were entered afterwards. A country's node is named in ``dispatch_node`` and
    ``destination_node``; they are the same where no border of nodes is crossed. ``told_by_dispatch`` and
    ``told_by_destination`` are when each side's first message that counts was written; a movement across a
    border that lacks one of them is unmatched. What the messages say is never set by hand.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    arc = models.CharField(max_length=21, blank=True)
    local_reference = models.CharField(max_length=22, blank=True)
    deferred = models.BooleanField(default=False)
    dispatch_node = models.CharField(max_length=31)
    destination_node = models.CharField(max_length=31)
    consignor = models.CharField(max_length=13, blank=True)
    consignor_name = models.CharField(max_length=182, blank=True)
    consignee = models.CharField(max_length=16, blank=True)
    consignee_name = models.CharField(max_length=182, blank=True)
    dispatched_from = models.CharField(max_length=13, blank=True)
    delivered_to = models.CharField(max_length=182, blank=True)
    destination_type = models.CharField(max_length=2, blank=True)
    transport_mode = models.CharField(max_length=2, blank=True)
    journey_time = models.CharField(max_length=3, blank=True)
    dispatched_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, default=DRAFT)
    sequence = models.PositiveSmallIntegerField(default=0)
    told_by_dispatch = models.DateTimeField(null=True)
    told_by_destination = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[DRAFT, *(state.value for state in State)]),
                name="excise_movement_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DRAFT, arc="") | (~models.Q(state=DRAFT) & ~models.Q(arc="")),
                name="excise_movement_accepted_with_arc",
            ),
            models.UniqueConstraint(
                fields=["arc"], condition=~models.Q(arc=""), name="excise_a_reference_once"
            ),
            models.UniqueConstraint(
                fields=["consignor", "local_reference"],
                condition=~models.Q(local_reference=""),
                name="excise_a_local_reference_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="excise_movement_due"),
        ]

    def __str__(self) -> str:
        return self.arc or self.local_reference

    @property
    def is_open(self) -> bool:
        """Whether something must still happen to it."""
        return self.state in OPEN_STATES

    @property
    def across(self) -> bool:
        """Whether the two sides have nodes of their own."""
        return self.dispatch_node != self.destination_node


class MovementLine(models.Model):
    """The goods of the newest document, a row each line; quantity in the unit of its product code."""

    movement = models.ForeignKey(Movement, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    product_code = models.CharField(max_length=4)
    cn_code = models.CharField(max_length=8)
    description = models.CharField(max_length=350, blank=True)
    quantity = models.DecimalField(max_digits=15, decimal_places=3)
    gross_kg = models.DecimalField(max_digits=16, decimal_places=6)
    net_kg = models.DecimalField(max_digits=16, decimal_places=6)
    abv_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    degree_plato = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["movement", "number"], name="excise_a_movement_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.product_code}"


class MovementSecurity(models.Model):
    """What secures the duty of a movement that left here; amounts in minor units of ``currency``.

    ``amount_minor`` is the duty at stake as accepted, ``lines`` how each line came to it. ``wanted_minor``
    ought to be reserved now and ``held_minor`` is: less is held only where a guarantee could not take an
    amount again. ``holds`` counts the reservations made; ``key`` names the last. Without a guarantee the
    guarantor code says why none is needed.
    """

    movement = models.OneToOneField(Movement, on_delete=models.CASCADE, related_name="security")
    guarantee = models.ForeignKey(Guarantee, on_delete=models.PROTECT, null=True, related_name="+")
    guarantor_code = models.CharField(max_length=4)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    stated = models.BooleanField(default=False)
    rates_on = models.DateField(null=True)
    lines = models.JSONField(default=list)
    wanted_minor = models.BigIntegerField(default=0)
    held_minor = models.BigIntegerField(default=0)
    holds = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    settled_why = models.CharField(max_length=500, blank=True)
    settled_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    amount_minor__gte=0,
                    held_minor__gte=0,
                    wanted_minor__gte=models.F("held_minor"),
                    wanted_minor__lte=models.F("amount_minor"),
                ),
                name="excise_movement_security_amounts",
            ),
            models.CheckConstraint(
                condition=models.Q(guarantee__isnull=False) | models.Q(wanted_minor=0),
                name="excise_movement_security_by_guarantee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.amount_minor} {self.currency}"

    @property
    def key(self) -> str:
        """The key of the reservation that stands now: the ARC, and from the second on a number behind it."""
        arc = self.movement.arc
        return arc if self.holds <= 1 else f"{arc} {self.holds}"


class MovementMessage(models.Model):
    """One message about a movement. ``xml`` is kept byte for byte; empty where a partner withheld it.

    ``node`` signed it: a message of this node is its own word, one of a partner came as the record ``leaf``.
    ``key``, ``kind``, ``by`` and ``sequence`` are the statement that the rules see; ``kind`` is empty for a
    draft, which moves nothing.
    """

    movement = models.ForeignKey(Movement, on_delete=models.CASCADE, related_name="messages")
    code = models.CharField(max_length=5)
    emcs_version = models.CharField(max_length=5)
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, blank=True)
    by = models.CharField(max_length=20, blank=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    node = models.CharField(max_length=31)
    facts = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    xml = models.BinaryField(default=b"")
    leaf = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=254, blank=True)
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["movement", "node", "sha256", "kind"], name="excise_a_movement_message_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.movement_id}"


class Way(models.TextChoices):
    """Which way a vehicle passed a gate."""

    OUT = "out", _("Out of this country")
    IN = "in", _("Into this country")


class GateScan(models.Model):
    """One passage of one reference through a gate: single-use for each direction of each country.

    ``node`` is whose gate it was, ``leaf`` the record under which a partner told of it. ``passed`` says
    whether the gate opened: a scan that the rule stopped is kept beside it with its ``alarms``.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    arc = models.CharField(max_length=21, db_index=True)
    node = models.CharField(max_length=31)
    gate = models.CharField(max_length=70)
    way = models.CharField(max_length=3, choices=Way.choices)
    plate = models.CharField(max_length=35)
    seal = models.CharField(max_length=35)
    scanned_at = models.DateTimeField()
    passed = models.BooleanField()
    alarms = models.JSONField(default=list)
    actor = models.CharField(max_length=254, blank=True)
    leaf = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["scanned_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(way__in=Way.values), name="excise_gate_way_known"),
            models.UniqueConstraint(
                fields=["arc", "node", "way"],
                condition=models.Q(passed=True),
                name="excise_a_reference_passes_once",
            ),
            models.UniqueConstraint(
                fields=["leaf"], condition=~models.Q(leaf=""), name="excise_a_told_scan_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.arc} {self.gate}"


class MovementSending(models.Model):
    """As which record a message or a scan of this node went to a partner: never twice to one."""

    message = models.ForeignKey(MovementMessage, on_delete=models.CASCADE, null=True, related_name="sendings")
    scan = models.ForeignKey(GateScan, on_delete=models.CASCADE, null=True, related_name="sendings")
    partner = models.CharField(max_length=31)
    leaf = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(message=None, scan__isnull=False)
                | models.Q(message__isnull=False, scan=None),
                name="excise_movement_sending_of_one",
            ),
            models.UniqueConstraint(fields=["message", "partner"], name="excise_a_message_sent_once"),
            models.UniqueConstraint(fields=["scan", "partner"], name="excise_a_scan_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.leaf} to {self.partner}"
