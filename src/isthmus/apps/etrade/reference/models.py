"""Code lists as they were loaded: nothing here belongs to one organisation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferenceSort(models.TextChoices):
    """The code lists that a node loads."""

    HS = "hs", _("Harmonized System")
    SECTIONS = "sections", _("Sections of the Harmonized System")
    PLACES = "places", _("Places (UN/LOCODE)")
    UNITS = "units", _("Units (Recommendation 20)")
    RATES = "rates", _("Exchange rates")
    DUTIES = "duties", _("Rates of duty")


class ReferenceFile(models.Model):
    """A file that was loaded: what it was, when and by whom; ``scope`` is its HS edition or its country."""

    sort = models.CharField(max_length=8, choices=ReferenceSort.choices)
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    scope = models.CharField(max_length=4, blank=True)
    rows = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sort", "sha256", "scope"], name="a_reference_file_once_per_scope"
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class HsSection(models.Model):
    """A section of the nomenclature; sections have kept their numbers in every edition."""

    number = models.CharField(max_length=5, unique=True)
    place = models.PositiveSmallIntegerField()
    words = models.TextField()

    class Meta:
        ordering = ["place"]

    def __str__(self) -> str:
        return self.number


class HsCode(models.Model):
    """A chapter, heading or subheading of one edition; ``sought`` is what searches look at."""

    edition = models.CharField(max_length=4)
    code = models.CharField(max_length=6)
    parent = models.CharField(max_length=4, blank=True)
    section = models.CharField(max_length=5, blank=True)
    words = models.TextField()
    sought = models.TextField()

    class Meta:
        ordering = ["-edition", "code"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="an_hs_code_once_per_edition")
        ]
        indexes = [models.Index(fields=["edition", "parent", "code"], name="hs_code_by_parent")]

    def __str__(self) -> str:
        return f"{self.code} (HS {self.edition})"


class Place(models.Model):
    """A place of UN/LOCODE; ``functions`` holds the digits of Recommendation 16, and B."""

    code = models.CharField(max_length=5, unique=True)
    country = models.CharField(max_length=2, db_index=True)
    name = models.CharField(max_length=200)
    functions = models.CharField(max_length=9, blank=True)
    subdivision = models.CharField(max_length=8, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    sought = models.TextField()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class UnitName(models.Model):
    """Words for a unit that the shipped table does not know: it has a name, and cannot be compared."""

    code = models.CharField(max_length=3, unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ExchangeRate(models.Model):
    """What one unit of a currency is worth in the node's currency of account, from ``day`` on."""

    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=24, decimal_places=12)

    class Meta:
        ordering = ["currency", "-day"]
        constraints = [models.UniqueConstraint(fields=["currency", "day"], name="a_rate_once_a_day")]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}"


class DutyRate(models.Model):
    """The rate of duty on the value of goods of a subheading, as a fraction, from ``day`` on."""

    hs_code = models.CharField(max_length=6)
    day = models.DateField()
    rate = models.DecimalField(max_digits=9, decimal_places=6)

    class Meta:
        ordering = ["hs_code", "-day"]
        constraints = [models.UniqueConstraint(fields=["hs_code", "day"], name="a_duty_once_a_day")]

    def __str__(self) -> str:
        return f"{self.hs_code} {self.day}"
