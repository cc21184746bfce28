"""Flows: rules over days and amounts, and what this node's own records become."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.assessment.queries import flows as found
from isthmus.apps.excise.assessment.rules.flows import DAYS, MONTHS, REST, Noted, daily, largest, monthly
from isthmus.apps.excise.assessment.wording import flows as words
from isthmus.apps.excise.permits.models import ImportPermit, PermitDraw
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.kit import clock
from tests.apps.excise.stamps.conftest import People, done, on_the_bottle, people

__all__ = ["people"]
DAY = date(2026, 11, 20)
_noted = st.lists(
    st.tuples(
        st.dates(date(2025, 12, 1), date(2026, 11, 30)),
        st.sampled_from("abcdefg"),
        st.integers(0, 10**6).map(Decimal),
    ),
    max_size=40,
)


class TestRules:
    def test_months_between_are_there_and_zero(self) -> None:
        noted = [(date(2026, 1, 31), "a", Decimal(2)), (date(2026, 3, 1), "b", Decimal(3))]
        flow = monthly("stamps", noted, ("a", "b"), unit="stamps", source="s")
        assert flow is not None
        assert flow.steps == (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
        assert [line.values for line in flow.lines] == [(2, 0, 0), (0, 0, 3)]

    def test_nothing_is_no_flow(self) -> None:
        assert monthly("stamps", [], ("a",), unit="stamps", source="s") is None
        old = [(DAY - timedelta(days=DAYS), "a", Decimal(1))]
        assert daily("scans", old, ("a",), last=DAY, unit="passages", source="s") is None

    def test_a_flow_goes_back_a_year_and_no_further(self) -> None:
        noted = [(date(2024, 1, 1), "a", Decimal(2)), (date(2026, 3, 1), "a", Decimal(3))]
        flow = monthly("stamps", noted, ("a",), unit="stamps", source="s")
        assert flow is not None
        assert (flow.steps[0], len(flow.steps)) == (date(2025, 4, 1), MONTHS)
        assert sum(flow.lines[0].values) == 3

    def test_days_end_with_the_last(self) -> None:
        flow = daily("scans", [(DAY, "a", Decimal(4))], ("a",), last=DAY, unit="passages", source="s")
        assert flow is not None
        assert (flow.steps[0], flow.steps[-1]) == (DAY - timedelta(days=DAYS - 1), DAY)
        assert flow.lines[0].values[-2:] == (0, 4)

    @given(_noted, st.integers(1, 6))
    def test_nothing_is_lost_when_small_lines_stand_together(self, noted: list[Noted], most: int) -> None:
        kept, keys = largest(noted, most)
        assert sum(value for _day, _key, value in kept) == sum(value for _day, _key, value in noted)
        assert {key for _day, key, _value in kept} <= set(keys)
        assert (REST in keys) == (len({key for _day, key, _value in noted}) > most)
        flow = monthly("duty-groups", kept, keys, unit="MDL", source="s")
        if flow is not None:
            assert sum(sum(line.values) for line in flow.lines) == sum(value for _d, _k, value in noted)


class TestNode:
    def test_stamps_are_counted_by_act(self, people: People) -> None:
        batch = on_the_bottle(people, 10)
        done(batch, Act.SELL, 1, 4, people.revenue)
        flow = found.stamps(clock.now().date())
        assert flow is not None
        by_key = {line.key: sum(line.values) for line in flow.lines}
        assert (by_key["issue"], by_key["activate"], by_key["sell"], by_key["lose"]) == (10, 10, 4, 0)
        assert flow.source.startswith("custody of stamps, acts: entry ")
        assert words.title(flow) == "Stamps by act and month"

    def test_what_came_later_is_left_out(self, people: People) -> None:
        on_the_bottle(people, 10)
        assert found.stamps(clock.now().date() - timedelta(days=1)) is None

    @pytest.mark.django_db
    def test_an_empty_node_has_no_flow(self) -> None:
        assert found.all_flows(DAY) == ()
        assert not ImportPermit.objects.exists()
        assert not PermitDraw.objects.exists()
