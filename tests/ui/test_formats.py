"""How numbers, days and moments are written."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone as django_timezone
from django.utils import translation

from isthmus.ui.components import Amount, Folded, Link, Share, State, Tile
from isthmus.ui.formats import amount, country_name, day, grouped, moment, moment_text
from isthmus.ui.shown import shown
from isthmus.ui.table import plain
from isthmus.ui.templatetags.ui import commands

MOMENT = datetime(2026, 11, 23, 10, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "−1,234,567.5"),
        ("fr", "−1\u202f234\u202f567,5"),
        ("ro", "−1.234.567,5"),
        ("zh-hans", "−1,234,567.5"),
        ("ar", "\u200e−1,234,567.5"),
    ],
)
def test_numbers_are_grouped_as_the_language_writes_them(language, text):
    with translation.override(language):
        assert grouped(Decimal("-1234567.5")) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0, None, "0"),
        (1000, None, "1,000"),
        (1000, 2, "1,000.00"),
        (Decimal("12.50"), None, "12.50"),
        (Decimal("1E+3"), None, "1,000"),
        (1e-7, None, "0.0000001"),
        (1e21, None, "1,000,000,000,000,000,000,000"),
        (2.675, 1, "2.7"),
        (None, None, ""),
    ],
)
def test_numbers_keep_their_digits(value, places, text):
    assert grouped(value, places) == text


def test_a_unit_stays_with_its_number():
    assert amount(26_480, "kg") == "26,480\u00a0kg"
    assert amount(None, "kg") == ""


def test_a_day_cannot_be_mistaken_for_another():
    assert day(date(2026, 4, 3)) == '<time datetime="2026-04-03">3 Apr 2026</time>'
    with translation.override("zh-hans"):
        assert day(date(2026, 4, 3)) == '<time datetime="2026-04-03">2026年4月3日</time>'
    assert day(None) == ""


def test_a_moment_names_its_zone():
    assert moment(MOMENT) == '<time datetime="2026-11-23T10:02:00Z">23 Nov 2026 10:02 UTC</time>'
    assert moment_text(MOMENT, ZoneInfo("Asia/Yangon")) == "23 Nov 2026 16:32 UTC+06:30"
    assert moment_text(MOMENT, ZoneInfo("Asia/Shanghai")) == "23 Nov 2026 18:02 CST"


def test_the_day_of_a_moment_is_that_of_the_zone():
    with django_timezone.override(timezone(timedelta(hours=14))):
        assert "24 Nov 2026" in day(MOMENT)


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="names no moment"):
        moment_text(datetime(2026, 11, 23, 10, 2))  # noqa: DTZ001  that is the point


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ("<b>", "&lt;b&gt;"),
        (True, "Yes"),
        (False, "No"),
        (0, '<span class="number">0</span>'),
        (Amount(Decimal("2.5"), "hl"), '<span class="number">2.5\u00a0hl</span>'),
        (Amount(2, "hl", 1), '<span class="number">2.0\u00a0hl</span>'),
        (Link("a & b", "/x?a=1&b"), '<a href="/x?a=1&amp;b">a &amp; b</a>'),
        (Tile("CN"), '<span class="tile tile-there">CN</span>'),
        (Tile("MM", "", "here"), '<span class="tile">MM</span>'),
        (("a", 1), '<ul role="list"><li>a</li><li><span class="number">1</span></li></ul>'),
        (None, '<span class="muted">Not given</span>'),
        ("", '<span class="muted">Not given</span>'),
    ],
)
def test_every_value_has_one_look(value, html):
    assert shown(value) == html


def test_a_state_is_a_word_with_a_shape():
    html = shown(State("bad", "Refused"))
    assert html.startswith('<span class="state state-bad"><svg class="icon"')
    assert html.endswith("Refused</span>")


def test_parts_of_a_whole_are_a_bar_with_its_words():
    share = Share((("Free", 50), ("Reserved", 0), ("Claimed", 150)), 200)
    assert str(share) == "Free 25.0 %, Reserved 0.0 %, Claimed 75.0 %"
    html = shown(share)
    assert "<title>Free 25.0 %, Reserved 0.0 %, Claimed 75.0 %</title>" in html
    assert re.findall(r'class="(f\d)" x="([\d.]+)" y="0" width="([\d.]+)"', html) == [
        ("f1", "0.00", "26.00"),
        ("f3", "26.00", "78.00"),
    ]
    with translation.override("ar"):
        assert '<rect class="f1" x="78.00" y="0" width="26.00"' in shown(share)
    nothing = Share((("Free", 0),), 0)
    assert (str(nothing), 'class="f1"' in shown(nothing)) == ("Nothing yet", False)
    assert plain(share) == str(share)


def test_a_country_has_its_name_in_the_language_of_the_page():
    assert country_name("MD") == "Moldova"
    with translation.override("fr"):
        assert country_name("MV") == "Maldives"
        assert country_name("CN") == "Chine"
    assert country_name("XX") == "XX"


def test_a_long_list_is_folded_behind_its_sum():
    html = shown(Folded("2 fields", ("Exporter <name>", "Procedure")))
    assert "<summary>2 fields</summary>" in html
    assert "<li>Exporter &lt;name&gt;</li><li>Procedure</li>" in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Run `isthmus doctor`.", "Run <code>isthmus doctor</code>."),
        ("<b> & `<i>`", "&lt;b&gt; &amp; <code>&lt;i&gt;</code>"),
        ("`a` and `b`", "<code>a</code> and <code>b</code>"),
        ("a ` alone", "a ` alone"),
        ("", ""),
    ],
)
def test_commands_are_told_apart_from_the_words_around_them(text: str, html: str) -> None:
    assert commands(text) == html
