"""Who secures the duty of a movement, how much it is, and what stays at stake for what is missing."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.movements.rules.securing import (
    Guarantor,
    LineStake,
    Load,
    Misuse,
    Stake,
    guarantors,
    liable,
    misuse,
)
from isthmus.apps.excise.tariff.rules.model import Line

DAY = date(2026, 11, 27)


class TestGuarantors:
    def test_each_digit_of_the_code_is_a_party(self):
        assert guarantors("1") == (Guarantor.CONSIGNOR,)
        assert guarantors("234") == (Guarantor.TRANSPORTER, Guarantor.OWNER, Guarantor.CONSIGNEE)
        assert guarantors("0") == guarantors("5") == ()

    @pytest.mark.parametrize(
        ("code", "across", "mode", "product", "expected"),
        [
            ("1", True, "3", "S200", None),
            ("0", False, "3", "S200", None),
            ("0", True, "3", "S200", Misuse.ACROSS),
            ("5", True, "1", "E410", None),
            ("5", True, "7", "E410", None),
            ("5", True, "3", "E410", Misuse.MODE),
            ("5", True, "1", "S200", Misuse.NOT_ENERGY),
        ],
    )
    def test_who_may_go_without_a_guarantee(
        self, code: str, across: bool, mode: str, product: str, expected: Misuse | None
    ):
        assert misuse(code, across=across, mode=mode, products=[product]) == expected


class TestStake:
    def test_goods_are_in_litres_and_thousandths_as_the_tariffs_count(self):
        assert Load(1, "B000", "22030001", Decimal("100.5"), Decimal("4.5"), Decimal("11.2")).line(
            DAY
        ) == Line("B000", "22030001", abv=4_500, plato=11_200, volume=100_500_000, quantity=1, day=DAY)
        spirit = Load(1, "S200", "22082012", Decimal(240)).line(DAY)
        assert spirit is not None
        assert (spirit.abv, spirit.plato, spirit.volume) == (None, None, 240_000_000)

    @pytest.mark.parametrize("product", ["E410", "T200"])
    def test_what_is_not_in_litres_has_no_rate_here(self, product: str):
        assert Load(1, product, "27101231", Decimal(10)).line(DAY) is None

    def test_what_is_known_is_added_up_and_what_is_not_is_named(self):
        known = LineStake(1, 11_593_92, DAY, "rule")
        unknown = LineStake(2, None, why="no rate")
        stake = Stake("MDL", DAY, (known, unknown))
        assert (stake.known_minor, stake.without_rate, stake.last_known) == (11_593_92, (unknown,), None)

    def test_the_earliest_rates_that_stand_in_are_named(self):
        lines = (
            LineStake(1, 5, date(2023, 12, 31)),
            LineStake(2, 5, date(2022, 12, 31)),
            LineStake(3, 5, DAY),
        )
        assert Stake("MDL", DAY, lines).last_known == date(2022, 12, 31)


DUTIES = {1: (Decimal(240), 11_593_92), 2: (Decimal(100), 305_00)}


class TestLiable:
    def test_the_share_of_what_is_missing_stays_rounded_up(self):
        assert liable(11_898_92, DUTIES, {1: Decimal(6)}) == 289_85  # 11,593.92 x 6 / 240 = 289.848
        assert liable(11_898_92, DUTIES, {1: Decimal(240), 2: Decimal(100)}) == 11_898_92

    def test_an_amount_that_the_office_stated_higher_stays_in_proportion(self):
        assert liable(2 * 11_898_92, DUTIES, {2: Decimal(50)}) == 305_00

    def test_nothing_missing_keeps_nothing(self):
        assert liable(11_898_92, DUTIES, {}) == liable(11_898_92, DUTIES, {1: Decimal(0)}) == 0

    @pytest.mark.parametrize(
        "duties",
        [
            {1: (Decimal(240), None)},
            {2: (Decimal(100), 305_00)},
            {1: (Decimal(0), 305_00)},
            {1: (Decimal(240), 0)},
        ],
    )
    def test_where_the_share_is_not_known_everything_stays(
        self, duties: dict[int, tuple[Decimal, int | None]]
    ):
        assert liable(5_000, duties, {1: Decimal(1)}) == 5_000

    @given(
        amount=st.integers(0, 10**15),
        sent=st.integers(1, 10**9),
        missing=st.integers(0, 10**9),
        duty=st.integers(1, 10**15),
    )
    def test_it_is_never_less_than_the_share_nor_more_than_the_amount(
        self, amount: int, sent: int, missing: int, duty: int
    ):
        kept = liable(amount, {1: (Decimal(sent), duty)}, {1: Decimal(missing)})
        assert amount * min(missing, sent) <= kept * sent
        assert kept <= amount
        assert (kept - 1) * sent < amount * missing or kept == 0
