"""What of a text is shown with a hit."""

from hypothesis import given
from hypothesis import strategies as st

from isthmus.search.rules.excerpts import LOOKED_THROUGH, Piece, excerpt, marked

FILLING = "lorem ipsum dolor sit amet " * 40


def shown(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def marks(pieces: tuple[Piece, ...]) -> list[str]:
    return [piece.text for piece in pieces if piece.marked]


def test_every_form_of_a_word_that_was_asked_is_marked():
    pieces = marked("Duty on spirits, duties on tobacco", "en", {"en:duti": 1})
    assert pieces == (
        Piece("Duty", marked=True),
        Piece(" on spirits, ", marked=False),
        Piece("duties", marked=True),
        Piece(" on tobacco", marked=False),
    )


def test_pairs_that_overlap_are_marked_as_one_stretch_after_the_other():
    pieces = marked("家庭太阳能", "zh", {"~太阳": 1, "~阳能": 1})
    assert marks(pieces) == ["太阳", "能"]
    assert shown(pieces) == "家庭太阳能"


def test_a_short_text_is_shown_whole():
    assert shown(excerpt("Duty on spirits", "en", {"en:duti": 1})) == "Duty on spirits"


def test_an_empty_text_shows_nothing():
    assert excerpt("", "en", {"en:duti": 1}) == ()


def test_where_nothing_was_asked_for_the_beginning_is_shown():
    pieces = excerpt(FILLING, "en", {"en:duti": 1})
    assert marks(pieces) == []
    assert shown(pieces).startswith("lorem ipsum")
    assert shown(pieces).endswith(" …")


def test_the_place_with_most_of_what_tells_is_shown():
    text = f"duty {FILLING} stamps {FILLING} duty on stamps {FILLING}"
    pieces = excerpt(text, "en", {"en:duti": 2, "en:stamp": 3})
    assert marks(pieces) == ["duty", "stamps"]
    assert shown(pieces).startswith("… ")


def test_a_word_that_is_repeated_does_not_outweigh_two():
    text = f"duty duty duty duty {FILLING} duty stamps"
    assert marks(excerpt(text, "en", {"en:duti": 1, "en:stamp": 1})) == ["duty", "stamps"]


def test_a_text_that_ends_with_what_was_asked_is_not_said_to_go_on():
    assert shown(excerpt(FILLING + "duty", "en", {"en:duti": 1})).endswith("duty")


def test_a_long_word_is_cut_at_the_width():
    pieces = excerpt("x" * 500, "en", {"en:duti": 1}, width=100)
    assert shown(pieces) == "x" * 100 + " …"


def test_only_so_much_of_a_long_text_is_looked_through():
    assert marks(excerpt("x " * (LOOKED_THROUGH // 2) + "duty", "en", {"en:duti": 1})) == []


def test_signs_without_a_picture_are_shown_as_a_space():
    assert shown(marked("a\x1b[31m\n\nb", "en", {})) == "a [31m b"


@given(st.text(max_size=600), st.sets(st.sampled_from(["en:a", "#0", "~太"])))
def test_of_any_text_something_is_shown_that_stands_in_it(text: str, terms: set[str]):
    pieces = excerpt(text, "en", dict.fromkeys(terms, 1))
    assert all(piece.text for piece in pieces)
    assert len(shown(pieces)) <= 240 + 4
    assert all(any(sign.isalnum() for sign in mark) for mark in marks(pieces))
