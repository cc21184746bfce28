"""The status filter: every serial of the set is found, others hardly ever, and it is small."""

import random
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.apps.excise.stamps.rules import filtering, issuing
from isthmus.apps.excise.stamps.rules.filter_building import built

MADE = datetime(2026, 11, 23, 10, 2, tzinfo=UTC)


def rows(serials: list[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(serials), dtype=np.uint8).reshape(-1, 10)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.binary(min_size=10, max_size=10), max_size=300))
def test_every_serial_of_the_set_is_found(serials: set[bytes]):
    found = filtering.opened(built(rows(sorted(serials)), MADE))
    assert all(found.holds(serial) for serial in serials)
    assert found.shape.count == len(serials)
    assert found.made_at == MADE


def test_others_are_found_in_a_thousandth_of_the_cases_and_the_same_set_gives_the_same_bytes():
    chance = random.Random(11)
    serials = issuing.draw(20_000, chance.randbytes)
    data = built(serials, MADE)
    assert built(serials, MADE) == data
    found = filtering.opened(data)
    assert all(found.holds(serial.tobytes()) for serial in serials[::7])
    others = sum(found.holds(chance.randbytes(10)) for _ in range(30_000))
    assert 5 <= others <= 60  # 29 are expected


def test_ten_million_serials_take_less_than_fifteen_megabytes():
    assert filtering.shape_for(10_000_000, 1).size_bytes + filtering.HEADER.size <= 15_000_000
    assert 2**-filtering.FINGERPRINT_BITS <= 0.001


def test_an_empty_set_holds_nothing():
    found = filtering.opened(built(rows([]), MADE))
    assert not found.holds(bytes(10))


def test_a_serial_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        built(rows([b"0123456789"] * 2), MADE)


def test_known_bytes_stay_so_that_pages_already_downloaded_read_new_filters():
    assert filtering.hashed(b"0123456789", 1) == 0xB6D5311BCCE41F44


@pytest.mark.parametrize(
    "damage", [lambda data: data[:20], lambda data: b"X" + data[1:], lambda data: data[:-1]]
)
def test_other_bytes_are_no_filter(damage):
    with pytest.raises(filtering.FilterFault):
        filtering.opened(damage(built(rows([b"0123456789"]), MADE)))
