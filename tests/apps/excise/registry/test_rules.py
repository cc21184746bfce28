"""Trade numbers, excise numbers, and who is authorised on which day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.registry.rules import identifiers
from isthmus.apps.excise.registry.rules.standing import Judged, Standing, Suspended, Verdict, judge

DAY = date(2026, 6, 1)
LICENCE = Standing("AUT-1", "produce", ("B000", "S"), date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize("gtin", ["4006381333931", "96385074", "036000291452", "10614141000415"])
def test_trade_numbers_with_a_right_check_digit(gtin: str):
    assert identifiers.is_gtin(gtin)


@pytest.mark.parametrize("text", ["", "4006381333932", "400638133393", "4006381333931 ", "٤٠٠٦٣٨١٣٣٣٩٣١"])
def test_what_is_no_trade_number(text: str):
    assert not identifiers.is_gtin(text)


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(digits: str, place: int, by: int):
    right = digits + str(identifiers.check_digit_of(digits))
    assert identifiers.is_gtin(right)
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert not identifiers.is_gtin(wrong)


def test_excise_numbers_name_their_country():
    assert identifiers.is_excise_number("MD00000000017")
    assert identifiers.is_excise_number("MD00000000017", "MD")
    assert not identifiers.is_excise_number("MD00000000017", "MV")
    for text in ("MD0000000017", "MD000000000177", "md00000000017", "0D00000000017", "MD0000000-017"):
        assert not identifiers.is_excise_number(text)


def test_product_codes_and_groups():
    assert identifiers.is_product_code("S200")
    assert not identifiers.is_product_code("S")
    assert identifiers.is_product_group("S")
    assert identifiers.is_product_group("S200")
    assert not identifiers.is_product_group("S20")


@pytest.mark.parametrize(
    ("on", "verdict"),
    [
        (date(2025, 12, 31), Verdict.NOT_YET),
        (date(2026, 1, 1), Verdict.AUTHORISED),
        (date(2026, 12, 31), Verdict.AUTHORISED),
        (date(2027, 1, 1), Verdict.ENDED),
    ],
)
def test_both_days_of_the_validity_count(on: date, verdict: Verdict):
    assert judge([LICENCE], "B000", on) == Judged(verdict, "AUT-1")


def test_a_letter_covers_every_code_under_it_and_a_code_only_itself():
    assert judge([LICENCE], "S300", DAY).authorised
    assert judge([LICENCE], "W200", DAY) == Judged(Verdict.OTHER_PRODUCT, "AUT-1")
    assert judge([LICENCE], "B100", DAY).verdict is Verdict.OTHER_PRODUCT


def test_nothing_is_authorised_without_an_authorisation():
    assert judge([], "B000", DAY) == Judged(Verdict.NONE)


def test_a_suspension_holds_on_its_days_only():
    held = Standing("A", "produce", ("B000",), DAY, suspensions=(Suspended(DAY, DAY + timedelta(days=1)),))
    days = [judge([held], "B000", DAY + timedelta(days=count)).verdict for count in range(3)]
    assert days == [Verdict.SUSPENDED, Verdict.SUSPENDED, Verdict.AUTHORISED]
    open_ended = Standing("A", "produce", ("B000",), DAY, suspensions=(Suspended(DAY + timedelta(days=1)),))
    assert open_ended.state_on(DAY) is Verdict.AUTHORISED
    assert open_ended.state_on(date(2099, 1, 1)) is Verdict.SUSPENDED


def test_a_revoked_one_stops_on_that_day_and_stays_revoked_after_its_end():
    revoked = Standing("A", "produce", ("B000",), date(2026, 1, 1), date(2026, 12, 31), revoked_on=DAY)
    assert revoked.state_on(DAY - timedelta(days=1)) is Verdict.AUTHORISED
    assert revoked.state_on(DAY) is Verdict.REVOKED
    assert revoked.state_on(date(2027, 6, 1)) is Verdict.REVOKED


def test_of_several_the_nearest_answers():
    ended = Standing("OLD", "produce", ("B000",), date(2020, 1, 1), date(2020, 12, 31))
    other = Standing("WINE", "produce", ("W",), date(2026, 1, 1))
    assert judge([other, ended], "B000", DAY) == Judged(Verdict.ENDED, "OLD")
    assert judge([other, ended, LICENCE], "B000", DAY) == Judged(Verdict.AUTHORISED, "AUT-1")
