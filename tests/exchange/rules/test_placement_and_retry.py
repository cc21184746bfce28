"""Where a record belongs, and how long to wait before the next attempt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.exchange.rules.placement import Placement, place
from isthmus.exchange.rules.retry import pause_seconds


@pytest.mark.parametrize(
    ("seq", "leaf", "known", "finding"),
    [
        (5, "x", None, Placement.NEXT),
        (6, "x", None, Placement.GAP),
        (4, "x", "x", Placement.REPEAT),
        (4, "x", "y", Placement.EQUIVOCATION),
        (4, "x", None, Placement.EQUIVOCATION),
    ],
)
def test_place(seq: int, leaf: str, known: str | None, finding: Placement) -> None:
    assert place(seq, leaf, expected=5, known_leaf=known) is finding


@pytest.mark.parametrize(
    ("failures", "jitter", "seconds"),
    [(1, 0.0, 0.5), (1, 1.0, 1.0), (5, 0.0, 8.0), (5, 0.5, 12.0), (11, 1.0, 900.0), (5000, 0.0, 450.0)],
)
def test_pause_doubles_up_to_the_limit(failures: int, jitter: float, seconds: float) -> None:
    assert pause_seconds(failures, limit=900, jitter=jitter) == seconds


@given(st.integers(1, 10_000), st.floats(0, 0.999), st.floats(1, 10_000))
def test_pause_stays_within_half_and_whole_of_its_ceiling(failures: int, jitter: float, limit: float) -> None:
    ceiling = min(limit, 2.0 ** min(failures - 1, 30))
    assert ceiling / 2 <= pause_seconds(failures, limit=limit, jitter=jitter) <= ceiling
