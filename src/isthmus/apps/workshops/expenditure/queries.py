"""The book of a programme as the rules have it, and what keeps it open."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from isthmus.apps.workshops.expenditure.models import Entry
from isthmus.apps.workshops.expenditure.rules.book import (
    Advance,
    Line,
    Move,
    Standing,
    advances,
    standings,
)
from isthmus.apps.workshops.expenditure.rules.sums import Difference, Spent, Sums, differences, sums
from isthmus.apps.workshops.programme.models import Programme


def lines_of(programme: Programme) -> list[Line]:
    """The budget, in its order."""
    return [row.as_line for row in programme.budget.order_by("place_in_budget")]


def entries_of(programme: Programme) -> QuerySet[Entry]:
    """The entries, in their order, with what their rules need."""
    return programme.entries.select_related("line", "taken_from", "reverses").order_by("number")


def moves_of(programme: Programme) -> list[Move]:
    """The entries as the rules have them."""
    return [row.as_move for row in entries_of(programme)]


def standings_of(programme: Programme) -> tuple[Standing, ...]:
    """How every budget line stands."""
    return standings(lines_of(programme), moves_of(programme))


def spent_of(programme: Programme) -> list[Spent]:
    """What was spent, line by line, in the order of the budget."""
    return [
        Spent(one.line.heading, one.line.name, one.spent_minor, one.line.is_overhead)
        for one in standings_of(programme)
    ]


def sums_of(programme: Programme) -> Sums:
    """What was spent by heading."""
    return sums(spent_of(programme))


def sources_of(programme: Programme) -> dict[str, str]:
    """Who pays for each line, by its key; lines of which that is not said are left out."""
    rows = programme.budget.exclude(source="").values_list("pk", "source")
    return {str(pk): source for pk, source in rows}


@dataclass(frozen=True, slots=True)
class RateUsed:
    """A rate by which entries stand that nobody took back, and their numbers."""

    currency: str
    rate: Decimal
    on: date
    source: str
    numbers: tuple[int, ...]

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.currency} {self.rate.normalize():f} {self.on.isoformat()} {self.source}"


def rates_of(programme: Programme) -> list[RateUsed]:
    """Every rate that is in use, by currency and day."""
    found: dict[tuple[str, date, Decimal, str], list[int]] = {}
    for row in programme.entries.filter(reversed_by=None).exclude(rate=None).order_by("number"):
        assert row.rate is not None
        assert row.rate_on is not None
        found.setdefault((row.original_currency, row.rate_on, row.rate, row.rate_source), []).append(
            row.number
        )
    return [
        RateUsed(currency, rate, on, source, tuple(numbers))
        for (currency, on, rate, source), numbers in sorted(found.items())
    ]


def corrections_of(programme: Programme) -> list[Entry]:
    """The entries that stand in place of others since a rate was corrected."""
    rows = programme.entries.exclude(corrects=None).select_related("corrects", "line")
    return list(rows.order_by("number"))


def declared_of(programme: Programme) -> dict[str, int]:
    """What was declared, by heading."""
    return dict(programme.declared.order_by("pk").values_list("heading", "amount_minor"))


@dataclass(frozen=True, slots=True)
class Open:
    """What keeps a book open: sums that differ, entries to approve or without receipt, advances still out."""

    differences: tuple[Difference, ...]
    to_approve: tuple[int, ...]
    without_receipt: tuple[int, ...]
    advances: tuple[Advance, ...]

    def __bool__(self) -> bool:
        return bool(self.differences or self.to_approve or self.without_receipt or self.advances)


def open_of(programme: Programme) -> Open:
    """What keeps the book of a programme open."""
    entries = list(entries_of(programme))
    taken_back = {one.reverses_id for one in entries if one.reverses_id is not None}
    standing = [one for one in entries if one.reverses_id is None and one.pk not in taken_back]
    return Open(
        differences(sums_of(programme).named(), declared_of(programme)),
        tuple(one.number for one in entries if not one.approved_by),
        tuple(one.number for one in standing if one.line_id and not one.taken_from_id and not one.receipt),
        advances(one.as_move for one in entries),
    )
