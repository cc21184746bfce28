"""Activation against production by running totals, and what a place and a Digital Link say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.stamps.rules.production import (
    Counted,
    Gap,
    coordinates,
    serial_in,
    unproduced,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def at(minute: int, count: int) -> Counted:
    return Counted(NOON + timedelta(minutes=minute), count)


def test_stamps_on_bottles_that_were_made_before_are_no_gap():
    assert unproduced([at(60, 10), at(120, 10)], [at(0, 15), at(90, 5)], QUARTER) is None


def test_the_widest_gap_is_told_with_both_figures():
    found = unproduced([at(0, 5), at(60, 10), at(300, 1)], [at(30, 8), at(200, 20)], QUARTER)
    assert found == Gap(NOON + timedelta(minutes=60), 15, 8)
    assert found.missing == 7


def test_of_equal_gaps_the_first_counts():
    found = unproduced([at(0, 5), at(60, 5)], [at(59, 5)], QUARTER)
    assert found == Gap(NOON, 5, 0)


@pytest.mark.parametrize(("minute", "gap"), [(15, None), (16, Gap(NOON, 5, 0))])
def test_clocks_may_be_wrong_by_so_much(minute: int, gap: Gap | None):
    assert unproduced([at(0, 5)], [at(minute, 5)], QUARTER) == gap


def test_without_activation_there_is_nothing_to_compare():
    assert unproduced([], [at(0, 5)], QUARTER) is None


figures = st.lists(st.builds(at, st.integers(0, 500), st.integers(1, 50)), max_size=20)


@given(figures, figures)
def test_a_gap_is_never_wider_than_all_that_was_activated(made: list[Counted], used: list[Counted]):
    found = unproduced(used, made, QUARTER)
    totals = [sum(one.count for one in used if one.at <= each.at) for each in used]
    if found is None:
        assert all(total <= sum(one.count for one in made) for total in totals)
    else:
        assert 0 < found.missing <= sum(one.count for one in used)
        known = sum(one.count for one in made if one.at <= found.at + QUARTER)
        assert found.produced == known


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("geo:47.01,28.86", (47.01, 28.86)),
        ("geo:-4.17,73.5;u=30", (-4.17, 73.5)),
        ("geo:91,0", None),
        ("geo:47", None),
        ("geo:north,east", None),
        ("urn:epc:id:sgln:4012345.00001.0", None),
    ],
)
def test_coordinates_of_a_place(place: str, found: tuple[float, float] | None):
    assert coordinates(place) == found


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("https://id.gs1.org/01/04006381333931/21/ABC", ("04006381333931", "ABC")),
        ("HTTPS://NODE/01/04006381333931/21/ABC?91=00X", ("04006381333931", "ABC")),
        ("https://id.gs1.org/01/04006381333931", None),
        ("https://id.gs1.org/01/4006381333931/21/ABC", None),
        ("urn:epc:id:sgtin:4012345.011111.987", None),
    ],
)
def test_a_thing_in_a_digital_link(uri: str, found: tuple[str, str] | None):
    assert serial_in(uri) == found
