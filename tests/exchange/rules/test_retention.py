"""When an agreed retention has run out: counted in days from the time in the signed record."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from isthmus.exchange.rules.retention import has_run_out, latest_issued

ISSUED = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def test_it_runs_out_to_the_microsecond() -> None:
    end = ISSUED + timedelta(days=30)
    assert not has_run_out(ISSUED, 30, end - INSTANT)
    assert has_run_out(ISSUED, 30, end)


def test_days_are_24_hours_whatever_the_calendar_says() -> None:
    leap = datetime(2028, 2, 28, 23, 0, tzinfo=UTC)
    assert has_run_out(leap, 1, datetime(2028, 2, 29, 23, 0, tzinfo=UTC))
    assert not has_run_out(leap, 2, datetime(2028, 2, 29, 23, 0, tzinfo=UTC))


@given(st.integers(0, 30_000), st.integers(1, 36_500))
def test_a_search_by_the_latest_time_finds_what_has_run_out(hours: int, days: int) -> None:
    issued = ISSUED + timedelta(hours=hours)
    for moment in (ISSUED, issued + timedelta(days=days), issued + timedelta(days=days) - INSTANT):
        assert has_run_out(issued, days, moment) == (issued <= latest_issued(days, moment))
