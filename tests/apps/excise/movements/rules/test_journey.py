"""Journeys have a limit by mode, and shortages an allowance by product."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.movements.rules import journey
from isthmus.apps.excise.movements.rules.shortages import Allowance, allowance_for, judge, may_split

LEFT = datetime(2026, 11, 27, 12, tzinfo=UTC)
WINE_BY_SEA = Allowance("W", "1", Decimal("0.5"))
WINE = Allowance("W", "", Decimal("0.3"))
STILL = Allowance("W200", "", Decimal("0.2"))
ANY = Allowance("", "", Decimal("0.1"))
ALL = (ANY, WINE, WINE_BY_SEA, STILL)


@pytest.mark.parametrize(
    ("code", "length"),
    [
        ("H01", timedelta(hours=1)),
        ("H24", timedelta(days=1)),
        ("D01", timedelta(days=1)),
        ("D92", timedelta(days=92)),
    ],
)
def test_a_journey_is_hours_or_days(code: str, length: timedelta):
    assert journey.journey(code) == length


@pytest.mark.parametrize("code", ["", "D93", "H25", "D00", "H00", "d20", "20"])
def test_what_is_no_journey_time_is_refused(code: str):
    with pytest.raises(ValueError, match=r"is no journey time|takes no time"):
        journey.journey(code)


@pytest.mark.parametrize(
    ("code", "mode", "days"),
    [
        ("D20", "4", 0),
        ("D21", "4", 1),
        ("D35", "3", 0),
        ("D36", "3", 1),
        ("D45", "1", 0),
        ("D92", "7", 77),
        ("H12", "7", 0),
    ],
)
def test_each_mode_has_its_limit(code: str, mode: str, days: int):
    assert journey.excess(code, mode) == timedelta(days=days)


def test_a_country_may_allow_less():
    assert journey.excess("D11", "3", {"3": 10}) == timedelta(days=1)
    with pytest.raises(KeyError):
        journey.excess("D11", "9")


def test_a_movement_is_late_when_its_time_is_over():
    assert journey.due(LEFT, "H12") == datetime(2026, 11, 28, tzinfo=UTC)
    assert journey.late_by(LEFT, "H12", LEFT + timedelta(hours=12)) == timedelta()
    assert journey.late_by(LEFT, "H12", LEFT + timedelta(hours=13)) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("product", "mode", "found"),
    [("W200", "1", STILL), ("W300", "1", WINE_BY_SEA), ("W300", "3", WINE), ("B000", "3", ANY)],
)
def test_the_closest_allowance_counts(product: str, mode: str, found: Allowance):
    assert allowance_for(product, mode, ALL) == found
    assert allowance_for(product, mode, ALL[::-1]) == found


def test_without_an_allowance_everything_missing_is_charged():
    found = judge(Decimal(1000), Decimal("0.5"), "S200", "3")
    assert (found.allowed, found.charged, found.to_explain) == (0, Decimal("0.5"), True)
    assert allowance_for("S200", "3", [WINE]) is None


def test_only_the_excess_over_the_allowance_is_charged():
    assert judge(Decimal(1000), Decimal(3), "W300", "3", ALL).charged == 0
    assert not judge(Decimal(1000), Decimal(3), "W300", "3", ALL).to_explain
    assert judge(Decimal(1000), Decimal(5), "W300", "3", ALL).charged == 2


@given(st.decimals(0, 10**6, places=3), st.decimals(0, 10**6, places=3))
def test_what_is_charged_lies_between_nothing_and_what_is_missing(sent: Decimal, missing: Decimal):
    if missing > sent:
        with pytest.raises(ValueError, match="cannot be missing"):
            judge(sent, missing, "W200", "3", ALL)
        return
    found = judge(sent, missing, "W200", "3", ALL)
    assert 0 <= found.charged <= found.missing == missing
    assert found.charged + found.allowed >= missing


@pytest.mark.parametrize(("products", "may"), [(["E410"], True), (["E410", "W200"], False), ([], False)])
def test_only_energy_products_are_split(products: list[str], may: bool):
    assert may_split(products) is may
