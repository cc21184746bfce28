"""Signs of copies: what one bottle cannot have done, beyond the error of clocks."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.apps.excise.stamps.rules import clones
from isthmus.apps.excise.stamps.rules.clones import BACK, NEVER, TRAVEL, UNMADE, Bounds, Scans

# Chisinau, Balti (109 km from there), Cahul (133 km), Male (6,395 km)
LATITUDES = [47.0105, 47.7617, 45.9075, 4.1755]
LONGITUDES = [28.8638, 27.9289, 28.1944, 73.5093]
BOUNDS = Bounds(speed_kmh=100, clock_error_s=600, place_error_km=1)


def scans(rows: list[tuple[int, int, int]], produced: list[int] | None = None) -> Scans:
    serial, second, place = (np.array(column, dtype=np.int32) for column in zip(*rows, strict=True))
    made = None if produced is None else np.array(produced, dtype=np.int64)
    return Scans(serial, second, place, np.array(LATITUDES), np.array(LONGITUDES), made)


def told(found: clones.Signs) -> list[tuple[int, int, int, int]]:
    columns = (found.serial, found.second, found.place, found.kinds)
    return [tuple(int(value) for value in row) for row in zip(*columns, strict=True)]


def distance_km(one: int, other: int) -> float:
    (a, b), (c, d) = [
        (math.radians(LATITUDES[place]), math.radians(LONGITUDES[place])) for place in (one, other)
    ]
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


def one_by_one(rows: list[tuple[int, int, int]], produced: list[int] | None) -> list[tuple[int, ...]]:
    """The rules in plain words of Python."""
    found = []
    ordered = sorted(rows)
    for index, (serial, second, place) in enumerate(ordered):
        before = [row for row in ordered[max(0, index - 2) : index] if row[0] == serial]
        kinds = 0
        if before and before[-1][2] != place:
            reach = 1 + 100 / 3600 * (second - before[-1][1] + 600)
            kinds |= TRAVEL if distance_km(place, before[-1][2]) > reach else 0
            kinds |= BACK if len(before) == 2 and before[0][2] == place else 0
        if not before and produced is not None:
            made = produced[serial]
            kinds |= UNMADE if made == NEVER or second + 600 < made else 0
        if kinds:
            found.append((serial, second, place, kinds))
    return found


ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 20_000), st.integers(0, 3)), min_size=1, max_size=60
)


@settings(deadline=None)
@given(ROWS, st.one_of(st.none(), st.lists(st.integers(-1, 20_000), min_size=5, max_size=5)))
def test_arrays_find_what_the_rules_say_of_each_scan(rows, produced):
    assert told(clones.signs_of(scans(rows, produced), BOUNDS)) == one_by_one(rows, produced)


@settings(deadline=None, max_examples=30)
@given(ROWS)
def test_where_the_numbers_do_not_fit_into_one_an_index_finds_the_same(rows):
    expected = told(clones.signs_of(scans(rows), BOUNDS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clones, "_WIDEST", 2)
        assert clones.in_order(scans(rows)).places is not None
        assert told(clones.signs_of(scans(rows), BOUNDS)) == expected


def test_portions_look_across_their_borders(monkeypatch: pytest.MonkeyPatch):
    chance = random.Random(5)
    rows = [(chance.randrange(40), chance.randrange(50_000), chance.randrange(4)) for _ in range(700)]
    whole = told(clones.signs_of(scans(rows, [NEVER] * 40), BOUNDS))
    monkeypatch.setattr(clones, "_PORTION", 3)
    assert told(clones.signs_of(scans(rows, [NEVER] * 40), BOUNDS)) == whole


def test_no_scans_give_no_signs():
    empty = np.zeros(0, dtype=np.int32)
    found = clones.signs_of(Scans(empty, empty, empty, np.zeros(0), np.zeros(0)), BOUNDS)
    assert told(found) == []


def test_the_clocks_error_is_allowed_for_to_the_second():
    """109 km in 57 minutes: possible at 100 km/h with ten minutes of clock error, not with five."""
    rows = [(0, 0, 0), (0, 57 * 60, 1)]
    assert told(clones.signs_of(scans(rows), BOUNDS)) == []
    close = Bounds(speed_kmh=100, clock_error_s=300, place_error_km=1)
    found = clones.signs_of(scans(rows), close)
    assert told(found) == [(0, 3420, 1, TRAVEL)]
    assert (int(found.second_before[0]), int(found.place_before[0])) == (0, 0)


def test_distances_are_those_of_the_map():
    columns = scans([(0, 0, 0)])
    far = clones.distances_km(columns, np.array([0, 0]), np.array([1, 3]))
    assert far[0] == pytest.approx(distance_km(0, 1), rel=1e-9)
    assert far[1] == pytest.approx(distance_km(0, 3), rel=1e-9)


def test_a_bottle_that_stays_or_moves_on_gives_no_sign():
    rows = [(0, 0, 0), (0, 10, 0), (0, 90_000, 1), (0, 400_000, 2)]
    assert told(clones.signs_of(scans(rows), BOUNDS)) == []
    assert told(clones.signs_of(scans([*rows, (0, 900_000, 1)]), BOUNDS)) == [(0, 900_000, 1, BACK)]
