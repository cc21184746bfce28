"""States of workshops, participants, quotas and deadlines, sums and amounts: what decides, by itself."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.workshops.expenditure.rules.amounts import converted, minor_of, plain
from isthmus.apps.workshops.expenditure.rules.sums import (
    Difference,
    Spent,
    differences,
    over_budget,
    sums,
)
from isthmus.apps.workshops.nominations.rules.standing import Arrived, Standing, may_accept, standings
from isthmus.apps.workshops.programme.rules.counts import Basis, InAll, Participants, in_all, participants
from isthmus.apps.workshops.programme.rules.states import (
    Facts,
    Lack,
    WorkshopState,
    lacks_to_be_held,
    lacks_to_be_reported,
    state_of,
)
from isthmus.apps.workshops.reporting.rules.places import ByPlace, by_place

LAST = date(2011, 9, 9)


def facts(*, called: bool = False, people: int = 0, text: str = "", **later: bool) -> Facts:
    return Facts(called, LAST, people, text, **later)


class TestStates:
    def test_a_workshop_is_as_far_as_its_facts_bear_out(self):
        assert state_of(facts()) is WorkshopState.PLANNED
        assert state_of(facts(called=True)) is WorkshopState.INVITED
        assert state_of(facts(called=True, held=True)) is WorkshopState.HELD
        assert state_of(facts(held=True, reported=True)) is WorkshopState.REPORTED

    def test_it_was_held_once_its_last_day_has_come_and_somebody_was_there(self):
        before = LAST - timedelta(days=1)
        assert lacks_to_be_held(facts(people=26), LAST) == ()
        assert lacks_to_be_held(facts(), LAST) == (Lack.NOBODY,)
        assert lacks_to_be_held(facts(), before) == (Lack.NOT_OVER, Lack.NOBODY)
        assert lacks_to_be_held(facts(people=1), before) == (Lack.NOT_OVER,)
        assert lacks_to_be_held(facts(people=1, held=True), LAST) == (Lack.ALREADY,)

    def test_it_is_reported_once_it_was_held_and_is_written_about(self):
        assert lacks_to_be_reported(facts(held=True, text="It went well.")) == ()
        assert lacks_to_be_reported(facts(held=True, text=" ")) == (Lack.NO_ACCOUNT,)
        assert lacks_to_be_reported(facts()) == (Lack.NOT_HELD, Lack.NO_ACCOUNT)
        assert lacks_to_be_reported(facts(held=True, reported=True)) == (Lack.ALREADY,)


class TestParticipants:
    def test_lists_of_attendance_go_before_what_is_stated(self):
        assert participants(24, 26) == Participants(24, Basis.COUNTED)
        assert participants(0, 26) == Participants(26, Basis.STATED)
        assert participants(0, None) == Participants(0, Basis.UNKNOWN)

    def test_what_only_all_workshops_state_is_the_remainder(self):
        each = [participants(0, 26), participants(0, 38), participants(0, None), participants(0, None)]
        assert in_all(each, 127) == InAll(127, 63)
        assert in_all(each, None) == InAll(64, None)

    def test_where_each_workshop_is_known_the_sum_counts(self):
        assert in_all([participants(0, 26), participants(38, None)], 127) == InAll(64, None)

    def test_fewer_in_all_than_are_known_is_refused(self):
        with pytest.raises(ValueError, match="fewer are stated"):
            in_all([participants(0, 26), participants(0, None)], 25)

    def test_people_are_counted_by_country_and_region(self):
        regions = {"MM": "asia", "LA": "asia", "GH": "africa"}
        assert by_place(["MM", "GH", "MM", "LA", "XX"], regions) == ByPlace(
            (("MM", 2), ("GH", 1), ("LA", 1), ("XX", 1)), (("asia", 3), ("africa", 1), ("elsewhere", 1))
        )


class TestNominations:
    UNTIL = datetime(2026, 11, 1, tzinfo=UTC)

    def arrived(self, name: str, hours: int, *, withdrawn: bool = False) -> Arrived:
        return Arrived(name, self.UNTIL + timedelta(hours=hours), withdrawn)

    def test_the_first_in_time_fill_the_quota_and_the_late_come_last(self):
        every = [self.arrived("a", -3), self.arrived("b", 1), self.arrived("c", -1), self.arrived("d", -2)]
        expected = {
            "a": Standing(1, late=False, over_quota=False),
            "d": Standing(2, late=False, over_quota=False),
            "c": Standing(3, late=False, over_quota=True),
            "b": Standing(4, late=True, over_quota=True),
        }
        assert all(standings(2, self.UNTIL, order) == expected for order in permutations(every))

    def test_at_the_deadline_it_is_late(self):
        assert standings(1, self.UNTIL, [self.arrived("a", 0)])["a"].late

    def test_who_was_withdrawn_makes_room(self):
        found = standings(1, self.UNTIL, [self.arrived("a", -2, withdrawn=True), self.arrived("b", -1)])
        assert found == {
            "a": Standing(0, late=False, over_quota=False),
            "b": Standing(1, late=False, over_quota=False),
        }

    def test_no_more_are_accepted_than_the_quota(self):
        assert may_accept(2, 1)
        assert not may_accept(2, 2)


SPENT = [
    Spent("Domestic travel", "Buses", 794_500),
    Spent("International travel", "Maldives", 134_400),
    Spent("Domestic travel", "Beijing", 600_000),
    Spent("Overhead", "Overhead", 449_100, is_overhead=True),
]


class TestSums:
    def test_headings_add_up_in_the_order_of_their_first_line(self):
        found = sums(SPENT)
        assert found.headings == (("Domestic travel", 1_394_500), ("International travel", 134_400))
        assert (found.subtotal_minor, found.overhead_minor, found.total_minor) == (
            1_528_900,
            449_100,
            1_978_000,
        )

    def test_each_difference_is_named_with_its_amount(self):
        declared = {"Domestic travel": 1_394_500, "Lodging": 100, "Total": 1_978_100}
        found = differences(sums(SPENT).named(), declared)
        assert found == (
            Difference("Lodging", None, 100),
            Difference("Total", 1_978_000, 1_978_100),
            Difference("International travel", 134_400, None),
        )
        assert [one.difference_minor for one in found] == [-100, -100, 134_400]

    def test_a_line_above_what_was_approved_or_not_approved_at_all_is_named(self):
        approved = [Spent("Domestic travel", "Buses", 794_499), *SPENT[2:]]
        found = over_budget(SPENT, approved)
        assert found == (
            Difference("Domestic travel: Buses", 794_500, 794_499),
            Difference("International travel: Maldives", 134_400, None),
        )


class TestAmounts:
    @pytest.mark.parametrize(("text", "minor"), [("7945", 794_500), ("0.05", 5), (" 12.5 ", 1250), ("0", 0)])
    def test_plain_amounts_are_read(self, text: str, minor: int):
        assert minor_of(text, 2) == minor

    @pytest.mark.parametrize("text", ["", "1,344", "-5", "+5", "1e3", "٧", "1.", "007", "=1+1", "12.345"])
    def test_whatever_could_be_read_in_two_ways_is_not(self, text: str):
        with pytest.raises(ValueError, match=r"amount|decimals"):
            minor_of(text, 2)

    @given(st.integers(0, 10**12 - 1), st.integers(0, 4))
    def test_what_is_written_is_read_again(self, minor: int, digits: int):
        assert minor_of(plain(minor, digits), digits) == minor

    def test_another_currency_is_changed_by_its_rate_and_rounded_once(self):
        assert converted(100_000, Decimal("0.1537"), 2, 2) == 15_370
        assert converted(1_000, Decimal("0.0065"), 0, 2) == 650
        assert converted(1, Decimal("0.5"), 2, 2) == 1
        assert converted(100, Decimal(150), 2, 0) == 150
        with pytest.raises(ValueError, match="above zero"):
            converted(1, Decimal(0), 2, 2)
