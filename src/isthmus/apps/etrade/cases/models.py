"""Corridors, what links their declarations, the cases that officers decide, and what decisions taught."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation


class Way(models.TextChoices):
    """In which direction the goods of a corridor move."""

    IN = "in", _("Goods that come here")
    OUT = "out", _("Goods that go there")


class Corridor(models.Model):
    """Trade with one partner in one direction: when it was reconciled, and what was compared.

    ``seen`` is the fingerprint of what the last run read, ``runs`` counts them, so that of two runs at once
    one gives way. ``days`` is the span of the exports, ``currency`` the one in which stakes are counted,
    empty where it is not known. ``basis`` tells with which rates, calibration and rules the links were found,
    ``opened`` how many items the last run linked anew.
    """

    partner = models.CharField(max_length=31)
    way = models.CharField(max_length=3, choices=Way.choices)
    runs = models.PositiveIntegerField(default=0)
    seen = models.CharField(max_length=64, blank=True)
    reconciled_at = models.DateTimeField(null=True)
    exports = models.PositiveIntegerField(default=0)
    imports = models.PositiveIntegerField(default=0)
    linked = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    days = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    basis = models.CharField(max_length=64, blank=True)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["partner", "way"]
        constraints = [models.UniqueConstraint(fields=["partner", "way"], name="a_corridor_once")]

    def __str__(self) -> str:
        return f"{self.partner} {self.way}"


class Side(models.TextChoices):
    """The two sides of a corridor, as the engine names its tables."""

    EXPORTS = "exports", _("Exports")
    IMPORTS = "imports", _("Imports")


class Compared(models.Model):
    """An item as the last run of a corridor read it, so that the next run knows what is new since then.

    ``content`` are the values of `rules.shipments.Shipment` as text: what an amended or withdrawn item
    touched is found by what it was. It goes with its declaration, which is null as in ``Link``.
    """

    corridor = models.ForeignKey(Corridor, on_delete=models.CASCADE, related_name="compared")
    side = models.CharField(max_length=7, choices=Side.choices)
    key = models.CharField(max_length=90)
    declaration = models.ForeignKey(
        "etrade.Declaration", on_delete=models.CASCADE, null=True, related_name="+"
    )
    content = models.JSONField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["corridor", "side", "key"], name="a_compared_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.key}"


class Calibration(models.Model):
    """What a corridor has taught by a day: margins, thresholds, false alarms; the newest is in force.

    ``content`` is the engine's own value as JSON; ``decisions`` says from how many decided cases it was
    learned, ``shipments`` from how many linked ones.
    """

    corridor = models.ForeignKey(Corridor, on_delete=models.CASCADE, related_name="calibrations")
    learned_at = models.DateTimeField()
    learned_by = models.CharField(max_length=200)
    content = models.JSONField()
    decisions = models.PositiveIntegerField()
    shipments = models.PositiveIntegerField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.corridor} {self.learned_at:%Y-%m-%d}"


class Link(models.Model):
    """Which export belongs to which import, by item; ``score`` in tenths of a bit of evidence.

    ``ratio`` and ``kg_ratio`` are import to export, by value and by net weight, in thousandths.

    ``imported`` is null where the import is known by the partner's import response alone. A link that is
    not ``accepted`` is one to look at.
    """

    corridor = models.ForeignKey(Corridor, on_delete=models.CASCADE, related_name="links")
    export_key = models.CharField(max_length=90)
    import_key = models.CharField(max_length=90)
    export = models.ForeignKey("etrade.Declaration", on_delete=models.CASCADE, related_name="export_links")
    imported = models.ForeignKey(
        "etrade.Declaration", on_delete=models.CASCADE, null=True, related_name="import_links"
    )
    found_by = models.PositiveSmallIntegerField()
    score = models.SmallIntegerField()
    accepted = models.BooleanField()
    hs_code = models.CharField(max_length=6)
    ratio = models.BigIntegerField(null=True)
    kg_ratio = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["corridor", "export_key", "import_key"], name="a_link_once")
        ]
        indexes = [models.Index(fields=["corridor", "hs_code"], name="link_by_code")]

    def __str__(self) -> str:
        return f"{self.export_key} = {self.import_key}"


class CaseState(models.TextChoices):
    """Where a case stands."""

    OPEN = "open", _("Open")
    ASKED = "asked", _("Partner asked")
    ANSWERED = "answered", _("Partner answered")
    ESCALATED = "escalated", _("Escalated")
    ACCEPTED = "accepted", _("Confirmed")
    DISMISSED = "dismissed", _("Dismissed")
    SETTLED = "settled", _("Settled by later records")


UNDECIDED = (CaseState.OPEN, CaseState.ASKED, CaseState.ANSWERED, CaseState.ESCALATED)


class ReasonCode(models.TextChoices):
    """``reconciliation.rules.reasons`` in words."""

    DUPLICATE = "duplicate", _("Declared twice")
    SPLIT_MERGED = "split-merged", _("Split or merged")
    UNIT = "unit", _("Unit of weight")
    QUANTITY_GAP = "quantity-gap", _("Weight differs")
    CURRENCY = "currency", _("Currency")
    LOW_VALUE = "low-value", _("Value too low")
    FREIGHT_INSURANCE = "freight-insurance", _("Freight and insurance")
    HS_VINTAGE = "hs-vintage", _("HS edition")
    HS_SHIFT = "hs-shift", _("HS code differs")
    ORIGIN_CONSIGNMENT = "origin-consignment", _("Origin or consignment")
    REGIME = "regime", _("Customs regime")
    TIMING = "timing", _("Timing")
    MISSING_IMPORT = "missing-import", _("Import missing")
    MISSING_EXPORT = "missing-export", _("Export missing")


class StakeKind(models.TextChoices):
    """What a stake is an amount of."""

    DUTY = "duty", _("Duty at stake")
    VALUE = "value", _("Value at stake")


class Case(models.Model):
    """Two declarations that do not tally, or one whose other side is missing.

    ``number`` follows from the two keys. ``figures`` holds what its explanation says, so that it is told in
    the reader's language; ``found`` says whether the last run still finds it. ``ratio`` is import to export
    value in thousandths, ``stake`` an amount in the currency of account. ``members`` are all declarations
    that it is about, ``export`` and ``imported`` the ones that are shown side by side.
    """

    corridor = models.ForeignKey(Corridor, on_delete=models.CASCADE, related_name="cases")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=20)
    reason = models.CharField(max_length=20, choices=ReasonCode.choices)
    export_key = models.TextField(blank=True)
    import_key = models.TextField(blank=True)
    export = models.ForeignKey(
        "etrade.Declaration", on_delete=models.CASCADE, null=True, related_name="export_cases"
    )
    imported = models.ForeignKey(
        "etrade.Declaration", on_delete=models.CASCADE, null=True, related_name="import_cases"
    )
    members = models.ManyToManyField("etrade.Declaration", related_name="cases")
    hs_code = models.CharField(max_length=6)
    score = models.SmallIntegerField(null=True)
    accepted_link = models.BooleanField()
    ratio = models.BigIntegerField(null=True)
    stake = models.DecimalField(max_digits=20, decimal_places=2)
    stake_kind = models.CharField(max_length=5, choices=StakeKind.choices)
    figures = models.JSONField()
    state = models.CharField(max_length=9, choices=CaseState.choices, default=CaseState.OPEN)
    found = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-stake", "number"]
        constraints = [models.UniqueConstraint(fields=["corridor", "number"], name="a_case_once")]
        indexes = [
            models.Index(fields=["state", "stake"], name="case_by_stake"),
            models.Index(fields=["number"], name="case_by_number"),
        ]

    def __str__(self) -> str:
        return self.number


class Step(models.TextChoices):
    """What happened to a case."""

    OPENED = "opened", _("opened the case.")
    CHANGED = "changed", _("found other figures.")
    REOPENED = "reopened", _("opened the case again.")
    ASKED = "asked", _("asked the partner.")
    ANSWERED = "answered", _("answered.")
    ACCEPTED = "accepted", _("confirmed the case.")
    ESCALATED = "escalated", _("escalated the case.")
    DISMISSED = "dismissed", _("dismissed the case.")
    SETTLED = "settled", _("settled the case: later records explain it.")


class Ground(models.TextChoices):
    """Why a case is none."""

    OTHER_SHIPMENT = "other-shipment", _("The two declarations are not the same shipment")
    USUAL = "usual", _("The difference is usual in this trade")
    OWN_MISTAKE = "own-mistake", _("A mistake in a declaration, which is corrected")
    OTHER = "other", _("Another reason")


class Decision(models.Model):
    """One step in a case's life: by whom, when, why. ``code`` is a ``Ground``, or why a run settled it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    step = models.CharField(max_length=10, choices=Step.choices)
    code = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case} {self.step}"
