"""When a plan is asked about, and how steps and figures are read from lines."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from isthmus.apps.workshops.plans.rules import lines
from isthmus.apps.workshops.plans.rules.asking import MONTHS, Standing, asked_now, askings, months_after
from isthmus.apps.workshops.plans.rules.lines import BadLine, Figure, Step

ENDS = date(2026, 8, 31)
words = st.text("abcé لم中 ", min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 6, 30), 12, date(2027, 6, 30)),
        (date(2026, 12, 1), 6, date(2027, 6, 1)),
        (date(9999, 12, 31), 6, date.max),
    ],
)
def test_months_are_of_the_calendar(day: date, months: int, then: date):
    assert months_after(day, months) == then


@pytest.mark.parametrize(
    ("today", "answered", "standings"),
    [
        (date(2027, 2, 27), (), "later later"),
        (date(2027, 2, 28), (), "asked later"),
        (date(2027, 2, 28), (6,), "answered later"),
        (date(2027, 8, 30), (), "asked later"),
        (date(2027, 8, 31), (), "passed asked"),
        (date(2027, 8, 31), (6,), "answered asked"),
        (date(2027, 8, 31), (6, 12), "answered answered"),
        (date(2027, 8, 31), (12,), "passed answered"),
    ],
)
def test_a_question_is_asked_until_it_is_answered_or_the_next_one_is(
    today: date, answered: tuple[int, ...], standings: str
):
    every = askings(ENDS, today, answered)
    assert " ".join(one.standing for one in every) == standings
    asked = asked_now(every)
    assert (asked is not None) == ("asked" in standings)
    assert [one.takes_answer for one in every] == [one in {"asked", "answered"} for one in standings.split()]


@given(st.dates(), st.dates(), st.sets(st.sampled_from(MONTHS)))
@example(date.min, date.max, set())
@example(date(9990, 1, 1), date.max, set())
def test_at_most_one_question_waits_and_it_is_the_latest(ends: date, today: date, answered: set[int]):
    every = askings(ends, today, answered)
    waiting = [one for one in every if one.standing is Standing.ASKED]
    assert len(waiting) <= 1
    assert {one.months for one in every if one.standing is Standing.ANSWERED} == answered
    assert every[0].since <= every[1].since
    assert all(today >= one.since >= ends for one in waiting)


def test_steps_are_lines_with_a_day_perhaps():
    text = "Buy two  servers; 2027-03-31\n\nTrain clerks; in each province\nرقمنة السجل\n"
    assert lines.read_steps(text) == (
        Step("Buy two servers", "2027-03-31"),
        Step("Train clerks; in each province"),
        Step("رقمنة السجل"),
    )


@pytest.mark.parametrize("line", ["Buy; 2027-13-01", "Buy; 31.03.2027", "2027-03-31", "; 2027-03-31"])
def test_a_day_that_is_none_or_stands_alone_is_named(line: str):
    with pytest.raises(BadLine) as found:
        lines.read_steps(f"First\n{line}")
    assert (found.value.number, found.value.text) == (2, line)


def test_figures_are_a_name_an_amount_and_a_unit():
    assert lines.read_figures("Clinics; 120; clinics\nShare online; 0.5") == (
        Figure("Clinics", "120", "clinics"),
        Figure("Share online", "0.5"),
    )


@pytest.mark.parametrize(
    "line", ["Clinics", "; 3", "A; 1,000; b", "A; x; b", "A; 1; b; c", "A; 007", "A; ١٢"]
)
def test_a_figure_that_is_none_is_named(line: str):
    with pytest.raises(BadLine, match="line 1"):
        lines.read_figures(line)


@given(st.lists(st.builds(Step, words, st.just("") | st.dates().map(str)), max_size=5))
def test_steps_come_back_as_they_were_typed(steps: list[Step]):
    assert lines.read_steps("\n".join(map(lines.written_step, steps))) == tuple(steps)


@given(st.lists(st.builds(Figure, words, st.integers(-(10**14), 10**14).map(str), st.just("") | words)))
def test_figures_come_back_as_they_were_typed(figures: list[Figure]):
    assert lines.read_figures("\n".join(map(lines.written_figure, figures))) == tuple(figures)
