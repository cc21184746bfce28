import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.rules.units import UNITS, convert, find_unit, sign_of


@pytest.mark.parametrize(
    ("figure", "source", "target", "expected"),
    [
        ("2.5", "TNE", "KGM", "2500.0"),
        ("1500", "GRM", "KGM", "1.5"),
        ("100", "LBR", "KGM", "45.359237"),
        ("3", "DTN", "KGM", "300"),
        ("7", "DZN", "H87", "84"),
        ("84", "NAR", "DZN", "7"),
        ("1.20", "KGM", "KGM", "1.20"),
        ("12", "H87", "C62", "12"),
        ("2", "MTQ", "LTR", "2000"),
    ],
)
def test_quantities_convert_exactly(figure, source, target, expected):
    assert convert(figure, source, target) == expected


@pytest.mark.parametrize(
    ("figure", "source", "target"),
    [
        ("1", "XYZ", "KGM"),  # an unknown unit
        ("1", "KGM", "XYZ"),
        ("1", "LTR", "KGM"),  # litres of what
        ("1", "H87", "DZN"),  # a twelfth has no decimal
        ("0.000001", "GRM", "KGM"),  # smaller than can be stored
    ],
)
def test_what_cannot_be_compared_is_said_so_and_never_zero(figure, source, target):
    assert convert(figure, source, target) is None


def test_units_are_found_by_their_code_alone():
    tonne = find_unit("TNE")
    assert tonne is not None
    assert (tonne.name, tonne.dimension) == ("tonne", "mass")
    assert find_unit("tne") is None
    assert all(re.fullmatch(r"[A-Z0-9]{2,3}", code) for code in UNITS)


@given(st.integers(0, 10**9), st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)))
def test_a_conversion_has_a_way_back(amount, source, target):
    there = convert(str(amount), source, target)
    if there is not None:
        back = convert(there, target, source)
        assert back is not None
        assert Fraction(back) == amount


@pytest.mark.parametrize(
    ("code", "sign"), [("KGM", "kg"), ("MTQ", "m³"), ("DZN", "DZN"), ("XYZ", "XYZ"), ("", "")]
)
def test_a_unit_is_written_as_people_do_and_by_its_code_where_they_have_no_sign(code: str, sign: str):
    assert sign_of(code) == sign
