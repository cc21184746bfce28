from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.rules.amounts import add_up, multiply, read_count, read_figure

figures = st.from_regex(r"\A(0|[1-9][0-9]{0,15})(\.[0-9]{1,6})?\Z")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("1250.5", "1250.5"),
        ("60000.0", "60000.0"),
        ("007.50", "7.50"),
        (" +12 ", "12"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0", "0"),
        ("000.000", "0.000"),
        ("9999999999999999.999999", "9999999999999999.999999"),
    ],
)
def test_a_declared_figure_keeps_its_decimals(written, stored):
    assert read_figure(written) == stored


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "“” is not a plain number such as 1250.5"),
        (".", "“.” is not a plain number such as 1250.5"),
        ("-5", "“-5” is not a plain number such as 1250.5"),
        ("1,250", "“1,250” is not a plain number such as 1250.5"),
        ("1e3", "“1e3” is not a plain number such as 1250.5"),
        ("NaN", "“NaN” is not a plain number such as 1250.5"),
        ("١٢", "“١٢” is not a plain number such as 1250.5"),
        ("1.1234567", "the number has more than 6 decimals"),
        ("12345678901234567", "the number has more than 16 digits before the point"),
    ],
)
def test_what_is_no_plain_number_is_refused_in_words(written, reason):
    with pytest.raises(ValueError, match=r".") as caught:
        read_figure(written)
    assert str(caught.value) == reason


@given(figures)
def test_a_stored_figure_reads_back_unchanged(figure):
    assert read_figure(figure) == figure


@pytest.mark.parametrize(("written", "count"), [("12", 12), ("12.0", 12), ("0", 0)])
def test_counts_are_whole(written, count):
    assert read_count(written) == count


def test_a_part_of_a_package_is_no_count():
    with pytest.raises(ValueError, match=r"“1\.5” is not a whole number"):
        read_count("1.5")


def test_sums_are_exact_and_keep_the_longest_decimals():
    assert add_up(["0.1", "0.20", "1"]) == "1.30"
    assert add_up(["9007199254740993", "0.000001"]) == "9007199254740993.000001"
    assert add_up([]) == "0"


def test_a_sum_too_large_to_store_is_refused():
    with pytest.raises(ValueError, match="more than 16 digits"):
        add_up(["9999999999999999", "1"])


@given(st.lists(st.from_regex(r"\A(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?\Z"), max_size=20), st.randoms())
def test_a_sum_does_not_depend_on_the_order(parts, chance):
    shuffled = list(parts)
    chance.shuffle(shuffled)
    assert add_up(parts) == add_up(shuffled)
    with localcontext(prec=60):
        assert Decimal(add_up(parts)) == sum(map(Decimal, parts), Decimal(0))


def test_products_are_exact_or_refused():
    assert multiply("1.50", Fraction(1000)) == "1500.00"
    assert multiply("250", Fraction(1, 1000)) == "0.25"
    assert multiply("3", Fraction(4)) == "12"
    with pytest.raises(ValueError, match="more than 6 decimals"):
        multiply("1", Fraction(1, 3))
