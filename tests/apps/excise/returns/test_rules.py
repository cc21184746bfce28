"""Due days, interest, penalties and states, as the terms have them."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.ledger.rules import AccountKey
from isthmus.apps.excise.returns import queries
from isthmus.apps.excise.returns.formats.terms_file import read_terms
from isthmus.apps.excise.returns.rules import entries
from isthmus.apps.excise.returns.rules.states import ALLOWED, Deed, State, may, settled
from isthmus.apps.excise.returns.rules.terms import (
    DayRate,
    Penalty,
    Per,
    TaxPoint,
    Terms,
    TermsFault,
    due_on,
    half_up,
    interest,
    penalty,
    tax_point,
)
from isthmus.kit.errors import BadInput, NotFound

DAY = date(2023, 6, 25)
SAID = ("act", "source", True)


def point(months: int = 1, day: int | None = 25) -> TaxPoint:
    return TaxPoint(date(2021, 1, 1), None, *SAID, "release", "Release", Per.MONTH, months, day)


def rate(percent: str, first: date = date(2023, 1, 1), last: date | None = None) -> DayRate:
    return DayRate(first, last, *SAID, Fraction(percent))


def penalties(**amounts: object) -> Terms:
    given_ = {"fixed_minor": None, "percent": None, "missing": ""} | amounts
    row = Penalty(date(2023, 1, 1), date(2023, 12, 31), *SAID, "late", "Late", **given_)
    return Terms("XX", "MDL", DAY, (point(),), (), (row,))


class TestDueDays:
    @pytest.mark.parametrize(
        ("arose", "months", "day", "due"),
        [
            (date(2023, 5, 31), 1, 25, date(2023, 6, 25)),
            (date(2023, 12, 1), 1, 25, date(2024, 1, 25)),
            (date(2023, 1, 31), 1, 31, date(2023, 2, 28)),
            (date(2023, 11, 30), 15, 30, date(2025, 2, 28)),
            (date(2023, 5, 31), 0, None, date(2023, 5, 31)),
        ],
    )
    def test_a_day_of_a_later_month_or_the_day_itself(self, arose, months, day, due):
        assert due_on(point(months, day), arose) == due

    def test_a_tax_point_counts_from_its_first_day(self):
        terms = penalties(missing="x")
        assert tax_point(terms, "release", DAY) == point()
        for name, day in (("release", date(2020, 12, 31)), ("nothing", DAY)):
            with pytest.raises(TermsFault) as caught:
                tax_point(terms, name, day)
            assert (caught.value.code, caught.value.name, caught.value.day) == ("tax-point", name, day)


class TestInterest:
    def test_it_runs_from_the_day_after_the_due_day_to_the_day_itself(self):
        found = interest([(DAY, 100_000)], DAY, date(2023, 7, 5), [rate("0.0740")])
        assert (found.amount_minor, [part.days for part in found.parts]) == (740, [10])
        assert interest([(DAY, 100_000)], DAY, DAY, [rate("1")]).parts == ()

    def test_a_payment_lowers_it_from_the_day_after(self):
        changes = [(DAY, 100_000), (date(2023, 6, 30), -40_000)]
        found = interest(changes, DAY, date(2023, 7, 5), [rate("0.1")])
        assert [(part.debt_minor, part.days) for part in found.parts] == [(100_000, 5), (60_000, 5)]
        assert found.amount_minor == 500 + 300

    def test_a_new_rate_begins_on_its_day_and_all_is_rounded_once(self):
        rates = [rate("0.0001", last=date(2023, 6, 26)), rate("0.0002", date(2023, 6, 27))]
        found = interest([(DAY, 149_999)], DAY, date(2023, 6, 27), rates)
        assert [part.interest_minor for part in found.parts] == [
            Fraction(149_999, 10**6),
            Fraction(2 * 149_999, 10**6),
        ]
        assert found.amount_minor == 0
        assert interest([(DAY, 166_667)], DAY, date(2023, 6, 27), rates).amount_minor == 1

    def test_a_day_without_a_rate_is_named_but_not_where_nothing_is_owed(self):
        ended = [rate("0.1", last=date(2023, 6, 30))]
        with pytest.raises(TermsFault) as caught:
            interest([(DAY, 1)], DAY, date(2023, 7, 9), ended)
        assert (caught.value.code, caught.value.day) == ("rate", date(2023, 7, 1))
        paid = [(DAY, 1), (date(2023, 6, 30), -1)]
        assert interest(paid, DAY, date(2023, 7, 9), ended).amount_minor == 0

    @given(
        debt=st.integers(1, 10**12),
        days=st.integers(1, 2000),
        cut=st.integers(0, 2000),
        ppm=st.integers(0, 10**6),
    )
    def test_it_is_the_same_sum_wherever_the_rates_are_cut(self, debt: int, days: int, cut: int, ppm: int):
        whole = [DayRate(DAY, None, *SAID, Fraction(ppm, 10**6))]
        middle = DAY + timedelta(days=cut)
        halves = [
            DayRate(DAY, middle, *SAID, Fraction(ppm, 10**6)),
            DayRate(middle + timedelta(days=1), None, *SAID, Fraction(ppm, 10**6)),
        ]
        until = DAY + timedelta(days=days)
        found = interest([(DAY, debt)], DAY, until, halves)
        assert found.amount_minor == interest([(DAY, debt)], DAY, until, whole).amount_minor
        assert found.amount_minor == half_up(Fraction(debt * ppm * days, 10**8))
        assert sum(part.days for part in found.parts) == days


class TestPenalties:
    def test_fixed_by_per_cent_or_not_known(self):
        assert penalty(penalties(fixed_minor=500), "late", DAY, 0)[1] == 500
        assert penalty(penalties(percent=Fraction(5)), "late", DAY, 1010)[1] == 51
        assert penalty(penalties(percent=Fraction(5)), "late", DAY, -1)[1] == 0
        assert penalty(penalties(missing="x"), "late", DAY, 0)[1] is None

    @pytest.mark.parametrize(("name", "day"), [("late", date(2024, 1, 1)), ("other", DAY)])
    def test_an_unknown_one_is_named(self, name, day):
        with pytest.raises(TermsFault, match="penalty"):
            penalty(penalties(missing="x"), name, day, 0)


class TestStates:
    def test_what_is_declared_is_never_changed(self):
        for deed in (Deed.CHANGE, Deed.DISCARD, Deed.DECLARE):
            assert [state for state in State if may(deed, state)] == [State.DRAFT]
        assert not any(may(deed, State.REPLACED) for deed in Deed)
        assert set(ALLOWED) == set(Deed)

    @pytest.mark.parametrize(
        ("state", "owed", "then"),
        [
            (State.DECLARED, 0, State.DECLARED),
            (State.ASSESSED, 1, State.ASSESSED),
            (State.ASSESSED, 0, State.PAID),
            (State.PAID, 1, State.ASSESSED),
            (State.PAID, -1, State.PAID),
        ],
    )
    def test_an_assessed_return_is_paid_while_nothing_is_owed(self, state, owed, then):
        assert settled(state, owed) is then


class TestEntries:
    def test_amounts_stand_against_the_debt_and_nothing_posts_nothing(self):
        more = {"currency": "MDL", "reference": "RET-1", "on": DAY, "detail": {}}
        one, two = entries.revenue("MD", "B000"), entries.revenue("MD", "S200")
        draft = entries.charge("k", "duty", "MD1", {one: 5, two: 7}, **more)
        assert [(str(move.account), move.amount) for move in draft.moves] == [
            ("MD1 owed", 12),
            ("MD B000 revenue", -5),
            ("MD S200 revenue", -7),
        ]
        moved = entries.charge("k", "adjustment", "MD1", {one: 5, two: -5}, **more)
        assert len(moved.moves) == 2
        assert entries.charge("k", "duty", "MD1", {one: 0}, **more) is None
        paid = entries.transfer("k", "payment", entries.owed("MD1"), entries.TREASURY, 3, **more)
        assert [move.amount for move in paid.moves] == [-3, 3]
        assert entries.refunds("MD1") == AccountKey("MD1", "refunds")


class TestFiles:
    HEAD = 'format=1\ncountry="XX"\ncurrency="XXX"\nchecked_on=2026-01-01\nact="a"\nsource="s"\n'
    POINT = 'tax_points=[{name="release",title="R",per="month",first_day=2021-01-01}]\n'

    def test_the_terms_that_come_with_the_product(self):
        moldova, maldives = queries.terms_of("MD"), queries.terms_of("MV")
        assert {one.name for one in moldova.tax_points} == {"release", "import"}
        assert {one.name for one in maldives.tax_points} == {"clearance", "ex-bond"}
        assert due_on(tax_point(moldova, "release", DAY), date(2023, 5, 9)) == date(2023, 6, 25)
        assert due_on(tax_point(maldives, "ex-bond", DAY), date(2023, 5, 9)) == date(2023, 5, 9)
        assert not any(one.confirmed for terms in (moldova, maldives) for one in terms.tax_points)
        assert maldives.rates == ()
        with pytest.raises(NotFound):
            queries.terms_of("XX")

    @pytest.mark.parametrize(
        ("text", "where"),
        [
            ("tax_points=[]\n", "tax_points"),
            (POINT + 'rates=[{percent_a_day="x",first_day=2021-01-01}]\n', "rates.0.percent_a_day"),
            (POINT + 'rates=[{percent_a_day="1",first_day=2021-01-02,last_day=2021-01-01}]\n', "rates.0"),
            (
                POINT + 'rates=[{percent_a_day="1",first_day=2021-01-02},'
                '{percent_a_day="1",first_day=2020-01-01}]\n',
                "rates[1]",
            ),
            (POINT + 'penalties=[{name="a",title="A",first_day=2021-01-01}]\n', "penalties.0"),
        ],
    )
    def test_faults_are_named_by_their_place(self, text: str, where: str):
        with pytest.raises(BadInput) as caught:
            read_terms((self.HEAD + text).encode(), "x.toml")
        assert [fault.where for fault in caught.value.faults] == [where]

    def test_no_toml(self):
        with pytest.raises(BadInput, match="no TOML"):
            read_terms(b"= 1", "x.toml")
