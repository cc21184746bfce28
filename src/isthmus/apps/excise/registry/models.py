"""Operators, their tax warehouses, authorisations and products, and the numbers that are given out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation


class OperatorKind(models.TextChoices):
    """What an operator does with excise goods; the EU's SEED and EMCS know the same parts."""

    PRODUCER = "producer", _("Producer")
    IMPORTER = "importer", _("Importer")
    WAREHOUSE_KEEPER = "warehouse-keeper", _("Warehouse keeper")
    CONSIGNEE = "consignee", _("Registered consignee")
    CONSIGNOR = "consignor", _("Registered consignor")
    RETAILER = "retailer", _("Retailer")


class OperatorState(models.TextChoices):
    """Whether an operator stands in the registry today."""

    REGISTERED = "registered", _("Registered")
    RETIRED = "retired", _("Retired")


class Operator(models.Model):
    """A person or firm that the authority registered for excise.

    ``organisation`` is the authority that keeps the entry: its officers see and change it. ``firm`` is the
    operator's own organisation at this node, where it has one: its officers see what is theirs. An excise
    number names one operator or one tax warehouse of the country, never both.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    excise_number = models.CharField(max_length=13, unique=True)
    name = models.CharField(max_length=182)
    tax_number = models.CharField(max_length=40)
    kind = models.CharField(max_length=16, choices=OperatorKind.choices)
    country = models.CharField(max_length=2)
    address = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=OperatorState.choices, default=OperatorState.REGISTERED)
    registered_on = models.DateField()
    retired_on = models.DateField(null=True)

    class Meta:
        ordering = ["name", "excise_number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=OperatorKind.values), name="excise_operator_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="registered", retired_on=None)
                | models.Q(state="retired", retired_on__gte=models.F("registered_on")),
                name="excise_operator_retired_with_day",
            ),
            models.UniqueConstraint(fields=["country", "tax_number"], name="excise_a_tax_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.excise_number} {self.name}"


class TaxWarehouse(models.Model):
    """A place where excise goods are made or kept under suspension of duty."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="warehouses")
    excise_number = models.CharField(max_length=13, unique=True)
    name = models.CharField(max_length=182)
    address = models.CharField(max_length=300)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["excise_number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_on=None) | models.Q(closed_on__gte=models.F("opened_on")),
                name="excise_warehouse_closed_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.excise_number} {self.name}"


class AuthorisationKind(models.TextChoices):
    """What an authorisation lets its holder do."""

    PRODUCE = "produce", _("Produce")
    STORE = "store", _("Store under suspension of duty")
    IMPORT = "import", _("Import")
    RECEIVE = "receive", _("Receive under suspension of duty")
    SEND = "send", _("Send under suspension of duty")
    SELL = "sell", _("Sell")


class Authorisation(models.Model):
    """A licence or authorisation: one thing that an operator, or one warehouse of it, may do, and when.

    ``product_groups`` lists excise product codes; a letter alone stands for all codes that begin with it.
    Both days of the validity are included; ``revoked_on`` is the first day on which it no longer counts.
    """

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=8, choices=AuthorisationKind.choices)
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="authorisations")
    warehouse = models.ForeignKey(
        TaxWarehouse, on_delete=models.PROTECT, null=True, related_name="authorisations"
    )
    product_groups = models.JSONField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    revoked_on = models.DateField(null=True)
    revoked_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["operator", "number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=AuthorisationKind.values), name="excise_authorisation_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="excise_authorisation_ends_after",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_on=None, revoked_why="")
                | (models.Q(revoked_on__isnull=False) & ~models.Q(revoked_why="")),
                name="excise_revoked_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Suspension(models.Model):
    """Days on which an authorisation does not count, both included; open while ``until`` is None."""

    authorisation = models.ForeignKey(Authorisation, on_delete=models.CASCADE, related_name="suspensions")
    since = models.DateField()
    until = models.DateField(null=True)
    why = models.CharField(max_length=500)
    lifted_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authorisation"], condition=models.Q(until=None), name="excise_one_open_suspension"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authorisation_id} since {self.since}"


class Product(models.Model):
    """A product as it is sold: its trade number, and what duty is worked out from.

    ``abv_thousandths`` is the strength in thousandths of a per cent by volume, as tariffs have it.
    ``withdrawn_on`` is the last day on which it is sold. What was amended stands in the history.
    """

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="products")
    gtin = models.CharField(max_length=14, unique=True)
    name = models.CharField(max_length=200)
    brand = models.CharField(max_length=100, blank=True)
    hs_code = models.CharField(max_length=10)
    excise_code = models.CharField(max_length=4)
    abv_thousandths = models.PositiveIntegerField()
    volume_ml = models.PositiveIntegerField()
    container = models.CharField(max_length=40)
    withdrawn_on = models.DateField(null=True)

    class Meta:
        ordering = ["name", "gtin"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(abv_thousandths__lte=100_000), name="excise_product_abv_possible"
            ),
            models.CheckConstraint(
                condition=models.Q(volume_ml__gt=0), name="excise_product_holds_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gtin} {self.name}"


class RegistryChange(models.Model):
    """The history of an operator and what belongs to it: who changed what, from which day, and why."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=24)
    subject = models.CharField(max_length=60)
    effective_on = models.DateField()
    why = models.CharField(max_length=500, blank=True)
    before = models.JSONField()
    after = models.JSONField()
    actor = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.subject} {self.what}"


class ExtractEntry(models.Model):
    """What a partner published of its registry about one excise number: the newest version, and no other."""

    partner = models.CharField(max_length=31)
    excise_number = models.CharField(max_length=13)
    version = models.PositiveIntegerField()
    body = models.JSONField()
    leaf = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["partner", "excise_number"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "excise_number"], name="excise_an_extract_once"),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.excise_number} {self.version}"


class ExtractSending(models.Model):
    """What was published about one excise number of ours, for which partner and by which record."""

    partner = models.CharField(max_length=31)
    excise_number = models.CharField(max_length=13)
    version = models.PositiveIntegerField()
    body = models.JSONField()
    leaf = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["partner", "excise_number", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "excise_number", "version"], name="excise_an_extract_sent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.excise_number} {self.version} for {self.partner}"


class NumberSeries(models.Model):
    """The last number that a named series gave out in a year."""

    name = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "year"], name="excise_a_series_a_year")]

    def __str__(self) -> str:
        return f"{self.name} {self.year}: {self.last}"
