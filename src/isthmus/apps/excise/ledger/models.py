"""Books, accounts, balances, entries and postings. Entries and postings are added and read, never changed."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from isthmus.kit.errors import Conflict

__all__ = ["LedgerAccount", "LedgerBalance", "LedgerBook", "LedgerEntry", "LedgerPosting"]


def _append_only() -> NoReturn:
    raise Conflict(
        "excise.ledger.append-only",
        gettext("An entry of a ledger cannot be changed or removed."),
        next_step=gettext("Post an entry that reverses it."),
    )


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows are added and read."""

    def update(self, **kwargs: Any) -> NoReturn:  # noqa: ARG002  Django's signature
        """Refused: Conflict."""
        _append_only()

    def bulk_update(
        self,
        objs: Iterable[Any],  # noqa: ARG002  Django's signature
        fields: Iterable[str],  # noqa: ARG002  Django's signature
        batch_size: int | None = None,  # noqa: ARG002  Django's signature
    ) -> NoReturn:
        """Refused: Conflict."""
        _append_only()

    def delete(self) -> NoReturn:
        """Refused: Conflict."""
        _append_only()


class AppendOnly(models.Model):
    """A row that is inserted once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert a new row; Conflict for one that stands already."""
        if not self._state.adding:
            _append_only()
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG002  Django's signature
        """Refused: Conflict."""
        _append_only()


class LedgerBook(models.Model):
    """A chain of entries; its row is the one lock under which the book is written."""

    name = models.SlugField(_("book"), max_length=40, unique=True)
    entries = models.PositiveBigIntegerField(_("entries"), default=0)
    head = models.CharField(_("hash of the last entry"), max_length=64)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LedgerAccount(models.Model):
    """Who holds something, in which role."""

    book = models.ForeignKey(LedgerBook, on_delete=models.PROTECT, related_name="accounts")
    holder = models.CharField(_("holder"), max_length=120)
    role = models.CharField(_("role"), max_length=40)
    guarded = models.BooleanField(_("refuses to be overdrawn"), default=False)

    class Meta:
        ordering = ["book_id", "holder", "role"]
        constraints = [
            models.UniqueConstraint(fields=["book", "holder", "role"], name="excise_ledger_account"),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.role}"


class LedgerBalance(models.Model):
    """What an account holds of one unit: the sum of its postings, kept beside them; ``verify`` compares."""

    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="balances")
    unit = models.CharField(_("unit"), max_length=40)
    amount = models.BigIntegerField(_("amount"), default=0)
    guarded = models.BooleanField(default=False)

    class Meta:
        ordering = ["account_id", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["account", "unit"], name="excise_ledger_balance"),
            # The rule refuses first, with words; the database refuses whatever goes around it.
            models.CheckConstraint(
                condition=models.Q(guarded=False) | models.Q(amount__gte=0), name="excise_ledger_no_overdraft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


class LedgerEntry(AppendOnly):
    """One entry of a book, with its place in the chain."""

    book = models.ForeignKey(LedgerBook, on_delete=models.PROTECT, related_name="chain")
    number = models.PositiveBigIntegerField(_("number"))
    key = models.CharField(_("key"), max_length=120)
    kind = models.CharField(_("kind"), max_length=120)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    value_on = models.DateField(_("counts from"))
    detail = models.JSONField(default=dict)
    actor = models.CharField(_("who"), max_length=254)
    at = models.DateTimeField(_("posted"))
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, default=None, related_name="reversed_by"
    )
    previous = models.CharField(max_length=64)
    digest = models.CharField(_("hash"), max_length=64)

    class Meta:
        ordering = ["book_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="excise_ledger_number"),
            models.UniqueConstraint(fields=["book", "key"], name="excise_ledger_key"),
        ]
        indexes = [models.Index(fields=["book", "reference"], name="excise_ledger_reference")]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.reference}".strip()


class LedgerPosting(AppendOnly):
    """One move of an entry."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="postings")
    line = models.PositiveSmallIntegerField(_("line"))
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="postings")
    unit = models.CharField(_("unit"), max_length=40)
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        ordering = ["entry_id", "line"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "line"], name="excise_ledger_line"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="excise_ledger_amount"),
        ]
        indexes = [models.Index(fields=["account", "unit"], name="excise_ledger_by_account")]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"
