"""Figures and days as people write them, in their own digits, marks and eras."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.rules.written_days import read_written_day
from isthmus.apps.etrade.rules.written_figures import read_written_figure, western_digits
from isthmus.kit.burmese import is_zawgyi

ZEROS = {
    "Western": 0x30,
    "Arabic": 0x660,
    "Persian": 0x6F0,
    "Devanagari": 0x966,
    "Bengali": 0x9E6,
    "Thai": 0xE50,
    "Lao": 0xED0,
    "Myanmar": 0x1040,
    "Shan": 0x1090,
    "Khmer": 0x17E0,
}
figures = st.decimals(min_value=0, max_value=10**12, places=3, allow_nan=False, allow_infinity=False)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))


def in_digits(text: str, zero: int) -> str:
    return "".join(chr(zero + int(sign)) if sign.isdigit() else sign for sign in text)


@given(text=st.text(alphabet="0123456789", min_size=1), script=st.sampled_from(sorted(ZEROS)))
def test_digits_of_every_script_are_the_same_digits(text: str, script: str) -> None:
    assert western_digits(in_digits(text, ZEROS[script])) == text


def test_what_is_no_digit_stays() -> None:
    assert western_digits("ကုမ္ပဏီ ၁၂ (a) ½ ②") == "ကုမ္ပဏီ 12 (a) ½ ②"


@given(value=figures, script=st.sampled_from(sorted(ZEROS)), group=st.sampled_from(["", " ", "\u202f", "’"]))
def test_a_figure_survives_its_marks_and_its_digits(value: Decimal, script: str, group: str) -> None:
    for mark, other in ((".", ","), (",", ".")):
        for sign in (group, other):
            written = f"{value:,}".replace(",", "_").replace(".", mark).replace("_", sign)
            read = read_written_figure(in_digits(written, ZEROS[script]), mark)
            assert read == f"{value:f}"


@pytest.mark.parametrize(
    ("text", "mark", "read"),
    [
        ("1.234.567,50", ",", "1234567.50"),
        ("12,34,567.5", ".", "1234567.5"),
        ("1'250.5", ".", "1250.5"),
        ("١٬٢٣٤٫٥", ".", "1234.5"),
        ("١٬٢٣٤٫٥", ",", "1234.5"),
        (" +7 ", ".", "7"),
        (",5", ",", "0.5"),
    ],
)
def test_marks_of_many_countries(text: str, mark: str, read: str) -> None:
    assert read_written_figure(text, mark) == read


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1.5", ","),  # with a decimal comma, no country groups so
        ("1,5", "."),
        ("1,234,5", "."),
        ("-3", "."),
        ("1.2.3", "."),
        ("12 kg", "."),
        ("1e5", "."),
        ("", "."),
        ("1,234.5,6", "."),
        ("1_000", "."),
    ],
)
def test_what_is_no_figure_is_refused_and_shown(text: str, mark: str) -> None:
    with pytest.raises(ValueError, match=f"“{text}”"):
        read_written_figure(text, mark)


@given(day=days, script=st.sampled_from(sorted(ZEROS)), sign=st.sampled_from("-/. "))
def test_a_day_survives_its_order_its_digits_and_its_era(day: date, script: str, sign: str) -> None:
    for order, pattern in (("ymd", "%Y-%m-%d"), ("dmy", "%d-%m-%Y"), ("mdy", "%m-%d-%Y")):
        common = f"{day:{pattern}}".replace(f"{day:%Y}", f"{day.year:04d}")
        buddhist = f"{day:{pattern}}".replace(f"{day:%Y}", f"{day.year + 543:04d}")
        for written, era in ((common, "common"), (buddhist, "buddhist")):
            text = in_digits(written.replace("-", sign), ZEROS[script])
            assert read_written_day(text, order, era) == day
            assert read_written_day(in_digits(written.replace("-", ""), ZEROS[script]), order, era) == day


@pytest.mark.parametrize(
    "text", ["23 Nov 2026", "23-NOVEMBER-2026", "2026-11-23", "2026-11-23T10:02:00Z", "23/11/2026 08:15"]
)
def test_months_by_name_and_times_of_day(text: str) -> None:
    assert read_written_day(text, "dmy") == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "order", "era", "reason"),
    [
        ("23/11/26", "dmy", "common", "needs four digits"),
        ("11/23/2026", "dmy", "common", "not a day of the calendar in the order day, month, year"),
        ("30/02/2026", "dmy", "common", "not a day of the calendar"),
        ("23 Foo 2026", "dmy", "common", "not a day of the calendar"),
        ("tomorrow", "dmy", "common", "is not a date"),
        ("23/11/2569", "dmy", "common", "the year 2569 is not one of the Common Era"),
        ("23/11/2026", "dmy", "buddhist", "the year 2026 is not one of the Buddhist era"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(text: str, order: str, era: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_written_day(text, order, era)


@pytest.mark.parametrize("text", ["ေမာင္ေမာင္", "ရန္ကုန္", "ကုန္သည္ ေဒၚလွ"])
def test_zawgyi_is_told_from_unicode(text: str) -> None:
    assert is_zawgyi(text)


@pytest.mark.parametrize("text", ["မောင်မောင်", "ရန်ကုန်", "ကုမ္ပဏီ", "အင်္ဂါ", "Yangon", "ข้าวไทย", "ဒေါ်လှ ၁၂"])
def test_unicode_burmese_and_every_other_text_is_no_zawgyi(text: str) -> None:
    assert not is_zawgyi(text)
