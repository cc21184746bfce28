"""Names of firms and marks of transport in the form in which two offices' writings meet."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.reconciliation.rules.names import (
    LEGAL_FORMS,
    MARK_PATTERN,
    NEAR_OUTLINE_BITS,
    mark_key,
    party_key,
    party_outline,
    party_words,
    word_outline,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("M/S Golden Lotus Trdg Co., Ltd.", "GOLDEN-LOTUS TRADING COMPANY LIMITED"),
        ("Société Générale d'Import", "societe generale d import"),
        ("Mekong Rice Intl Pvt. Ltd.", "Rice, Mekong International"),
        ("Shan Impex", "SHAN IMPORT & EXPORT LLC"),
    ],
)
def test_two_writings_of_one_firm_give_one_key(one: str, other: str) -> None:
    assert party_key(one) == party_key(other) != ""


def test_different_firms_give_different_keys() -> None:
    assert party_key("Golden Lotus Trading Ltd") != party_key("Golden Lotus Export Ltd")


def test_a_name_of_legal_forms_alone_keeps_them_and_one_without_a_letter_is_empty() -> None:
    assert party_key("The Company Ltd") == "company ltd the"
    assert party_key("--- / .") == ""


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(name: str) -> None:
    assert party_key(party_key(name)) == party_key(name)


@given(st.text(max_size=60))
def test_a_key_is_the_telling_words_of_the_parts_between_spaces(name: str) -> None:
    words = {word for part in name.split(" ") for word in party_words(part)}
    assert party_key(name) == " ".join(sorted(words - LEGAL_FORMS or words))


@given(st.text(max_size=60))
def test_an_outline_is_that_of_its_words_together(name: str) -> None:
    key = party_key(name)
    together = 0
    for word in key.split():
        together |= word_outline(word)
    assert party_outline(key) == together


def differing(one: str, other: str) -> int:
    return (party_outline(party_key(one)) ^ party_outline(party_key(other))).bit_count()


@given(st.integers(0, 23))
def test_a_letter_left_out_leaves_the_outline_near(place: int) -> None:
    name = "golden lotus trading asia"
    slipped = name[:place] + name[place + 1 :]
    if " " not in name[place]:
        assert differing(name, slipped) <= NEAR_OUTLINE_BITS


def test_another_word_leads_far_away() -> None:
    assert differing("golden lotus trading", "golden lotus foods") > NEAR_OUTLINE_BITS


@given(st.text(max_size=40))
def test_an_outline_fits_a_signed_64_bit_integer(name: str) -> None:
    assert 0 <= party_outline(name) < 2**61


@pytest.mark.parametrize("written", ["CMR-2026-0012345", "cmr 2026 0012345", "CMR/2026/0012345 "])
def test_marks_are_letters_and_digits(written: str) -> None:
    assert mark_key(written) == "CMR20260012345"


def test_the_set_wise_pattern_leaves_out_the_same_signs() -> None:
    pattern = re.compile(MARK_PATTERN.replace(r"\x{80}", "\u0080").replace(r"\x{10FFFF}", "\U0010ffff"))
    for sign in string.printable + "éက":
        assert pattern.sub("", sign).upper() == mark_key(sign)
