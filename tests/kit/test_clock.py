from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.kit import clock

YANGON = timezone(timedelta(hours=6, minutes=30))


def test_now_is_aware_and_utc():
    before = datetime.now(UTC)
    moment = clock.now()
    assert before <= moment <= datetime.now(UTC)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 23, 10, 2, tzinfo=UTC), "2026-11-23T10:02:00Z"),
        (datetime(2026, 11, 23, 10, 2, 0, 1, tzinfo=UTC), "2026-11-23T10:02:00.000001Z"),
        (datetime(2026, 11, 23, 10, 2, 0, 120_000, tzinfo=UTC), "2026-11-23T10:02:00.120000Z"),
        (datetime(2026, 11, 24, 1, 2, tzinfo=YANGON), "2026-11-23T18:32:00Z"),
    ],
)
def test_is_written_in_utc(moment, text):
    assert clock.to_text(moment) == text
    assert clock.from_text(text) == moment


def test_a_naive_time_is_not_written():
    with pytest.raises(ValueError, match="names no moment"):
        clock.to_text(datetime(2026, 11, 23))  # noqa: DTZ001  # the fault under test


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_is_read_back(moment):
    assert clock.from_text(clock.to_text(moment)) == moment
    assert clock.from_text(clock.to_text(moment)).utcoffset() == timedelta(0)


def test_any_number_of_digits_up_to_six():
    assert clock.from_text("2026-11-23T10:02:00.5Z") == datetime(2026, 11, 23, 10, 2, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T10:02:00",
        "2026-11-23T10:02Z",
        "2026-11-23T10:02:00+00:00",
        "2026-11-23T10:02:00z",
        "2026-11-23t10:02:00Z",
        "2026-11-23 10:02:00Z",
        "20261123T100200Z",
        "2026-11-23T10:02:00.Z",
        "2026-11-23T10:02:00.1234567Z",
        "2026-11-23T10:02:00,5Z",
        "2026-02-30T10:02:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "2026-11-23T10:02:00Z\n",
        " 2026-11-23T10:02:00Z",
        "٢٠٢٦-11-23T10:02:00Z",
    ],
)
def test_every_other_form_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        clock.from_text(text)
