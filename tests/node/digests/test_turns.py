"""Whose turn it is, and whether there is news."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.node.digests.rules.turns import Line, fingerprint, is_news, is_turn

MONDAY = date(2026, 11, 23)
LINES = st.lists(
    st.builds(Line, st.sampled_from("ab"), st.sampled_from(["/x/", "/y/"]), st.integers(0, 3)), max_size=4
)


@pytest.mark.parametrize(
    ("often", "looked", "today", "turn"),
    [
        ("never", None, MONDAY, False),
        ("never", date(2020, 1, 1), MONDAY, False),
        ("daily", None, MONDAY, True),
        ("daily", MONDAY, MONDAY, False),
        ("daily", MONDAY, MONDAY + timedelta(days=1), True),
        ("weekly", None, MONDAY, True),
        ("weekly", MONDAY - timedelta(days=1), MONDAY, True),
        ("weekly", MONDAY, MONDAY, False),
        ("weekly", MONDAY, MONDAY + timedelta(days=6), False),
        ("weekly", MONDAY, MONDAY + timedelta(days=7), True),
        # The node was down on Monday.
        ("weekly", MONDAY - timedelta(days=3), MONDAY + timedelta(days=1), True),
    ],
)
def test_daily_is_once_a_day_and_weekly_once_from_each_monday_on(
    often: str, looked: date | None, today: date, turn: bool
):
    assert is_turn(often, looked, today) is turn


@given(st.sampled_from(["daily", "weekly"]), st.sets(st.integers(0, 60), min_size=1))
def test_whichever_days_the_job_runs_a_turn_comes_once_in_each_period(often: str, runs: set[int]):
    looked: date | None = MONDAY - timedelta(days=1)
    turns = []
    for number in sorted(runs):
        today = MONDAY + timedelta(days=number)
        for _twice in range(2):
            if is_turn(often, looked, today):
                turns.append(number if often == "daily" else number // 7)
                looked = today
    assert turns == sorted({number if often == "daily" else number // 7 for number in runs})


def test_nothing_waiting_has_no_fingerprint():
    assert fingerprint([]) == fingerprint([Line("workshops", "/x/", 0)]) == ""


@given(LINES, LINES)
def test_the_fingerprint_is_of_what_waits_in_any_order(one: list[Line], other: list[Line]):
    def waits(lines: list[Line]) -> list[tuple[str, str, int]]:
        return sorted((line.part, line.url, line.count) for line in lines if line.count)

    assert (fingerprint(one) == fingerprint(other)) == (waits(one) == waits(other))
    assert fingerprint(one) == fingerprint(one[::-1])


@pytest.mark.parametrize(
    ("told", "now", "news"),
    [("", "", False), ("a", "", False), ("", "a", True), ("a", "a", False), ("a", "b", True)],
)
def test_a_letter_is_written_where_something_waits_that_was_not_told(told: str, now: str, news: bool):
    assert is_news(told, now) is news
