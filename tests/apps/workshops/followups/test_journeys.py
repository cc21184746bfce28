"""Whether passport and journey fit a workshop from 10 to 12 March."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.workshops.followups.rules.journeys import FIELDS, Wrong, misfit

STARTS, ENDS = date(2026, 3, 10), date(2026, 3, 12)


def of(**told: str) -> tuple[str, Wrong] | None:
    return misfit(dict.fromkeys(FIELDS, "") | told, STARTS, ENDS)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({}, None),
        ({"expires": "2026-03-12", "arrives": "2026-03-12", "leaves": "2026-03-12"}, None),
        ({"leaves": "2026-03-10"}, None),
        ({"born": "1980-02-30"}, ("born", Wrong.NO_DAY)),
        ({"expires": "2026-03-11"}, ("expires", Wrong.EXPIRES)),
        ({"arrives": "2026-03-11", "leaves": "2026-03-10"}, ("leaves", Wrong.ORDER)),
        ({"arrives": "2026-03-13"}, ("arrives", Wrong.ELSEWHEN)),
        ({"leaves": "2026-03-09"}, ("leaves", Wrong.ELSEWHEN)),
    ],
)
def test_what_does_not_fit_is_named(told: dict[str, str], found: tuple[str, Wrong] | None):
    assert of(**told) == found


@given(st.dates(), st.dates())
def test_whoever_may_come_is_there_on_a_day_at_least(arrives: date, leaves: date):
    fits = of(arrives=arrives.isoformat(), leaves=leaves.isoformat()) is None
    assert fits == (arrives <= leaves and arrives <= ENDS and leaves >= STARTS)
