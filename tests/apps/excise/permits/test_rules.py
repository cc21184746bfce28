"""Pure alcohol, states, and entries of the quota book."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.ledger.rules import Chart, faults_of
from isthmus.apps.excise.permits.rules import entries
from isthmus.apps.excise.permits.rules.alcohol import Goods, pure_alcohol
from isthmus.apps.excise.permits.rules.states import How, State, day_fault, may_decide, may_draw

DAY = date(2023, 5, 10)
LINES = st.builds(Goods, st.integers(0, 10**9), st.integers(0, 100_000), st.integers(0, 10**6))


class TestPureAlcohol:
    def test_a_case_of_whisky_and_a_glass_of_beer(self):
        whisky, beer = Goods(700_000, 40_000, 12), Goods(330_000, 5_000, 24)
        assert pure_alcohol([whisky]) == 3360
        assert pure_alcohol([beer]) == 396
        assert pure_alcohol([whisky, beer]) == 3756
        assert pure_alcohol([]) == 0

    def test_a_part_of_a_millilitre_counts_as_one_but_only_once(self):
        drop = Goods(1000, 40_000, 1)
        assert pure_alcohol([drop]) == 1
        assert pure_alcohol([drop, drop]) == 1
        assert pure_alcohol([drop] * 3) == 2

    @given(st.lists(LINES, max_size=5), st.lists(LINES, max_size=5))
    def test_splitting_goods_never_lowers_what_they_draw(self, some: list[Goods], others: list[Goods]):
        apart = pure_alcohol(some) + pure_alcohol(others)
        assert apart - 1 <= pure_alcohol(some + others) <= apart

    @given(LINES)
    def test_goods_hold_no_more_alcohol_than_volume(self, line: Goods):
        assert 0 <= pure_alcohol([line]) <= -(-line.volume * line.quantity // 1000)


def test_only_an_application_is_decided_and_only_an_approved_permit_drawn():
    assert [state for state in State if may_decide(state)] == [State.APPLIED]
    assert [state for state in State if may_draw(state)] == [State.APPROVED]


def test_a_day_counts_in_its_year_and_not_before_it_comes():
    assert day_fault(DAY, 2023, DAY) == ""
    assert day_fault(DAY, 2024, DAY) == "year"
    assert day_fault(DAY, 2023, date(2023, 5, 9)) == "ahead"


@given(st.integers(1, 10**15), st.sampled_from(How))
def test_every_entry_balances(amount: int, how: How):
    detail = {"why": "x"}
    quota = entries.of_year("MV1", 2023)
    drafts = [
        entries.grant("k", quota, -amount, on=DAY, reference=quota, detail=detail),
        entries.permit("k", "PER-1", amount, on=DAY),
        entries.draw("k", how, "PER-1", "MV1", amount, on=DAY, detail=detail),
        entries.transfer("T1", quota, entries.of_year("MV2", 2023), amount, on=DAY, detail=detail),
        entries.arrival("k", "MV1", amount, on=DAY, reference="D1"),
        entries.counted("k", "MV1", -amount, on=DAY, detail=detail),
    ]
    chart: Chart = entries.CHART
    assert all(draft is not None and faults_of(chart, draft) == () for draft in drafts)
    assert entries.counted("k", "MV1", 0, on=DAY, detail=detail) is None
