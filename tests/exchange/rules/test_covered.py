"""Which heads are dropped: those that a later one of the same day covers, and what is older than 400 days."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from isthmus.exchange.rules.covered import FRESH, LONGEST, surplus

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def drop(*ages: timedelta) -> list[int]:
    """Ages in descending order; the places of those that are dropped."""
    return list(surplus([(place, NOW - age) for place, age in enumerate(ages)], NOW))


def test_of_each_day_the_last_stays() -> None:
    day = timedelta(days=3)
    assert drop(day + timedelta(hours=2), day + timedelta(hours=1), day) == [0, 1]
    assert drop(timedelta(days=5), timedelta(days=4), timedelta(days=3)) == []


def test_what_is_younger_than_a_day_stays() -> None:
    assert drop(timedelta(hours=5), timedelta(hours=4)) == []
    old = timedelta(hours=26)
    assert drop(old + timedelta(minutes=5), old, timedelta(hours=1), timedelta(0)) == [0]


def test_what_is_older_than_400_days_goes() -> None:
    assert drop(timedelta(days=402), timedelta(days=401), timedelta(days=300)) == [0, 1]
    assert drop(timedelta(days=402)) == [0]
    assert drop() == []


@given(st.lists(st.integers(min_value=0, max_value=60 * 24 * 500), max_size=60))
def test_every_day_that_matters_keeps_one(minutes: list[int]) -> None:
    ages = [timedelta(minutes=age) for age in sorted(minutes, reverse=True)]
    dropped = set(drop(*ages))
    times = [NOW - age for age in ages]
    left = {at.date() for place, at in enumerate(times) if place not in dropped}
    for place, (age, at) in enumerate(zip(ages, times, strict=True)):
        if age <= FRESH:
            assert place not in dropped
        elif age <= LONGEST:
            assert at.date() in left
        else:
            assert place in dropped
