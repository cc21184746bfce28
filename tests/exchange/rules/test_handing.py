"""Words that are carried on: what a taker gets of them, and the name of where they came from."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as some

from isthmus.exchange.rules.handing import (
    FIELDS,
    LONGEST_ORIGIN,
    Origin,
    Words,
    fitting_language,
    limited,
    read_origin,
)

ORIGIN = Origin("workshops.country-plan", "mm", "7" * 32)
WORDS = Words(
    ORIGIN, "the plan", "/plan/", "zh-hans", "a" * 64, "P-1",
    "Title", "Problem", ("One", "Two"), "Somebody", ("Clinics: 120",),
)  # fmt: skip
NAMES = some.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=31)


@given(NAMES, NAMES)
def test_an_origin_is_read_as_it_was_written(node: str, record: str):
    origin = Origin("workshops.country-plan", node, record)
    assert read_origin(origin.text) == origin


def test_the_longest_origin_fits_its_column():
    longest = Origin("g" * 60, "n" * 31, "r" * 64)
    assert read_origin(longest.text) == longest
    assert len(longest.text) <= LONGEST_ORIGIN


@pytest.mark.parametrize(
    "text",
    [
        "", "workshops.country-plan", "workshops.country-plan:mm", "workshops.country-plan:mm/", ":mm/1",
        "workshops.country-plan:mm/1/2", "workshops.country-plan:m m/1", "../etc:mm/1", "a:mm/1\n",
        "a:mm/" + "1" * 65,
    ],
)  # fmt: skip
def test_what_names_no_record_is_none(text: str):
    assert read_origin(text) is None


@given(some.frozensets(some.sampled_from(sorted(FIELDS))))
def test_a_taker_gets_what_it_takes_and_nothing_else(fields: frozenset[str]):
    found = limited(WORDS, fields)
    for name in FIELDS:
        assert getattr(found, name) == (
            getattr(WORDS, name) if name in fields else type(getattr(WORDS, name))()
        )
    assert (found.origin, found.source, found.url, found.leaf) == (ORIGIN, "the plan", "/plan/", "a" * 64)


@pytest.mark.parametrize(
    ("known", "found"),
    [({"zh-hans", "zh"}, "zh-hans"), ({"zh", "en"}, "zh"), ({"en", "fr"}, "fr")],
)
def test_the_language_is_one_that_the_form_knows(known: set[str], found: str):
    assert fitting_language(WORDS, frozenset(known), "fr") == found
