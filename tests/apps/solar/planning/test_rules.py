"""Planning: sizes that are sold, squares, normalised tables, and what a home is given within its budget."""

from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.solar.planning.rules.choosing import (
    Chosen,
    Rates,
    choose,
    levels_for,
    rates,
)
from isthmus.apps.solar.planning.rules.sizes import STEPS, sold
from isthmus.apps.solar.planning.rules.squares import middle_of, square_of
from isthmus.apps.solar.planning.rules.tables import Relative, relative

PRICES = Rates(600_000, 6_200, 2_800)
TABLE = (Relative(0.03, 0.3, 1.0), Relative(0.05, 0.25, 0.9), Relative(0.2, 0.2, 0.5))


@pytest.mark.parametrize(
    ("size", "step"),
    [(0, 0), (1, 5), (50, 50), (50.1, 60), (200, 200), (201, 225), (999, 1000), (1001, 1100), (5001, 5500)],
)
def test_sizes_are_sold_in_steps(size: float, step: int) -> None:
    assert sold(size) == step


@given(st.floats(50, 20_000))
def test_what_is_sold_holds_what_is_needed_and_little_more(size: float) -> None:
    assert size <= sold(size) < size * 1.21
    assert sold(sold(size)) == sold(size)


def test_steps_divide_the_sizes_where_they_begin() -> None:
    for (most, _step), (_next, step) in pairwise(STEPS):
        assert most % step == 0


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_place_lies_in_its_square(lat: float, lon: float) -> None:
    north, east = middle_of(square_of(lat, lon))
    assert abs(north - lat) <= 1.5
    assert min(abs(east - lon), 360 - abs(east - lon)) <= 1.5


def test_squares_are_the_cells_of_the_climate() -> None:
    assert middle_of(square_of(12.05, 8.52)) == (12.0, 9.0)
    assert square_of(0.0, -180.0) == square_of(0.0, 180.0)
    assert square_of(12.05, 8.52) != square_of(12.05, 10.6)


def test_the_cheapest_of_a_table_lies_between_the_sizes_that_were_tried() -> None:
    wp, label = np.array([0.2, 0.4]), np.array([0.5, 1.0, 2.0])
    short = np.array([[0.5, 0.4, 0.3], [0.1, 0.01, 0.0]])
    cost = np.array([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]])
    found = relative(0.1, wp, label, short, cost)
    assert found == Relative(0.1, 0.4, 0.5)
    between = relative(10**-1.5, wp, label, short, cost)
    assert between is not None
    assert between.battery_wh == pytest.approx(0.5**0.5)
    assert relative(0.4, wp, label, short, cost) == Relative(0.4, 0.2, 1.0)
    far = relative(0.0, wp, label, short, cost)
    assert far is not None
    assert far.battery_wh == pytest.approx(2.0)


def test_a_level_that_no_panel_reaches_has_no_system() -> None:
    short = np.array([[0.5, 0.4]])
    assert relative(0.1, np.array([0.2]), np.array([1.0, 2.0]), short, short) is None


def test_the_panel_that_makes_the_whole_cheapest_is_taken() -> None:
    wp, label = np.array([0.2, 0.4, 0.8]), np.array([1.0, 2.0])
    short = np.zeros((3, 2))
    cost = np.array([[3.0, 4.0], [1.0, 2.0], [5.0, 6.0]])
    assert relative(0.05, wp, label, short, cost) == Relative(0.05, 0.4, 1.0)


def test_prices_are_whole_numbers_and_half_is_rounded_up() -> None:
    assert rates(Decimal(60), Decimal("0.62"), Decimal("0.28")) == PRICES
    assert Rates(50, 0, 0).cents(0, 0) == 1
    assert Rates(49, 0, 0).cents(0, 0) == 0
    assert PRICES.cents(150, 500) == 29_300
    with pytest.raises(ValueError, match="four decimals"):
        rates(Decimal("0.00001"), Decimal(1), Decimal(1))


def test_less_is_given_where_the_budget_does_not_reach() -> None:
    assert levels_for(0.03) == (0.03, 0.05, 0.1, 0.2)
    assert levels_for(0.2) == (0.2,)
    assert choose(500, TABLE, 0.03, PRICES, None) == Chosen(0.03, 150, 500, 29_300, "asked")
    assert choose(500, TABLE, 0.03, PRICES, 29_300).state == "asked"
    assert choose(500, TABLE, 0.03, PRICES, 29_299) == Chosen(0.05, 130, 450, 26_660, "less")
    assert choose(500, TABLE, 0.03, PRICES, 20_000) == Chosen(0.2, 100, 250, 19_200, "less")
    assert choose(500, TABLE, 0.03, PRICES, 100) == Chosen(0.2, 100, 250, 19_200, "beyond")


def test_a_place_that_does_not_reach_what_was_asked_gives_less() -> None:
    assert choose(500, TABLE[1:], 0.03, PRICES, None).state == "less"
    with pytest.raises(ValueError, match="without a row"):
        choose(500, (), 0.03, PRICES, None)


@given(st.floats(10, 20_000), st.integers(0, 2_000_000), st.integers(0, 100_000))
def test_more_money_never_gives_a_less_reliable_system(wh: float, budget: int, more: int) -> None:
    poor, rich = (choose(wh, TABLE, 0.03, PRICES, cents) for cents in (budget, budget + more))
    assert rich.level <= poor.level
    assert poor.state == "beyond" or poor.cents <= budget
