from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.jobs.declare import Daily, Every, JobKind, daily, every
from isthmus.jobs.rules import retry_pause_seconds

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  given UTC there


@pytest.mark.parametrize(
    ("failures", "least"), [(1, 2.5), (2, 5), (3, 10), (4, 20), (10, 1280), (11, 1800), (1_000_000, 1800)]
)
def test_the_pause_doubles_up_to_an_hour(failures: int, least: float):
    assert retry_pause_seconds(failures, 0.0) == least
    assert retry_pause_seconds(failures, 0.5) == least * 1.5


def test_there_is_no_pause_without_a_failure():
    with pytest.raises(ValueError, match="at least one failure"):
        retry_pause_seconds(0, 0.5)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 23, 2, 29, tzinfo=UTC), datetime(2026, 11, 23, 2, 30, tzinfo=UTC)),
        (datetime(2026, 11, 23, 2, 30, tzinfo=UTC), datetime(2026, 11, 24, 2, 30, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), datetime(2027, 1, 1, 2, 30, tzinfo=UTC)),
    ],
)
def test_a_daily_schedule_runs_at_its_time_of_day(moment: datetime, expected: datetime):
    assert daily(2, 30).next_after(moment) == expected


@given(MOMENTS, st.times())
def test_a_daily_schedule_is_due_within_a_day_and_never_now(moment: datetime, at: time):
    due = Daily(at).next_after(moment)
    assert moment < due <= moment + timedelta(days=1)
    assert due.time() == at


def test_schedules_say_what_they_are():
    assert str(every(hours=1, minutes=1, seconds=1)) == "every 3661 s"
    assert str(daily(2, 5)) == "daily at 02:05 UTC"
    assert every(minutes=5).next_after(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(
        2026, 1, 1, 0, 5, tzinfo=UTC
    )


def test_schedules_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="at least one second"):
        Every(0)
    with pytest.raises(ValueError, match="without a zone"):
        Daily(time(2, 0, tzinfo=UTC))


def test_a_kind_is_plain_data():
    assert JobKind("a.b", "nowhere.at:all").handler == "nowhere.at:all"
