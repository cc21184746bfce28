"""What fits, why, how introductions stand, how long things last, how good introductions are."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.partners.rules import discretion, fusion, goods, lasting, matching, standing
from isthmus.apps.partners.rules.discretion import Gives
from isthmus.apps.partners.rules.goods import Covers, Nearness, Volume
from isthmus.apps.partners.rules.matching import Bar, Item, Listed
from isthmus.apps.partners.rules.precision import Precision
from isthmus.apps.partners.rules.standing import Says, Standing

pytestmark = pytest.mark.once
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
CODES = st.sampled_from(["8517", "851761", "85176100", "851762", "854140", "8471", "847130", "2208"])
LEVELS = st.frozensets(st.sampled_from(["skd", "ckd", "complete"]), min_size=1)
COUNTRIES = st.frozensets(st.sampled_from(["CN", "TH", "MM", "BD"]))


@st.composite
def listings(draw: st.DrawFn, key: str) -> Listed:
    quantity = draw(st.integers(1, 2_000_000))
    confirmed = NOW - timedelta(seconds=draw(st.integers(0, 200 * 86_400)))
    told = draw(st.booleans())
    return Listed(
        key,
        draw(st.sampled_from(["CN", "TH", "MM", ""])),
        draw(CODES),
        draw(LEVELS),
        Volume(draw(st.sampled_from(["pcs", "t"])), goods.class_of(quantity), quantity if told else None),
        draw(COUNTRIES),
        confirmed,
        confirmed + lasting.LASTS,
    )


def listed(key: str = "offer", **changes: Any) -> Listed:
    members: dict[str, Any] = {
        "country": "CN",
        "hs_code": "851761",
        "levels": frozenset({"skd"}),
        "volume": Volume("pcs", 3, 20_000),
        "countries": frozenset(),
        "confirmed_at": NOW,
        "expires_at": NOW + lasting.LASTS,
        **changes,
    }
    return Listed(key, **members)


NEED = listed("need", country="MM", countries=frozenset({"CN"}), volume=Volume("pcs", 3, 12_345))


class TestGoods:
    @pytest.mark.parametrize(
        ("one", "other", "near"),
        [
            ("851761", "85176100", Nearness.SUBHEADING),
            ("851761", "851762", Nearness.HEADING),
            ("8517", "851762", Nearness.HEADING),
            ("8517", "8517", Nearness.HEADING),
            ("851761", "854140", Nearness.CHAPTER),
            ("851761", "2208", Nearness.APART),
        ],
    )
    def test_two_four_and_six_digits_count(self, one: str, other: str, near: Nearness):
        assert goods.nearness(one, other) is near
        assert goods.nearness(other, one) is near

    def test_a_class_begins_with_its_power_of_ten(self):
        classes = [goods.class_of(number) for number in (1, 99, 100, 999, 1_000, 99_999, 1_000_000, 10**9)]
        assert classes == [0, 0, 1, 1, 2, 3, 5, 5]
        assert goods.class_bounds(2) == (1_000, 9_999)
        assert goods.class_bounds(5) == (1_000_000, None)
        with pytest.raises(ValueError, match="at least one"):
            goods.class_of(0)

    def test_exact_figures_decide_where_both_are_known_and_classes_otherwise(self):
        exact = Volume("pcs", 3, 20_000)
        assert goods.covers(exact, Volume("pcs", 3, 20_000)) is Covers.YES
        assert goods.covers(exact, Volume("pcs", 3, 19_999)) is Covers.NO
        assert goods.covers(exact, Volume("pcs", 3)) is Covers.SAME_CLASS
        assert goods.covers(exact, Volume("pcs", 4)) is Covers.YES
        assert goods.covers(exact, Volume("pcs", 2)) is Covers.NO
        assert goods.covers(exact, Volume("t", 5)) is Covers.NO


class TestMatch:
    def test_every_point_has_its_reason(self):
        words = (Item("title", 1_234_567, "stations", 1), Item("text", 7, "kits", 2))
        found = matching.match(NEED, listed(), listed(), words, NOW)
        assert found is not None
        assert [(item.name, item.points) for item in found.items] == [
            ("title", 1_234_567),
            ("text", 7),
            ("goods", 6_000_000),
            ("country", 2_000_000),
            ("serves", 1_000_000),
            ("recency", 1_000_000),
        ]
        assert (found.score, found.sure) == (11_234_574, True)
        assert {item.name for item in found.items} == set(matching.NAMES)

    def test_a_country_that_is_not_wanted_gives_no_point_and_rules_nothing_out(self):
        found = matching.match(NEED, listed(country="TH"), listed(country="TH"), (), NOW)
        assert found is not None
        assert "country" not in {item.name for item in found.items}

    @pytest.mark.parametrize(
        ("changes", "bar"),
        [
            ({"expires_at": NOW}, Bar.EXPIRED),
            ({"hs_code": "2208"}, Bar.GOODS),
            ({"levels": frozenset({"complete"})}, Bar.LEVEL),
            ({"volume": Volume("t", 5, 99_999_999)}, Bar.UNIT),
            ({"volume": Volume("pcs", 3, 12_344)}, Bar.CAPACITY),
            ({"volume": Volume("pcs", 2)}, Bar.CAPACITY),
        ],
    )
    def test_what_rules_an_offer_out(self, changes: dict[str, object], bar: Bar):
        offer = listed(**changes)
        assert matching.bars(NEED, offer, NOW) == (bar,)
        assert matching.match(NEED, offer, offer, (), NOW) is None

    @given(need=listings("need"), offer=listings("offer"), points=st.lists(st.integers(0, 10**8), max_size=5))
    def test_items_sum_to_the_score_and_what_is_ruled_out_never_passes(
        self, need: Listed, offer: Listed, points: list[int]
    ):
        words = [Item("text", one, "word", 1) for one in points]
        found = matching.match(need, offer, offer, words, NOW)
        if found is None:
            assert matching.bars(need, offer, NOW)
            return
        assert found.score == sum(item.points for item in found.items)
        assert all(item.points > 0 and item.name in matching.NAMES for item in found.items)
        assert need.hs_code[:2] == offer.hs_code[:2]
        assert need.levels & offer.levels
        assert need.volume.unit == offer.volume.unit
        assert need.expires_at > NOW
        assert offer.expires_at > NOW
        assert offer.volume.size >= need.volume.size
        if need.volume.quantity and offer.volume.quantity:
            assert offer.volume.quantity >= need.volume.quantity
            assert found.sure

    def test_recency_falls_from_a_million_to_nothing(self):
        days = [matching.recency(NOW - timedelta(days=day), NOW) for day in (-1, 0, 90, 180, 400)]
        assert days == [1_000_000, 1_000_000, 500_000, 0, 0]

    def test_equal_ones_stand_in_the_order_of_their_keys(self):
        made = [
            matching.Match(key, (Item("goods", points),), sure=True)
            for key, points in (("b", 1), ("a", 1), ("c", 2))
        ]
        assert [one.key for one in matching.ranked(made)] == ["c", "a", "b"]


class TestFusion:
    def test_ranks_give_their_reciprocals_and_scores_are_their_sums(self):
        first, second, third = fusion.fuse({"points": ["a", "b"], "model": ["b", "c", "b"]})
        assert (first.key, first.parts) == ("b", (("points", 2, 16_129), ("model", 1, 16_393)))
        assert first.score == 32_522
        assert [second.key, third.key] == ["a", "c"]

    @given(st.lists(st.integers(0, 400), unique=True))
    def test_one_list_alone_keeps_its_order(self, keys: list[int]):
        order = [str(key) for key in keys]
        assert [one.key for one in fusion.fuse({"points": order})] == order

    @given(st.permutations(list("abcdef")), st.permutations(list("abcdef")))
    def test_whoever_stands_higher_in_both_lists_stands_higher(self, one: list[str], other: list[str]):
        fused = fusion.fuse({"one": one, "other": other})
        assert sorted(found.key for found in fused) == list("abcdef")
        place = [found.key for found in fused].index
        for x in one:
            for y in one:
                if one.index(x) < one.index(y) and other.index(x) < other.index(y):
                    assert place(x) < place(y)
        again = {found.key: found.score for found in fusion.fuse({"one": other, "other": one})}
        assert again == {found.key: found.score for found in fused}


class TestStanding:
    def test_from_the_question_to_the_details(self):
        agreed = standing.after(Standing.ASKED, Says.AGREED)
        assert agreed is Standing.AGREED
        assert standing.after(agreed, Says.OPENED) is Standing.OPEN
        assert [standing.stage(one) for one in (Standing.ASKED, agreed, Standing.OPEN)] == [1, 2, 3]

    @given(st.lists(st.sampled_from(list(Says))))
    def test_whatever_is_said_again_changes_nothing_and_an_end_stays_an_end(self, said: list[Says]):
        now = Standing.ASKED
        for says in said:
            before, now = now, standing.after(now, says)
            assert standing.after(now, says) is now
            if before in {Standing.OPEN, Standing.REFUSED, Standing.EXPIRED, Standing.WITHDRAWN}:
                assert now is before
        if now is Standing.OPEN:
            assert Says.OPENED in said[said.index(Says.AGREED) :]

    def test_only_answers_and_openings_tell_details(self):
        assert {Says.AGREED, Says.OPENED} == standing.WITH_DETAILS
        assert {Says.AGREED, Says.REFUSED, Says.EXPIRED} == standing.ANSWERS


class TestLasting:
    def test_it_ends_after_180_days_or_with_its_last_day(self):
        assert lasting.expires_at(NOW, None) == NOW + timedelta(days=180)
        assert lasting.expires_at(NOW, date(2026, 12, 24)) == datetime(2026, 12, 25, tzinfo=UTC)
        assert lasting.expires_at(NOW, date(2030, 1, 1)) == NOW + timedelta(days=180)

    def test_months_are_those_of_the_calendar(self):
        assert lasting.due_at(datetime(2026, 8, 31, tzinfo=UTC), 6) == datetime(2027, 2, 28, tzinfo=UTC)
        assert lasting.due_at(datetime(2026, 1, 15, tzinfo=UTC), 12) == datetime(2027, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("SKD kits of HS 8517.62.00, 10 000 to 20 000 pieces a year", ()),
        ("By golden  SIGNAL of Yangon", (Gives.NAME,)),
        ("Write to sales@signal.example", (Gives.EMAIL,)),
        ("See www.signal.example", (Gives.ADDRESS,)),
        ("Call +95 1 555 01", (Gives.PHONE,)),
        ("Call 01 555 0100 22", (Gives.PHONE,)),
    ],
)
def test_a_text_that_tells_who_writes_it_is_found(text: str, gives: tuple[Gives, ...]):
    assert discretion.gives_away(text, ("Golden Signal", "Ko")) == gives


class TestPrecision:
    def test_the_interval_is_wilsons(self):
        few = Precision(3, 4)
        assert (few.share, few.interval, few.is_few) == (
            Decimal("0.750"),
            (Decimal("0.301"), Decimal("0.954")),
            True,
        )
        many = Precision(50, 100)
        assert (many.interval, many.is_few) == ((Decimal("0.404"), Decimal("0.596")), False)

    def test_none_made_says_nothing(self):
        assert (Precision(0, 0).share, Precision(0, 0).interval) == (None, None)
        with pytest.raises(ValueError, match="no more"):
            Precision(2, 1)

    @given(st.integers(0, 500), st.integers(1, 500))
    def test_the_share_lies_in_its_interval(self, accepted: int, more: int):
        found = Precision(accepted, accepted + more)
        assert found.interval is not None
        assert found.share is not None
        low, high = found.interval
        assert 0 <= low <= found.share <= high <= 1
