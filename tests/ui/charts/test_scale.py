"""Axes: ticks that people can count with."""

import itertools
import math

import pytest
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from isthmus.kit.errors import Fault
from isthmus.ui.charts.scale import brief, finite, nice, spread, thin

VALUES = st.floats(-1e15, 1e15, allow_nan=False).filter(lambda v: v == 0 or abs(v) > 1e-12)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ((0, 97), (0, 20, 40, 60, 80, 100)),
        ((3, 12), (2, 4, 6, 8, 10, 12)),
        ((-7, 12), (-10, -5, 0, 5, 10, 15)),
        ((0.001, 0.0042), (0.001, 0.002, 0.003, 0.004, 0.005)),
        ((), (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ((5, 5), (2, 3, 4, 5, 6, 7, 8)),
        ((1e12, 4.2e12), (1e12, 2e12, 3e12, 4e12, 5e12)),
    ],
)
def test_ticks_are_nice(values, ticks):
    assert nice(values).ticks == pytest.approx(ticks)


def test_bars_have_their_zero():
    assert nice((40, 52), zero=True).ticks == (0, 20, 40, 60)
    assert nice((-40,), zero=True).ticks == (-40, -30, -20, -10, 0)
    assert nice((5e-324,), zero=True) == nice((0,), zero=True)
    assert nice((0, 0), zero=True).ticks[0] <= 0 <= nice((0, 0), zero=True).ticks[-1]


@given(st.lists(VALUES, min_size=1, max_size=20), st.booleans())
def test_every_value_is_within_and_steps_are_1_2_or_5(values, zero):
    assume(max(values) == min(values) or max(values) - min(values) > max(map(abs, values)) * 1e-9)
    scale = nice(values, zero=zero)
    tolerance = (scale.high - scale.low) * 1e-9
    assert scale.low <= min(values) + tolerance
    assert scale.high >= max(values) - tolerance
    assert 2 <= len(scale.ticks) <= 12
    step = scale.ticks[1] - scale.ticks[0]
    lead = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(lead - n) for n in (1, 2, 5, 10)) < 1e-3
    if zero:
        assert scale.low <= 0 <= scale.high


def test_values_stand_at_their_place():
    scale = nice((0, 100)).over(300, 30)
    assert scale.at(0) == 300
    assert scale.at(100) == 30
    assert scale.at(50) == 165


def test_huge_values_of_both_signs_have_a_place():
    scale = nice((-1e300, 1e300))
    assert math.isfinite(scale.at(0))


@pytest.mark.parametrize(
    ("values", "labels", "unit"),
    [
        ((0, 5), ["0", "1", "2", "3", "4", "5"], "kg"),
        ((0, 1), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"], "kg"),
        ((0, 5_000), ["0", "1,000", "2,000", "3,000", "4,000", "5,000"], "kg"),
        ((0, 50_000_000), ["0", "10", "20", "30", "40", "50"], "million kg"),
        ((0, 2e9), ["0", "0.5", "1.0", "1.5", "2.0"], "billion kg"),
        ((0, 4e15), ["0", "1", "2", "3", "4"], "×\u00a010¹⁵ kg"),
        ((0, 5e-5), ["0", "10", "20", "30", "40", "50"], "×\u00a010⁻⁶ kg"),
    ],
)
def test_labels_are_short_and_the_axis_says_what_they_leave_out(values, labels, unit):
    scale = nice(values)
    assert [scale.label(tick) for tick in scale.ticks] == labels
    assert scale.unit("kg") == unit


def test_other_values_keep_their_digits_on_the_axis():
    assert nice((0, 8)).exact(4.5) == "4.5"
    assert nice((0, 50_000_000)).exact(12_345_678) == "12.3457"
    assert nice((0, 5)).exact(0) == "0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (26_480, "26,480"),
        (1 / 3, "0.333333"),
        (-2.5, "−2.5"),
        (123_456_789, "123,456,789"),
        (123_456_789.4, "123,456,789"),
        (4.25e-100, "4.25\u00a0×\u00a010⁻¹⁰⁰"),
        (-1e18, "−1\u00a0×\u00a010¹⁸"),
    ],
)
def test_numbers_in_pictures_are_brief(value, text):
    assert brief(value) == text


def test_labels_speak_the_language():
    with translation.override("fr"):
        assert nice((0, 1)).label(0.2) == "0,2"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e301])
def test_what_is_not_a_number_is_refused(value):
    with pytest.raises(Fault) as raised:
        finite((1.0, None, value))
    assert raised.value.code == "ui.chart.not-finite"


def test_missing_values_are_left_out():
    assert finite((1, None, 2)) == (1.0, 2.0)


@given(st.lists(st.floats(0, 300), max_size=6))
def test_labels_are_spread_so_that_none_meets_another(wanted):
    placed = spread(wanted, 16, 0, 300)
    ordered = sorted(placed)
    assert all(b - a >= 16 - 1e-9 for a, b in itertools.pairwise(ordered))
    assert all(-1e-9 <= p <= 300 + 1e-9 for p in placed)


def test_labels_with_room_stay_where_they_are():
    assert spread([100.0, 20.0], 16, 0, 300) == [100.0, 20.0]


@pytest.mark.parametrize(
    ("count", "room", "width", "every"), [(20, 600, 80, 3), (5, 600, 80, 1), (1, 10, 80, 1)]
)
def test_labels_are_thinned(count, room, width, every):
    assert thin(count, room, width) == every
