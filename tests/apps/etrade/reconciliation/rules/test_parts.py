"""Split and merged shipments: which parts make up a whole."""

from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.reconciliation.rules.parts import Piece, settle


def piece(number: int, grams: int, *, day: int = 10, lacking: int | None = None) -> Piece:
    return Piece(number, number, day, grams, grams if lacking is None else lacking)


def settled(wholes: list[Piece], parts: list[Piece]) -> list[tuple[int, int]]:
    return settle(wholes, parts, earliest=-5, latest=75)


def test_two_parts_that_sum_up_to_a_whole_belong_to_it() -> None:
    parts = [piece(1, 600), piece(2, 400), piece(3, 777)]
    assert settled([piece(9, 1000)], parts) == [(9, 1), (9, 2)]


def test_the_sum_may_be_off_by_half_a_per_cent_and_no_more() -> None:
    assert settled([piece(9, 1000)], [piece(1, 600), piece(2, 405)]) == [(9, 1), (9, 2)]
    assert settled([piece(9, 1000)], [piece(1, 600), piece(2, 406)]) == []


def test_parts_that_were_rounded_may_be_off_by_half_a_step_each_up_to_two_per_cent() -> None:
    # to a kilogram each, and to ten
    assert settled([piece(9, 40_000)], [piece(1, 21_000), piece(2, 20_000)]) == [(9, 1), (9, 2)]
    assert settled([piece(9, 100_000)], [piece(1, 62_500), piece(2, 40_000)]) == [(9, 1), (9, 2)]
    assert settled([piece(9, 100_000)], [piece(1, 62_501), piece(2, 40_000)]) == []
    assert settled([piece(9, 100_000)], [piece(1, 61_999), piece(2, 39_999)]) == []
    # the part that is linked already was rounded as well
    assert settled([piece(9, 100_000, lacking=60_000)], [piece(1, 62_000)]) == [(9, 1)]


def test_one_part_alone_is_no_split_unless_the_whole_has_another_already() -> None:
    assert settled([piece(9, 1000)], [piece(1, 1000)]) == []
    assert settled([piece(9, 1000, lacking=400)], [piece(1, 400)]) == [(9, 1)]


def test_parts_outside_the_window_or_without_weight_do_not_count() -> None:
    assert settled([piece(9, 1000)], [piece(1, 600, day=4), piece(2, 400)]) == []
    assert settled([piece(9, 1000)], [piece(1, 600, day=86), piece(2, 400)]) == []
    assert settled([piece(9, 1000)], [piece(1, 1000), piece(2, 0)]) == []


def test_a_part_serves_one_whole_alone_the_earlier_first() -> None:
    wholes = [piece(8, 1000, day=11), piece(9, 1000, day=10)]
    assert settled(wholes, [piece(1, 600, day=12), piece(2, 400, day=12)]) == [(9, 1), (9, 2)]


def test_fewer_parts_win() -> None:
    parts = [piece(1, 300), piece(2, 300), piece(3, 400), piece(4, 500), piece(5, 500)]
    assert settled([piece(9, 1000)], parts) == [(9, 4), (9, 5)]


@given(st.permutations([piece(n, 100 * n, day=10 + n) for n in range(1, 7)]), st.booleans())
def test_the_order_of_the_pieces_does_not_matter(parts: list[Piece], turned: bool) -> None:
    wholes = [piece(20, 700), piece(21, 1100)]
    assert settled(wholes[::-1] if turned else wholes, parts) == settled(
        wholes, sorted(parts, key=lambda part: part.number)
    )
