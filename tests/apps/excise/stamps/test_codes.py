"""Codes of stamps: one spelling each, and no other text is one."""

import os

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.stamps.rules import codes, issuing
from isthmus.apps.excise.stamps.rules.codes import Code, CodeFault, Misread
from isthmus.kit import base32

GTIN = "04006381333931"
KEY = bytes(range(32))
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PLAIN = f"HTTPS://STAMPS.EXAMPLE/01/{GTIN}/21/0123456789ABCDEF"


def gtins() -> st.SearchStrategy[str]:
    def ended(digits: str) -> str:
        return next(digits + end for end in "0123456789" if codes.gtin_fits(digits + end))

    return st.text("0123456789", min_size=13, max_size=13).map(ended)


@st.composite
def made(draw: st.DrawFn) -> Code:
    host = draw(
        st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,8}){0,3}(:[0-9]{1,5})?", fullmatch=True)
    )
    serial, level = draw(st.binary(min_size=10, max_size=10)), draw(st.integers(0, 2))
    keys = st.integers(0, codes.MOST_KEYS - 1)
    tag = (draw(keys), draw(st.binary(min_size=8, max_size=8))) if level else (None, b"")
    signature = (draw(keys), draw(st.binary(min_size=64, max_size=64))) if level == 2 else (None, b"")
    return Code(host, draw(gtins()), serial, *tag, *signature)


@given(made())
def test_a_code_is_read_back_from_its_text_and_written_the_same(code: Code):
    assert codes.parsed(code.text) == code
    assert codes.parsed(code.text).text == code.text


@given(made(), st.data())
def test_a_changed_text_is_another_code_or_none(code: Code, data: st.DataObject):
    """No two texts mean one code, but for the small letters of a browser's address line."""
    place = data.draw(st.integers(0, len(code.text) - 1))
    changed = code.text[:place] + data.draw(st.characters()) + code.text[place + 1 :]
    try:
        found = codes.parsed(changed)
    except CodeFault:
        return
    assert changed == code.text or found != code


@given(made())
def test_the_address_a_browser_shows_is_the_same_code(code: Code):
    head, at, tail = code.text.partition("/01/")
    assert codes.parsed(head.lower() + at + tail) == code


@given(made())
def test_the_signs_beside_the_symbol_can_be_typed_with_lookalikes(code: Code):
    sloppy = codes.typed(code).lower().replace("0", "o").replace("1", "l").replace(" ", "-")
    found = codes.understood(f" {sloppy} ")
    assert (found.serial, found.tag_key, found.tag) == (code.serial, code.tag_key, code.tag)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        PLAIN + "\n" + PLAIN,
        PLAIN.lower(),
        PLAIN.replace("HTTPS", "https"),
        PLAIN.replace("HTTPS", "HTTP"),
        PLAIN.replace("STAMPS.EXAMPLE", "STAMPS..EXAMPLE"),
        PLAIN.replace("STAMPS.EXAMPLE", "A@STAMPS.EXAMPLE"),
        PLAIN.replace("ABCDEF", "ABCDEU"),
        PLAIN.replace("ABCDEF", "ABCDEI"),
        PLAIN + "?",
        PLAIN + "?91=00G123456789ABC",
        PLAIN + "?91=000123456789ABC&92=00" + "A" * 85 + "B",
        PLAIN + "?92=00" + "A" * 86,
        PLAIN + "?91=000123456789ABC&91=000123456789ABC",
        PLAIN + "/",
        PLAIN.replace(GTIN, "4006381333931"),
        PLAIN.replace("0123456789ABCDEF", "٠123456789ABCDEF"),
        "0123 4567 89AB CDE",
        "0123 4567 89AB CDEF 00",
        "A" * 500,
    ],
)
def test_other_texts_are_refused(text: str):
    with pytest.raises(CodeFault) as caught:
        codes.understood(text)
    assert caught.value.reason is Misread.FORM


def test_a_symbol_holds_the_code_and_nothing_more():
    with pytest.raises(CodeFault):
        codes.parsed(PLAIN + "\n")
    assert codes.understood(f" {PLAIN}\n") == codes.parsed(PLAIN)


def test_a_wrong_check_digit_is_named():
    with pytest.raises(CodeFault) as caught:
        codes.parsed(PLAIN.replace(GTIN, "04006381333932"))
    assert caught.value.reason is Misread.CHECK_DIGIT


