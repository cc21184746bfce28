"""Permits: how many at once, how fast they come back, and that strangers fill no memory."""

from hypothesis import given
from hypothesis import strategies as st

from isthmus.accounts import throttle
from isthmus.accounts.throttle import Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_let_through_and_then_one_for_each_period() -> None:
    clock = Clock()
    permits = Throttle(burst=3, per_minute=30, read_clock=clock)
    assert [permits.take("a") for _ in range(4)] == [0, 0, 0, 2.0]
    clock.now += 1.5
    assert permits.take("a") == 0.5
    clock.now += 0.5
    assert permits.take("a") == 0
    assert permits.take("a") == 2.0


def test_a_pause_fills_the_bucket_and_not_more() -> None:
    clock = Clock()
    permits = Throttle(burst=2, per_minute=60, read_clock=clock)
    for _ in range(2):
        permits.take("a")
    clock.now += 1_000
    assert [permits.take("a") for _ in range(3)] == [0, 0, 1.0]


def test_keys_do_not_share() -> None:
    permits = Throttle(burst=1, per_minute=60, read_clock=Clock())
    assert (permits.take("a"), permits.take("b"), permits.take("a")) == (0, 0, 1.0)


def test_idle_keys_are_forgotten_and_busy_ones_kept(monkeypatch) -> None:
    monkeypatch.setattr(throttle, "_MOST_KEYS", 3)
    clock = Clock()
    permits = Throttle(burst=1, per_minute=6, read_clock=clock)
    permits.take("idle")
    clock.now += 10
    for key in ("a", "b", "c"):
        permits.take(key)
    assert set(permits._buckets) == {"a", "b", "c"}
    assert permits.take("a") == 10.0


def test_a_flood_of_strangers_empties_the_table_rather_than_growing_it(monkeypatch) -> None:
    monkeypatch.setattr(throttle, "_MOST_KEYS", 5)
    permits = Throttle(burst=1, per_minute=1, read_clock=Clock())
    for key in range(100):
        assert permits.take(key) == 0
        assert len(permits._buckets) <= 5


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_never_more_than_the_burst_and_what_time_gave(pauses: list[float]) -> None:
    clock = Clock()
    start = clock.now
    permits = Throttle(burst=4, per_minute=60, read_clock=clock)
    granted = 0
    for pause in pauses:
        clock.now += pause
        granted += permits.take("a") == 0
        assert granted <= 4 + (clock.now - start) + 1e-6
