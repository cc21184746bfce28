"""Which lines of goods make up a cell, and what the cells of a corridor come to."""

from datetime import date
from decimal import Decimal

import pytest

from isthmus.apps.etrade.mirror.rules.cells import UNKNOWN, Cell
from isthmus.apps.etrade.mirror.rules.lines import (
    TOP,
    Sought,
    Weights,
    belongs,
    by_chapter,
    by_period,
    digits_of,
    periods_of,
)

DAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("code", "digits"), [("0713.31", "071331"), ("07 13", "0713"), ("beans", ""), (None, ""), ("", "")]
)
def test_the_digits_of_a_code_are_without_dots_and_spaces(code: str | None, digits: str) -> None:
    assert digits_of(code) == digits


def test_a_day_is_in_a_month_a_quarter_and_a_year() -> None:
    assert periods_of(DAY) == ("2026-03", "2026-Q1", "2026")
    assert periods_of(date(2026, 4, 1))[1] == "2026-Q2"
    assert periods_of(None) == (UNKNOWN,)


@pytest.mark.parametrize(
    ("sought", "hs", "day", "currency", "found"),
    [
        (Sought(), "071331", DAY, "USD", True),
        (Sought(hs="0713"), "0713.31", DAY, "USD", True),
        (Sought(hs="0714"), "0713.31", DAY, "USD", False),
        (Sought(hs=UNKNOWN, digits=6), "0713", DAY, "USD", True),
        (Sought(hs=UNKNOWN, digits=4), "0713", DAY, "USD", False),
        (Sought(hs=UNKNOWN), "beans", DAY, "USD", True),
        (Sought(period="2026-Q1"), "0713", DAY, None, True),
        (Sought(period="2026-02"), "0713", DAY, None, False),
        (Sought(currency="USD"), "0713", DAY, "usd", True),
        (Sought(currency="USD"), "0713", DAY, "EUR", False),
        (Sought(currency=UNKNOWN), "0713", DAY, None, True),
        (Sought(currency=UNKNOWN), "0713", DAY, "ZZZ", True),
    ],
)
def test_a_line_belongs_to_the_cell_that_counts_it(
    sought: Sought, hs: str, day: date, currency: str | None, found: bool
) -> None:
    assert belongs(sought, hs, day, currency) is found


def cell(hs: str, period: str, sent: int | None, received: int | None) -> Cell:
    kg = [None if value is None else Decimal(value) for value in (sent, received)]
    return Cell("CN>MM", hs, period, "USD", None, kg[0], 1, None, kg[1], 1, Decimal(0), None, None, None)


CELLS = [cell("07", "2026-02", 5, None), cell("10", "2026-01", 1, 9), cell("07", "2026-01", 2, None)]


def test_weights_add_up_by_month_in_the_order_of_time() -> None:
    assert by_period([*CELLS, cell("99", "2026-03", None, None)]) == [
        Weights("2026-01", Decimal(3), Decimal(9)),
        Weights("2026-02", Decimal(5), None),
        Weights("2026-03", None, None),
    ]


def test_the_chapter_of_which_most_is_moved_comes_first_and_ten_are_enough() -> None:
    found = by_chapter([*CELLS, cell(UNKNOWN, "2026-01", 8, None)])
    assert [one.name for one in found] == ["10", UNKNOWN, "07"]
    assert found[2] == Weights("07", Decimal(7), None)
    assert len(by_chapter([cell(f"{n:02d}", "2026-01", n, n) for n in range(1, 15)])) == TOP
