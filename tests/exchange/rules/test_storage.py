"""Room for files, and the chunks that the next bundle takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.exchange.rules.storage import MIB, has_room, next_chunks, share_mib


def test_a_file_may_fill_the_room_to_the_last_byte() -> None:
    assert has_room(MIB, held=MIB, limit_mib=2)
    assert not has_room(MIB + 1, held=MIB, limit_mib=2)
    assert not has_room(1, held=3 * MIB, limit_mib=2), "the limit may have been lowered"


def test_a_partner_has_its_share_and_room_for_one_largest_file() -> None:
    assert share_mib(1000, 50, largest_mib=50) == 500
    assert share_mib(99, 60, largest_mib=50) == 59
    assert share_mib(60, 50, largest_mib=50) == 50


@pytest.mark.parametrize(
    ("missing", "begin", "chosen", "then"),
    [
        ((0, 1, 2, 3), 0, (0, 1), 2),
        ((0, 1, 2, 3), 2, (2, 3), 4),
        ((0, 1, 2, 3), 3, (3,), 4),
        ((0, 1, 2, 3), 4, (0, 1), 2),  # the round is over: from the front again
        ((1, 7, 9), 2, (7, 9), 10),
        ((1,), 9, (1,), 2),
        ((), 0, (), 0),
        ((), 5, (), 0),
    ],
)
def test_a_round_goes_on_where_the_last_bundle_ended(
    missing: tuple[int, ...], begin: int, chosen: tuple[int, ...], then: int
) -> None:
    assert next_chunks(missing, begin=begin, most=2) == (chosen, then)


@given(st.sets(st.integers(0, 60), min_size=1), st.integers(1, 9), st.integers(0, 70))
def test_every_chunk_has_its_turn_wherever_the_round_stands(missing: set[int], most: int, begin: int) -> None:
    wanted = tuple(sorted(missing))
    seen: set[int] = set()
    for _ in range(2 * len(wanted) // most + 3):
        chosen, begin = next_chunks(wanted, begin=begin, most=most)
        assert 0 < len(chosen) <= most
        seen.update(chosen)
    assert seen == missing
