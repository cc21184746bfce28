"""What a word is worth: whole numbers that stay beside BM25 in fractions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.search.rules.worth import (
    MILLION,
    MOST_COUNT,
    MOST_DOCUMENTS,
    MOST_LENGTH,
    Extent,
    enough,
    most,
    telling,
    worth,
)

LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("documents", "holding", "expected"),
    [(1, 1, 287_682), (10, 1, 1_992_430), (1_400, 18, 4_327_171), (100_000, 1, 11_107_470)],
)
def test_a_rare_word_tells_more(documents: int, holding: int, expected: int):
    assert telling(documents, holding) == pytest.approx(expected, abs=1)


def test_a_word_in_every_one_of_many_documents_still_tells_something():
    assert telling(MOST_DOCUMENTS, MOST_DOCUMENTS) == 1


@given(st.integers(1, MOST_DOCUMENTS), st.data())
def test_what_a_word_tells_is_the_logarithm_of_its_rarity(documents: int, data: st.DataObject):
    holding = data.draw(st.integers(1, documents))
    rarity = math.log1p((documents - holding + 0.5) / (holding + 0.5))
    assert telling(documents, holding) == pytest.approx(rarity * MILLION, abs=1)


@given(
    st.integers(1, 15 * MILLION),
    st.integers(1, MOST_COUNT),
    st.integers(1, 100_000),
    st.integers(1, MOST_DOCUMENTS),
    st.integers(1, 500),
)
def test_whole_numbers_stay_beside_the_formula_in_fractions(
    tells: int, count: int, length: int, documents: int, average: int
):
    found = worth(tells, count, length, Extent(documents, documents * average))
    exact = tells * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / average))
    assert found == pytest.approx(exact, rel=1e-5, abs=1)
    assert found < most(tells)


def test_the_greatest_numbers_fit_into_64_bits():
    tells = telling(MOST_DOCUMENTS, 1)
    assert tells * MOST_COUNT * 2_200_000 * 50 * 3 <= LARGEST
    assert 900_000 * MOST_LENGTH * MOST_DOCUMENTS <= LARGEST


def test_a_word_that_is_not_there_is_worth_nothing():
    assert worth(telling(10, 1), 0, 100, Extent(10, 1_000)) == 0


def test_an_average_text_with_one_word_has_what_the_word_tells():
    assert worth(MILLION, 1, 100, Extent(10, 1_000)) == MILLION


def test_documents_without_words_divide_nothing():
    assert worth(MILLION, 1, 0, Extent(3, 0)) == 1_692_307


@pytest.mark.parametrize(
    ("least", "words"),
    [(0, 3), (1, 3), (10, 3), (11, 2), (60, 2), (61, 1), (160, 1), (161, 0)],
)
def test_enough_words_are_those_without_which_nobody_reaches_the_last_of_the_best(least: int, words: int):
    assert enough([100, 50, 10], least) == words
