"""How much of a certificate of origin was used."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.rules.utilisation import Certified, Part, Use, balances, standing

BEANS = Certified(1, "1000", "KGM")
NO_QUANTITY = Certified(1, None, None)


def part(reference, quantity, unit="KGM", number=1):
    return Use(reference, "partly-used", (Part(number, quantity, unit),))


def test_parts_are_added_up_in_the_unit_of_the_line():
    (balance,) = balances([BEANS], [part("A", "400"), part("B", "0.5", "TNE")])
    assert (balance.used, balance.left, balance.over, balance.used_up) == (900, 100, False, False)


def test_more_than_was_certified_is_named():
    (balance,) = balances([BEANS], [part("A", "400"), part("B", "601")])
    assert (balance.left, balance.over, balance.used_up) == (-1, True, True)


def test_a_use_in_full_takes_everything_and_a_second_one_is_too_much():
    (once,) = balances([BEANS], [Use("A", "used")])
    assert (once.left, once.over, once.used_up) == (0, False, True)
    (twice,) = balances([BEANS], [Use("A", "used"), Use("B", "used")])
    assert (twice.left, twice.over) == (-1000, True)


def test_without_quantities_only_a_second_use_in_full_is_too_much():
    (once,) = balances([NO_QUANTITY], [Use("A", "used")])
    assert (once.left, once.over, once.used_up) == (None, False, True)
    (twice,) = balances([NO_QUANTITY], [Use("A", "used"), Use("B", "used")])
    assert twice.over
    (unused,) = balances([NO_QUANTITY], [])
    assert not unused.used_up


def test_a_use_counts_once_and_not_at_all_when_it_was_undone_or_rejected():
    said = [part("A", "400"), part("A", "400"), part("B", "1"), Use("B", "reversed"), Use("C", "rejected")]
    assert [use.reference for use in standing(said)] == ["A"]
    assert standing(reversed(said)) == standing(said)


def test_what_cannot_be_compared_is_counted_and_not_guessed():
    (balance,) = balances([BEANS], [part("A", "7", "LTR"), part("B", None)])
    assert (balance.used, balance.unknown) == (0, 2)
    (as_it_is,) = balances([BEANS], [part("A", "7", None)])
    assert (as_it_is.used, as_it_is.unknown) == (7, 0)


def test_each_line_has_its_own_balance():
    lines = [BEANS, Certified(2, "5", "TNE")]
    first, second = balances(lines, [part("A", "10"), part("B", "1", "TNE", number=2)])
    assert (first.used, second.used) == (10, 1)


@given(st.dictionaries(st.text("ABC", min_size=1), st.integers(1, 900)), st.randoms(use_true_random=False))
def test_the_order_of_uses_does_not_matter(amounts, chance):
    said = [part(reference, str(amount)) for reference, amount in amounts.items()]
    chance.shuffle(said)
    (balance,) = balances([BEANS], said)
    assert balance.used == Decimal(sum(amounts.values()))
    assert balance.over is (sum(amounts.values()) > 1000)
