import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.reference.rules import codes, currencies


@pytest.mark.parametrize(
    ("code", "level"),
    [("07", "chapter"), ("0713", "heading"), ("071331", "subheading"), ("7", None), ("07133", None)],
)
def test_the_length_of_a_code_tells_its_level(code, level):
    assert codes.level_of(code) == level


@pytest.mark.parametrize("text", ["", "AB", "٠٧", "07 3", "0713.1"])
def test_what_is_not_plain_digits_is_no_code(text):
    assert codes.level_of(text) is None


def test_a_code_stands_below_its_chapter_and_heading():
    assert codes.above("071331") == ("07", "0713")
    assert codes.above("0713") == ("07",)
    assert codes.above("07") == ()


@pytest.mark.parametrize(
    ("text", "is_one"), [("MMRGN", True), ("AR2BC", True), ("MMRG1", False), ("mmrgn", False)]
)
def test_a_place_is_five_signs_without_the_digits_that_look_like_letters(text, is_one):
    assert codes.is_locode(text) is is_one


def test_a_place_may_be_typed_with_a_space_and_in_small_letters():
    assert codes.as_locode(" mm rgn ") == "MMRGN"


def test_functions_stand_once_and_in_order():
    assert codes.functions_in_order("4B141x") == "14B"


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("Mung Beans", ("mung", "beans")),
        ("07.13 31", ("071331",)),
        ("Conakry", ("conakry",)),
        ("CÔNAKRY", ("conakry",)),
        ("Straße", ("strasse",)),
        ("beans 0713", ("beans", "0713")),
    ],
)
def test_a_search_is_folded_word_by_word(text, sought):
    assert codes.sought_words(text) == sought


@given(st.text())
def test_folding_twice_is_folding_once_for_what_is_sought(text):
    assert codes.sought_words(" ".join(codes.sought_words(text))) == codes.sought_words(text)


@pytest.mark.parametrize(("code", "decimals"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("MMK", 0)])
def test_minor_digits_are_those_of_the_list(code, decimals):
    assert currencies.decimals_of(code) == decimals


def test_names_follow_the_language_or_are_english():
    assert currencies.currencies("fr")["CNY"] == "yuan renminbi chinois"
    assert currencies.currencies("en")["CNY"] == "Chinese Yuan"
    assert currencies.currencies("dv-nowhere")["CNY"] == "Chinese Yuan"
