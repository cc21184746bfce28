"""What may stand in a template, and what is made of it: nothing is evaluated, nothing is filled in twice."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.workshops.embassies.rules.texts import (
    PLACEHOLDERS,
    TRAVEL,
    Flaw,
    Wording,
    Wrong,
    filled,
    flaws,
    wanted,
)
from isthmus.apps.workshops.embassies.rules.versions import in_force

VALUES = {name: f"<{name}>" for name in PLACEHOLDERS}


class Version:
    def __init__(self, version: int, starts: date) -> None:
        self.version, self.starts = version, starts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We invite {name} to {workshop}.", []),
        ("100 % #panic() $x$ \\ `raw`", []),
        ("{surname}", [Flaw(Wrong.UNKNOWN, "{surname}")]),
        ("{Name}", [Flaw(Wrong.NOT_PLAIN, "{Name}")]),
        ("{name.__class__}", [Flaw(Wrong.NOT_PLAIN, "{name.__class__}")]),
        ("{name[0]}", [Flaw(Wrong.NOT_PLAIN, "{name[0]}")]),
        ("{name!r}", [Flaw(Wrong.NOT_PLAIN, "{name!r}")]),
        ("{name:>999999999}", [Flaw(Wrong.NOT_PLAIN, "{name:>999999999}")]),
        ("{0} and {}", [Flaw(Wrong.NOT_PLAIN, "{0}"), Flaw(Wrong.NOT_PLAIN, "{}")]),
        ("{ name }", [Flaw(Wrong.NOT_PLAIN, "{ name }")]),
        ("{{name}}", [Flaw(Wrong.BRACE, "{"), Flaw(Wrong.BRACE, "}")]),
        ("{name", [Flaw(Wrong.BRACE, "{")]),
        ("name} name}", [Flaw(Wrong.BRACE, "}")]),
        ("abc\u202ecba", [Flaw(Wrong.SIGN, "U+202E")]),
        ("a\x07b", [Flaw(Wrong.SIGN, "U+0007")]),
        ("می\u200cخواهم", []),
    ],
)
def test_each_thing_that_is_wrong_is_named(text: str, found: list[Flaw]):
    assert flaws(text) == found


def test_a_placeholder_is_replaced_once_and_what_is_filled_in_is_not_looked_at_again():
    told = VALUES | {"name": "{passport}", "passport": "secret"}
    assert filled("{name}, {place}", told, is_rtl=False) == "{passport}, <place>"
    assert filled("{name.x} {0} {", VALUES, is_rtl=False) == "{name.x} {0} {"


def test_a_value_that_runs_against_the_letter_is_set_apart_and_hidden_signs_are_dropped():
    arabic = VALUES | {"name": "فاطمة", "place": "a\u202eb"}
    assert filled("{name}, 3 {place}", arabic, is_rtl=False) == "\u2068فاطمة\u2069, 3 ab"
    assert filled("{name} {passport}", arabic, is_rtl=True) == "\u2068فاطمة\u2069 \u2068<passport>\u2069"


def test_what_a_letter_needs_is_found_in_the_order_of_the_list():
    assert wanted(["{passport} {name}", "{born} {name} {unknown}"]) == ["name", "passport", "born"]
    assert set(PLACEHOLDERS) >= TRAVEL


def test_each_kind_has_its_paragraphs():
    wording = Wording("en", "To you", ("a",), ("b",))
    assert (wording.paragraphs("invitation"), wording.paragraphs("visa")) == (("a",), ("b",))


@given(st.lists(st.sampled_from(["{", "}", "{name}", "name", ".", "0", "#", "{place}"]), max_size=12))
def test_a_text_without_flaws_leaves_no_brace(pieces: list[str]):
    text = "".join(pieces)
    made = filled(text, VALUES, is_rtl=False)
    if flaws(text):
        assert "{" in text or "}" in text
    else:
        assert "{" not in made
        assert "}" not in made
        assert made.count("<name>") == text.count("{name}")


@pytest.mark.parametrize(
    ("day", "number"),
    [(date(2026, 1, 1), None), (date(2026, 2, 1), 1), (date(2026, 3, 5), 3), (date(2027, 1, 1), 3)],
)
def test_the_version_that_was_written_last_counts_once_its_day_has_come(day: date, number: int | None):
    versions = [
        Version(1, date(2026, 2, 1)),
        Version(2, date(2026, 12, 1)),
        Version(3, date(2026, 3, 5)),
    ]
    found = in_force(versions, day)
    assert (found.version if found else None) == number
