"""Runs of numbers: what is new among them."""

from hypothesis import given
from hypothesis import strategies as st

from isthmus.exchange.rules.cover import Cover

RUNS = st.tuples(st.integers(1, 30), st.integers(0, 10)).map(lambda run: (run[0], run[0] + run[1]))


@given(runs=st.lists(RUNS, max_size=20))
def test_a_run_is_new_exactly_if_one_of_its_numbers_is(runs: list[tuple[int, int]]) -> None:
    cover, seen = Cover(), set[int]()
    for first, last in runs:
        wanted = set(range(first, last + 1))
        assert cover.add(first, last) is not wanted.issubset(seen)
        seen |= wanted
