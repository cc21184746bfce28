"""What a book says: chains, balances, the trial balance, statements, and whether the chain is whole."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from isthmus.apps.excise.ledger.models import LedgerBalance, LedgerBook, LedgerEntry, LedgerPosting
from isthmus.apps.excise.ledger.rules import AccountKey, Break, Draft, Move, Sealed, first_break
from isthmus.apps.excise.ledger.rules.chain import ORIGIN

AT_ONCE = 1000
"""Entries that are read at once while a chain is walked."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along a book found.

    ``broken`` names the first entry that is not as it was posted; ``off_balance`` the accounts whose kept
    balance differs from their postings, and units whose postings do not sum to zero.
    """

    book: str
    entries: int
    head: str
    broken: Break | None
    off_balance: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Nothing was changed since it was posted."""
        return self.broken is None and not self.off_balance


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A line of a trial balance: what an account holds of a unit."""

    account: AccountKey
    unit: str
    amount: int


def names() -> list[str]:
    """The books of this node, by name."""
    return list(LedgerBook.objects.order_by("name").values_list("name", flat=True))


def size(name: str) -> int:
    """How many entries a book has; 0 where it was never written."""
    return LedgerBook.objects.filter(name=name).values_list("entries", flat=True).first() or 0


def chain(book: LedgerBook) -> QuerySet[LedgerEntry]:
    """A book's entries in their order, with all that ``sealed`` needs."""
    found: QuerySet[LedgerEntry] = LedgerEntry.objects.filter(book=book).order_by("number")
    return found.select_related("book", "reverses").prefetch_related("postings__account")


def sealed(entry: LedgerEntry) -> Sealed:
    """A row of ``chain`` as the rules see it."""
    moves = tuple(
        Move(AccountKey(row.account.holder, row.account.role), row.unit, row.amount)
        for row in entry.postings.all()
    )
    return Sealed(
        book=entry.book.name,
        number=entry.number,
        draft=Draft(entry.key, entry.kind, moves, entry.value_on, entry.reference, entry.detail),
        actor=entry.actor,
        at=entry.at,
        reverses=0 if entry.reverses is None else entry.reverses.number,
        previous=entry.previous,
        digest=entry.digest,
    )


def balance(book: str, account: AccountKey, unit: str) -> int:
    """What an account holds of a unit; 0 where nothing was ever posted to it."""
    rows = LedgerBalance.objects.filter(
        account__book__name=book, account__holder=account.holder, account__role=account.role, unit=unit
    )
    return rows.values_list("amount", flat=True).first() or 0


def trial_balance(book: str) -> list[TrialLine]:
    """Every account and unit of a book with what it holds, by unit, holder and role."""
    rows = LedgerBalance.objects.filter(account__book__name=book).select_related("account")
    return [
        TrialLine(AccountKey(row.account.holder, row.account.role), row.unit, row.amount)
        for row in rows.order_by("unit", "account__holder", "account__role")
    ]


def sums(book: str) -> dict[str, int]:
    """What all accounts of a book hold together, by unit: zero each, in a book that is whole."""
    rows = LedgerBalance.objects.filter(account__book__name=book)
    return {
        row["unit"]: int(row["held"])
        for row in rows.order_by("unit").values("unit").annotate(held=Sum("amount"))
    }


def statement(book: str, account: AccountKey, unit: str = "") -> QuerySet[LedgerPosting]:
    """The postings of an account in their order, with their entries; of one unit if it is given."""
    found: QuerySet[LedgerPosting] = LedgerPosting.objects.filter(
        account__book__name=book, account__holder=account.holder, account__role=account.role
    )
    if unit:
        found = found.filter(unit=unit)
    return found.select_related("entry", "account").order_by("entry__number", "line")


def _watched(entries: Iterator[LedgerEntry], seen: list[Sealed]) -> Iterator[Sealed]:
    for row in entries:
        seen[:] = [sealed(row)]
        yield seen[0]


def _off_balance(book: LedgerBook) -> tuple[str, ...]:
    kept = LedgerBalance.objects.filter(account__book=book)
    held = {
        (holder, role, unit): amount
        for holder, role, unit, amount in kept.values_list(
            "account__holder", "account__role", "unit", "amount"
        )
    }
    postings = LedgerPosting.objects.filter(account__book=book).order_by()
    posted = {
        (row["holder"], row["role"], row["unit"]): int(row["sum"])
        for row in postings.values("unit", holder=F("account__holder"), role=F("account__role")).annotate(
            sum=Sum("amount")
        )
    }
    places = sorted({place for place in {**held, **posted} if held.get(place, 0) != posted.get(place, 0)})
    units: dict[str, int] = {}
    for (_holder, _role, unit), amount in posted.items():
        units[unit] = units.get(unit, 0) + amount
    return (*(" ".join(place) for place in places), *sorted(unit for unit, left in units.items() if left))


@transaction.atomic
def verify(name: str) -> Verdict:
    """Walk a book from its first entry, under its lock, and say whether all is as it was posted.

    A book that was never written is whole and has no entries.
    """
    book = LedgerBook.objects.select_for_update().filter(name=name).first()
    if book is None:
        return Verdict(name, 0, ORIGIN, None, ())
    last: list[Sealed] = []
    broken = first_break(_watched(chain(book).iterator(chunk_size=AT_ONCE), last))
    if broken is None:
        number, head = (last[0].number, last[0].digest) if last else (0, ORIGIN)
        if number < book.entries:
            broken = Break(number + 1, "missing")
        elif head != book.head:
            broken = Break(number, "link")
    return Verdict(name, book.entries, book.head, broken, _off_balance(book))
