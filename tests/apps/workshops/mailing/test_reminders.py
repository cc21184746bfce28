"""When an accepted delegate is reminded of the follow-up form."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.workshops.mailing.rules.reminders import APART_DAYS, Occasion, occasion_of

ACCEPTED = date(2026, 3, 1)
STARTS = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("today", "occasion"),
    [
        (date(2026, 3, 1), None),
        (date(2026, 3, 7), None),
        (date(2026, 3, 8), Occasion.AFTER),
        (date(2026, 4, 10), Occasion.AFTER),
        (date(2026, 4, 11), None),
        (date(2026, 4, 16), None),
        (date(2026, 4, 17), Occasion.BEFORE),
        (date(2026, 4, 30), Occasion.BEFORE),
        (date(2026, 5, 1), None),
    ],
)
def test_once_a_week_after_acceptance_and_once_two_weeks_before(today: date, occasion: Occasion | None):
    assert occasion_of(ACCEPTED, STARTS, today) == occasion


@pytest.mark.parametrize(
    ("accepted", "today", "occasion"),
    [
        (date(2026, 4, 4), date(2026, 4, 11), None),
        (date(2026, 4, 25), date(2026, 4, 25), None),
        (date(2026, 4, 25), date(2026, 4, 26), Occasion.BEFORE),
    ],
)
def test_who_is_accepted_late_is_reminded_once(accepted: date, today: date, occasion: Occasion | None):
    assert occasion_of(accepted, STARTS, today) == occasion


days = st.dates(date(2026, 1, 1), date(2026, 6, 1))


@given(accepted=days, starts=days)
def test_whichever_days_the_job_runs_nobody_is_reminded_twice_in_a_week(accepted: date, starts: date):
    due: dict[Occasion, list[date]] = {Occasion.AFTER: [], Occasion.BEFORE: []}
    for number in range(-5, 200):
        today = accepted + timedelta(days=number)
        occasion = occasion_of(accepted, starts, today)
        if occasion is not None:
            due[occasion].append(today)
    after, before = due[Occasion.AFTER], due[Occasion.BEFORE]
    assert all(accepted < day < starts for day in (*after, *before))
    if starts > accepted + timedelta(days=1):
        assert before
    if after:
        assert before[0] - after[-1] >= timedelta(days=APART_DAYS)
