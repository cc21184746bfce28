"""Terms of countries, returns that somebody may see, and what the duty book says about each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from isthmus.accounts.policy import Actor, Everything, reach_of
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.ledger.models import LedgerEntry, LedgerPosting
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.registry.queries import operators_of
from isthmus.apps.excise.returns.formats.terms_file import read_terms
from isthmus.apps.excise.returns.models import DutyReturn
from isthmus.apps.excise.returns.rules.entries import CHART, WITHDRAWABLE, owed, refunds
from isthmus.apps.excise.returns.rules.states import State
from isthmus.apps.excise.returns.rules.terms import Terms
from isthmus.kit import clock
from isthmus.kit.errors import NotFound

VIEW = "excise.return.view"
PARAMS = Path(__file__).resolve().parent / "params"
OPEN = (State.DECLARED.value, State.ASSESSED.value)


@lru_cache(maxsize=32)
def _read(path: Path, _changed_ns: int) -> Terms:
    return read_terms(path.read_bytes(), path.name)


def all_terms() -> list[Terms]:
    """The terms of every country that has some here."""
    return [_read(path, path.stat().st_mtime_ns) for path in sorted(PARAMS.glob("*.toml"))]


def terms_of(country: str) -> Terms:
    """The terms of a country. NotFound where it has none."""
    found = next((terms for terms in all_terms() if terms.country == country), None)
    if found is None:
        raise NotFound(
            "excise.no-terms",
            _("It is not stated here when duty falls due in %(country)s.") % {"country": country},
            next_step=_("Add a file of terms for this country beside those of MD and MV."),
        )
    return found


def returns_of(actor: Actor, action: str = VIEW) -> QuerySet[DutyReturn]:
    """The returns that somebody may see: those of an authority's operators, and a firm's own."""
    rows = DutyReturn.objects.select_related("operator")
    if isinstance(reach_of(actor, action), Everything):
        return rows
    return rows.filter(operator__in=operators_of(actor, action).values("pk"))


def with_owed(rows: QuerySet[DutyReturn], today: date) -> QuerySet[Any]:
    """Each return with ``owed`` by the duty book, and ``rank``: 0 overdue, 1 to be paid, 2 to be declared, 3
    settled. Versions that were replaced are left out.
    """
    postings = LedgerPosting.objects.filter(
        entry__book__name=CHART.book, entry__reference=OuterRef("number"), account__role="owed"
    )
    sums = postings.order_by().values("entry__reference").annotate(sum=Sum("amount")).values("sum")
    of_number = Coalesce(Subquery(sums), Value(0), output_field=BigIntegerField())
    found = rows.exclude(state=State.REPLACED.value).annotate(
        # A draft of a new version shares the number; what is owed stands with the version that is declared.
        owed=Case(
            When(state=State.DRAFT.value, then=Value(0)), default=of_number, output_field=BigIntegerField()
        )
    )
    rank = Case(
        When(Q(state=State.DRAFT.value), then=Value(2)),
        When(Q(owed__gt=0, due_on__lt=today), then=Value(0)),
        When(Q(state__in=OPEN) | Q(owed__gt=0), then=Value(1)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return found.annotate(rank=rank)


def entries_of(row: DutyReturn) -> QuerySet[LedgerEntry]:
    """Every entry of the duty book about a return, in all its versions, with the postings."""
    entries: QuerySet[LedgerEntry] = LedgerEntry.objects.filter(
        book__name=CHART.book, reference=row.number or "-"
    )
    return (
        entries.select_related("reverses", "reversed_by")
        .prefetch_related("postings__account")
        .order_by("number")
    )


def held(row: DutyReturn, role: str) -> int:
    """What the accounts of a role hold by reason of one return, in minor units."""
    if row.number is None:
        return 0
    postings = LedgerPosting.objects.filter(
        entry__book__name=CHART.book, entry__reference=row.number, account__role=role, unit=row.currency
    )
    return int(postings.aggregate(sum=Sum("amount"))["sum"] or 0)


@dataclass(frozen=True, slots=True)
class Stated:
    """A line of a statement: the entry, what it moved, and what is owed after it (minor units)."""

    entry: LedgerEntry
    amount: int
    after: int


@dataclass(frozen=True, slots=True)
class Statement:
    """An operator's account in one currency: what was owed before, each entry, what is owed and to be
    refunded now. ``left_out`` counts the older entries that are within ``before``.
    """

    currency: str
    before: int
    lines: tuple[Stated, ...]
    owed: int
    refunds: int
    left_out: int


def statements(operator: Operator, most: int = 200) -> list[Statement]:
    """An operator's account, a statement a currency, each with its last ``most`` entries."""
    account = owed(operator.excise_number)
    rows = LedgerPosting.objects.filter(
        account__book__name=CHART.book, account__holder=account.holder, account__role=account.role
    )
    units = rows.order_by("unit").values_list("unit", flat=True).distinct()
    return [_statement(operator, unit, most) for unit in units]


def _statement(operator: Operator, unit: str, most: int) -> Statement:
    account = owed(operator.excise_number)
    postings = ledger.statement(CHART.book, account, unit)
    newest = list(postings.order_by("-entry__number", "-line")[:most])[::-1]
    now = ledger.balance(CHART.book, account, unit)
    before = after = now - sum(row.amount for row in newest)
    lines = []
    for row in newest:
        after += row.amount
        lines.append(Stated(row.entry, row.amount, after))
    due_back = ledger.balance(CHART.book, refunds(operator.excise_number), unit)
    return Statement(unit, before, tuple(lines), now, -due_back, postings.count() - len(newest))


def operator_by_number(excise_number: str, rows: QuerySet[Operator] | None = None) -> Operator:
    """The operator of an excise number, among those that may be seen. NotFound."""
    found = (Operator.objects.all() if rows is None else rows).filter(excise_number=excise_number).first()
    if found is None:
        raise NotFound(
            "excise.no-operator",
            _("There is no operator with the excise number %(number)s.") % {"number": excise_number},
            next_step=_("Look the number up in the registry of operators."),
        )
    return found


def today() -> date:
    """This day, in UTC."""
    return clock.now().date()


def tax_points() -> Iterator[tuple[str, str]]:
    """Every tax point of every country: ``MD/release`` and its words."""
    for terms in all_terms():
        for point in dict.fromkeys((one.name, one.title) for one in terms.tax_points):
            yield f"{terms.country}/{point[0]}", f"{terms.country} · {point[1]}"


def withdrawable(row: DutyReturn) -> QuerySet[LedgerEntry]:
    """The entries of a return that an approver may still take back."""
    return entries_of(row).filter(kind__in=WITHDRAWABLE, reversed_by=None)


def stated(row: DutyReturn) -> list[Stated]:
    """The entries of a return that moved what is owed on it, with what was owed after each."""
    lines, after = [], 0
    for entry in entries_of(row):
        moved = sum(posting.amount for posting in entry.postings.all() if posting.account.role == "owed")
        after += moved
        lines.append(Stated(entry, moved, after))
    return lines
