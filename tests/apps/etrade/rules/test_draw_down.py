"""What declarations take from a licence."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.rules.draw_down import Balance, Goods, Line, Taken, balances, line_for, takings

BEANS = Line(1, "0713", Decimal(1000), "KGM", None)
URAD = Line(2, "071331", Decimal(2), "TNE", None)
ANY = Line(3, None, None, None, Decimal(5000))


def goods(hs_code="071331", quantity="500", unit="KGM", net_kg="500", value="700", currency="USD"):
    return Goods(hs_code, quantity, unit, net_kg, value, currency)


def test_the_longest_code_that_fits_is_drawn_on():
    assert line_for([BEANS, URAD, ANY], "071331") == URAD
    assert line_for([BEANS, URAD, ANY], "071390") == BEANS
    assert line_for([BEANS, URAD, ANY], None) == ANY
    assert line_for([BEANS], "100630") is None


def test_quantities_are_taken_in_the_unit_of_the_line():
    assert takings([URAD], [goods()], "USD") == ((Taken(2, Decimal("0.5"), None),), ())


def test_the_net_weight_counts_where_the_quantity_cannot_be_compared():
    taken, obstacles = takings([BEANS], [goods(quantity="20", unit="BG", net_kg="450")], "USD")
    assert (taken, obstacles) == ((Taken(1, Decimal(450), None),), ())


def test_items_of_one_line_are_added_up():
    assert takings([BEANS], [goods(), goods(quantity="100")], "USD")[0] == (Taken(1, Decimal(600), None),)
    assert takings([ANY], [goods(), goods(value="50")], "USD")[0] == (Taken(3, Decimal(0), Decimal(750)),)


def test_a_line_without_unit_takes_the_quantity_as_it_is():
    line = Line(1, None, Decimal(9), None, None)
    assert takings([line], [goods(quantity="4", unit=None)], None)[0] == (Taken(1, Decimal(4), None),)


def test_what_cannot_be_set_against_the_licence_is_said():
    strange = goods(hs_code="999999")
    unweighed = goods(quantity=None, unit=None, net_kg=None)
    assert takings([BEANS], [strange, unweighed], "USD")[1] == (
        "Item 1: HS code 999999 is not on the licence.",
        "Item 2: its quantity cannot be compared with KGM.",
    )
    assert takings([BEANS], [goods(hs_code=None)], None)[1] == (
        "Item 1: HS code not stated is not on the licence.",
    )
    no_unit = Line(1, None, Decimal(9), None, None)
    assert takings([no_unit], [unweighed], None)[1] == (
        "Item 1: its quantity cannot be compared with the licence.",
    )
    assert takings([ANY], [goods(currency="EUR")], "USD")[1] == (
        "Item 1: its value cannot be compared with USD.",
    )
    assert takings([ANY], [goods(value=None)], None)[1] == (
        "Item 1: its value cannot be compared with the licence.",
    )


def test_a_unit_of_another_dimension_is_not_comparable():
    assert takings([Line(1, None, Decimal(9), "LTR", None)], [goods()], None)[1] == (
        "Item 1: its quantity cannot be compared with LTR.",
    )


def test_what_is_left():
    (left,) = balances([BEANS], [Taken(1, Decimal(400), None), Taken(1, Decimal(600), None)])
    assert (left.quantity_left, left.value_left, left.overdrawn) == (Decimal(0), None, False)
    (value,) = balances([ANY], [Taken(3, Decimal(0), Decimal(5001))])
    assert (value.quantity_left, value.value_left, value.overdrawn) == (None, Decimal(-1), True)
    assert Balance(BEANS, Decimal(1001), Decimal(0)).overdrawn


@given(st.lists(st.integers(1, 10_000), max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_drawing_does_not_matter(amounts, chance):
    drawn = [Taken(1, Decimal(amount), None) for amount in amounts]
    chance.shuffle(drawn)
    (left,) = balances([BEANS], drawn)
    assert left.drawn_quantity == sum(amounts)
    assert left.overdrawn is (sum(amounts) > 1000)
