import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.kit.text import is_nfc, nfc


@pytest.mark.parametrize(
    ("text", "composed"),
    [
        ("", ""),
        ("plain", "plain"),
        ("e\u0301", "é"),
        ("\u212b", "Å"),  # the Ångström sign
        ("ဆန်", "ဆန်"),
        ("\u1025\u102e", "\u1026"),  # Myanmar letter UU
        ("\u1100\u1161", "가"),
        ("ﬁ", "ﬁ"),  # compatibility characters stay
    ],
)
def test_composes(text, composed):
    assert nfc(text) == composed
    assert is_nfc(composed)
    assert is_nfc(text) == (text == composed)


@given(st.text())
def test_what_is_composed_stays_so(text):
    assert is_nfc(nfc(text))
    assert nfc(nfc(text)) == nfc(text)
    assert unicodedata.normalize("NFD", nfc(text)) == unicodedata.normalize("NFD", text)
