"""Figures of returns: those that stand, those overdue, and duty by product group and month."""

from datetime import UTC, datetime

from django.urls import reverse

from isthmus.apps.excise.assessment import queries
from tests.apps.excise.returns.conftest import MAY, People, declared, drafted, people
from tests.second_factors import browser_of

__all__ = ["people"]
LATER = datetime(2026, 11, 20, tzinfo=UTC)


def test_counts_what_stands_and_what_is_overdue(people: People) -> None:
    declared(people.brewery)
    found = queries.counters(LATER)
    assert [found.value(f"returns.{name}") for name in ("returns", "due", "overdue")] == [1, 1, 1]
    assert (found.of("returns.overdue") or found.all[0]).source.endswith("as of 2026-11-20")
    assert [found.value(name) for name in ("ledger.breaks", "ledger.duty.owed.MDL")] == [0, 152_500]


def test_duty_is_drawn_by_group_and_month(people: People) -> None:
    declared(people.brewery)
    ((month, _code, currency, duty),) = queries.duty_by_month()
    assert (month, currency, duty) == (MAY, "MDL", 152_500)
    page = browser_of(people.approver).get(reverse("excise:figures")).content.decode()
    assert "Duty by product group and month" in page
    assert "1,525.00\N{NO-BREAK SPACE}MDL" in page


def test_a_draft_counts_for_nothing(people: People) -> None:
    drafted(people.brewery)
    assert queries.duty_by_month() == []
    assert queries.counters(LATER).value("returns.returns") == 0
