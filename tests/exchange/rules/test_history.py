"""Two accounts of one stream: same, behind, or parted."""

from hypothesis import given
from hypothesis import strategies as st

from isthmus.exchange.rules.history import Account, Place, Returned, compare, judge_returned


def leaf(number: int, world: str = "a") -> str:
    return f"{world}{number:063x}"


def chain(first: int, last: int, *, world: str = "a") -> list[Place]:
    """Places that follow one another; the first follows the place before it, number 1 nothing."""
    return [
        Place(seq, leaf(seq, world), leaf(seq - 1, world) if seq > 1 else "")
        for seq in range(first, last + 1)
    ]


def test_a_partner_that_holds_less_or_the_same_is_no_sign_of_anything():
    assert compare(0, "", last_seq=0, own_leaf=None) is Account.SAME
    assert compare(0, "", last_seq=7, own_leaf=None) is Account.SAME
    assert compare(7, leaf(7), last_seq=7, own_leaf=leaf(7)) is Account.SAME
    assert compare(3, leaf(3), last_seq=7, own_leaf=leaf(3)) is Account.SAME
    assert compare(3, "", last_seq=7, own_leaf=leaf(3)) is Account.SAME


def test_a_partner_that_holds_more_shows_that_records_were_lost():
    assert compare(8, leaf(8), last_seq=7, own_leaf=None) is Account.BEHIND


def test_another_leaf_under_a_known_number_is_another_history():
    assert compare(7, leaf(7, "b"), last_seq=7, own_leaf=leaf(7)) is Account.DIVERGED
    assert compare(3, leaf(3, "b"), last_seq=7, own_leaf=leaf(3)) is Account.DIVERGED
    assert compare(3, leaf(3), last_seq=7, own_leaf=None) is Account.DIVERGED


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_what_is_known_is_counted_and_the_rest_is_new(after: int, kept: int, lost: int):
    held = {place.seq: place.leaf for place in chain(1, after + kept)}
    found = judge_returned(
        chain(after + 1, after + kept + lost), held, after=after, leaf=leaf(after) if after else ""
    )
    assert found == Returned(known=kept, diverged=None, broken=None)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 20))
def test_the_first_number_that_was_signed_twice_is_named(after: int, kept: int, again: int):
    held = {place.seq: place.leaf for place in chain(1, after + kept)}
    held.update({seq: leaf(seq, "b") for seq in range(after + kept + 1, after + kept + again + 1)})
    given_back = chain(after + 1, after + kept + again + 3)
    found = judge_returned(given_back, held, after=after, leaf=leaf(after) if after else "")
    assert found == Returned(known=kept, diverged=after + kept + 1, broken=None)


def test_a_gap_another_order_and_another_chain_are_named():
    places = chain(4, 8)
    held = {3: leaf(3)}
    assert judge_returned(places, held, after=3, leaf=leaf(3, "b")) == Returned(0, None, 4)
    assert judge_returned(places[1:], held, after=3, leaf=leaf(3)) == Returned(0, None, 5)
    assert judge_returned([places[0], places[2]], held, after=3, leaf=leaf(3)) == Returned(0, None, 6)
    assert judge_returned([], held, after=3, leaf=leaf(3)) == Returned(0, None, None)
