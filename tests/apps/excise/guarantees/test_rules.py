"""Which amounts a guarantee covers, and on which days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.guarantees.rules.accounts import AVAILABLE, CHART, RESERVED, moves
from isthmus.apps.excise.guarantees.rules.covering import Reason, Terms, days_to_end, out_of_force, refusal

TERMS = Terms(True, date(2026, 1, 1), date(2026, 12, 31))
DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("terms", "on", "reason"),
    [
        (TERMS, date(2026, 1, 1), None),
        (TERMS, date(2026, 12, 31), None),
        (TERMS, date(2025, 12, 31), Reason.EARLY),
        (TERMS, date(2027, 1, 1), Reason.LATE),
        (replace(TERMS, consented=False), DAY, Reason.CONSENT),
        (replace(TERMS, ended_on=DAY), DAY - timedelta(days=1), None),
        (replace(TERMS, ended_on=DAY), DAY, Reason.ENDED),
    ],
)
def test_a_guarantee_counts_from_its_first_day_to_its_last(terms, on, reason):
    assert out_of_force(terms, on) is reason
    assert refusal(terms, on, amount=1, free=1, open_deeds=0) is reason


def test_an_individual_guarantee_covers_one_deed_at_a_time():
    one = replace(TERMS, one_at_a_time=True)
    assert refusal(one, DAY, amount=5, free=10, open_deeds=0) is None
    assert refusal(one, DAY, amount=5, free=10, open_deeds=1) is Reason.TAKEN
    assert refusal(TERMS, DAY, amount=5, free=10, open_deeds=1) is None


@pytest.mark.parametrize(
    ("reserved_last", "first"),
    [(None, TERMS.valid_from), (DAY, DAY), (date(2025, 1, 1), TERMS.valid_from)],
)
def test_it_is_ended_from_a_day_on_which_all_that_it_covered_began(reserved_last, first):
    days = days_to_end(TERMS, reserved_last)
    assert (days.first, days.last) == (first, TERMS.valid_until)
    one = timedelta(days=1)
    inside = [day in days for day in (first - one, first, TERMS.valid_until, TERMS.valid_until + one)]
    assert inside == [False, True, True, False]


@given(st.integers(-10, 100), st.integers(0, 100))
def test_no_more_than_what_is_free_is_covered(amount: int, free: int):
    found = refusal(TERMS, DAY, amount=amount, free=free, open_deeds=0)
    assert found is (Reason.AMOUNT if amount <= 0 else Reason.SHORT if amount > free else None)


def test_moves_of_nothing_are_left_out_and_the_rest_sums_to_zero():
    found = moves("G-17", "MDL", {AVAILABLE: -5, RESERVED: 5, "called": 0})
    assert [(str(move.account), move.unit, move.amount) for move in found] == [
        ("G-17 available", "MDL", -5),
        ("G-17 reserved", "MDL", 5),
    ]
    assert {role for role, spec in CHART.roles.items() if not spec.guarded} == {"granted"}
