"""References of movements: their form, their check digit, ours and others'."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.movements.rules import arc

SIGNS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=16)


@pytest.mark.parametrize(
    "reference",
    ["23GB00000000000378126", "23GB00000000000378574", "16GB00000000000192223", "23GB00000000000377768"],
)
def test_references_in_public_messages_carry_the_digit_of_iso_6346(reference: str):
    read = arc.read(reference)
    assert read is not None
    assert read.sound
    assert (read.year, read.country) == (2000 + int(reference[:2]), "GB")


def test_the_check_digit_of_the_standards_own_example():
    """ISO 6346: container CSQU 305438 has the check digit 3."""
    assert arc.check_digit("CSQU305438") == 3


def test_another_digit_is_read_and_named():
    read = arc.read("23XI00000000000000013")
    assert read is not None
    assert (read.check_digit, read.expected_digit, read.sound) == (3, 2, False)


@given(st.integers(0, 99), SIGNS)
def test_ours_are_sound_and_keep_their_parts(year: int, serial: str):
    read = arc.read(arc.compose(2000 + year, "MD", serial))
    assert read is not None
    assert read.sound
    assert (read.year, read.country, read.serial) == (2000 + year, "MD", serial.rjust(16, "0"))


@given(st.integers(0, 10**16 - 1), st.integers(4, 19), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_seen_but_for_the_zero_that_stands_for_ten(serial: int, place: int, sign: str):
    body = arc.compose(2026, "MD", str(serial))[:-1]
    other = body[:place] + sign + body[place + 1 :]
    if arc.check_digit(other) == arc.check_digit(body):
        assert sign == body[place] or arc.check_digit(body) == 0


@pytest.mark.parametrize(
    "text", ["", "26MD", "26md0000000000SAMPLE1", "26MD0000000000SAMPLE12", "2AMD000000000SAMPLE12"]
)
def test_what_is_no_reference_is_none(text: str):
    assert arc.read(text) is None


@pytest.mark.parametrize(("country", "serial"), [("MDA", "1"), ("md", "1"), ("MD", "a"), ("MD", "1" * 17)])
def test_parts_that_make_no_reference_are_refused(country: str, serial: str):
    with pytest.raises(ValueError, match="is not the beginning of an ARC"):
        arc.compose(2026, country, serial)