def test_a_gtin_has_14_digits():
    assert codes.gtin_fits(GTIN)
    assert not codes.gtin_fits("4006381333931")


@pytest.mark.parametrize("text", ["0123456789ABCDEU", "0123456789ABCDE", ""])
def test_a_serial_has_16_signs_of_the_alphabet(text: str):
    with pytest.raises(CodeFault):
        codes.serial_of(text)


def test_a_number_that_does_not_fit_is_not_written():
    assert base32.written(1023, 2) == "ZZ"
    for number in (1024, -1):
        with pytest.raises(ValueError, match="does not fit"):
            base32.written(number, 2)


def test_known_values_stay():
    """Printed stamps last for years: a change of the format is a new version, not an edit."""
    serial = codes.serial_of("0123456789ABCDEF")
    assert serial.hex() == "00443214c74254b635cf"
    assert Code("a.example", GTIN, serial).serial_text == "0123456789ABCDEF"
    assert codes.tag_of(KEY, GTIN, serial).hex() == TAG
    assert codes.signature_of(PRIVATE, GTIN, serial).hex() == SIGNATURE


TAG = "25d48a785b2d70b6"
SIGNATURE = (
    "a6a986d4dae1af0efe5cd71819315b5e812b6b13a99aa03e667ba7016fda4a3d"
    "0d0a34d15e356c8eb6a2efe16a137586569b56e14ebcc48cf6fa21a7b9dd2f0a"
)


@given(gtins(), st.binary(min_size=10, max_size=10), st.integers(0, 63))
def test_every_flipped_bit_of_a_tag_shows(gtin: str, serial: bytes, bit: int):
    tag = codes.tag_of(KEY, gtin, serial)
    flipped = (int.from_bytes(tag, "big") ^ 1 << bit).to_bytes(8, "big")
    assert codes.tag_holds(KEY, gtin, serial, tag)
    assert not codes.tag_holds(KEY, gtin, serial, flipped)


@given(gtins(), st.binary(min_size=10, max_size=10), st.integers(0, 79))
def test_every_flipped_bit_of_a_serial_shows(gtin: str, serial: bytes, bit: int):
    other = (int.from_bytes(serial, "big") ^ 1 << bit).to_bytes(10, "big")
    assert not codes.tag_holds(KEY, gtin, other, codes.tag_of(KEY, gtin, serial))
    signature = codes.signature_of(PRIVATE, gtin, serial)
    assert codes.signature_holds(PRIVATE.public_key(), gtin, serial, signature)
    assert not codes.signature_holds(PRIVATE.public_key(), gtin, other, signature)


def test_many_codes_are_what_they_are_one_by_one():
    serials = issuing.draw(500, os.urandom)
    printing = issuing.Printing("stamps.example", GTIN, (7, KEY), (9, PRIVATE))
    lines = issuing.lines(serials, printing).decode("ascii").splitlines()
    assert len(lines) == 500
    for serial, line in zip(serials, lines, strict=True):
        row = serial.tobytes()
        tag, signature = codes.tag_of(KEY, GTIN, row), codes.signature_of(PRIVATE, GTIN, row)
        assert line == Code("stamps.example", GTIN, row, 7, tag, 9, signature).text


def test_codes_without_keys_and_no_codes_at_all():
    serials = issuing.draw(3, os.urandom)
    lines = issuing.lines(serials, issuing.Printing("a.example", GTIN)).decode("ascii").splitlines()
    assert [codes.parsed(line).serial for line in lines] == [row.tobytes() for row in serials]
    tagged = issuing.lines(serials, issuing.Printing("a.example", GTIN, (0, KEY)))
    assert codes.parsed(tagged.decode("ascii").splitlines()[2]).tag_key == 0
    assert issuing.lines(serials[:0], issuing.Printing("a.example", GTIN)) == b""


def test_serials_rise_and_none_comes_twice():
    """Where chance draws a serial twice, another one is drawn."""
    answers = iter([b"\2" * 10 + b"\1" * 10 + b"\2" * 10, b"\2" * 10, b"\0" * 10])
    serials = issuing.draw(3, lambda _size: next(answers))
    assert [row.tobytes() for row in serials] == [b"\0" * 10, b"\1" * 10, b"\2" * 10]
    many = [row.tobytes() for row in issuing.draw(5000, os.urandom)]
    assert many == sorted(set(many))
    assert issuing.draw(0, os.urandom).shape == (0, 10)
    assert np.asarray(issuing.draw(1, os.urandom)).dtype == np.uint8
