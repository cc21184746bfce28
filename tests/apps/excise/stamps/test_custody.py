"""Moves of stamps: from where to where, of whom, and that nothing is lost from sight."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.stamps.rules import custody
from isthmus.apps.excise.stamps.rules.custody import SHEAF, Act, CustodyFault, Place, Reason, Sheaf
from isthmus.apps.excise.stamps.rules.verdicts import ANSWERED, Verdict, offline, verdict_on


def test_a_stamp_goes_from_the_printer_to_the_shop():
    sheaf = Sheaf.new(10, 1)
    assert sheaf.move(0, 9, Act.PRINT, 1) == {Place.ISSUED: 10}
    assert sheaf.move(0, 4, Act.HAND_OVER, 1) == {Place.STOCK: 5}
    assert sheaf.move(0, 4, Act.RECEIVE, 1, 2) == {Place.TRANSIT: 5}
    assert sheaf.move(2, 3, Act.ACTIVATE, 2) == {Place.STOCK: 2}
    assert sheaf.move(3, 3, Act.SELL, 2) == {Place.ACTIVATED: 1}
    assert sheaf.counted() == {
        (1, Place.STOCK): 5,
        (2, Place.STOCK): 3,
        (2, Place.ACTIVATED): 1,
        (2, Place.SOLD): 1,
    }


def test_stamps_from_several_places_are_counted_apart():
    sheaf = Sheaf.new(6, 1)
    sheaf.move(0, 3, Act.PRINT, 1)
    sheaf.move(0, 1, Act.ACTIVATE, 1)
    assert sheaf.move(0, 5, Act.CANCEL, 1) == {Place.ACTIVATED: 2, Place.STOCK: 2, Place.ISSUED: 2}


@pytest.mark.parametrize("act", custody.MOVES)
def test_an_act_takes_stamps_from_its_places_alone(act: Act):
    for place in Place:
        sheaf = Sheaf(bytearray([place] * 3), Sheaf.new(3, 1).holders)
        if place in custody.MOVES[act].sources:
            assert sheaf.move(1, 1, act, 1) == {place: 1}
            assert sheaf.places[1] == custody.MOVES[act].target
            continue
        with pytest.raises(CustodyFault) as caught:
            sheaf.move(1, 2, act, 1)
        assert (caught.value.reason, caught.value.number, caught.value.place) == (Reason.PLACE, 1, place)
        assert sheaf.places == bytes([place] * 3)


def test_nobody_moves_what_another_holds():
    sheaf = Sheaf.new(4, 1)
    sheaf.holders[2] = 5
    with pytest.raises(CustodyFault) as caught:
        sheaf.move(0, 3, Act.PRINT, 1)
    assert (caught.value.reason, caught.value.number) == (Reason.HOLDER, 2)
    assert sheaf.places == bytes(4)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(sorted(custody.MOVES)),
        st.integers(0, 39),
        st.integers(0, 39),
        st.integers(1, 3),
        st.integers(1, 3),
    ),
    max_size=40,
)


@given(STEPS)
def test_whatever_is_done_every_stamp_is_somewhere_and_packing_loses_nothing(steps):
    sheaf, total = Sheaf.new(40, 1), Counter({(1, Place.ISSUED): 40})
    for act, one, other, holder, receiver in steps:
        sheaf = Sheaf.unpacked(*sheaf.packed())
        target = receiver if act is Act.RECEIVE else None
        try:
            moved = sheaf.move(min(one, other), max(one, other), act, holder, target)
        except CustodyFault:
            continue
        for place, count in moved.items():
            total[holder, place] -= count
            total[target or holder, custody.MOVES[act].target] += count
    assert +total == sheaf.counted()
    assert sheaf.counted().total() == 40


@given(st.integers(1, 20_000), st.integers(0, 20_000))
def test_a_run_is_cut_at_the_sheaves_and_nowhere_else(first: int, length: int):
    last = first + length
    numbers = [
        sheaf * SHEAF + number + 1
        for sheaf, start, end in custody.spans(first, last)
        for number in (start, end)
    ]
    assert (numbers[0], numbers[-1]) == (first, last)
    found = custody.spans(first, last)
    assert sum(end + 1 - start for _sheaf, start, end in found) == length + 1
    assert [sheaf for sheaf, _start, _end in found] == list(range(found[0][0], found[-1][0] + 1))


@given(
    st.sets(st.binary(min_size=10, max_size=10), min_size=1, max_size=50), st.binary(min_size=10, max_size=10)
)
def test_a_serial_is_found_at_its_place(serials: set[bytes], other: bytes):
    ordered = sorted(serials)
    packed = b"".join(ordered)
    assert [custody.place_in(packed, serial) for serial in ordered] == list(range(len(ordered)))
    assert custody.place_in(packed, other) == (ordered.index(other) if other in serials else None)


def test_ten_million_untouched_stamps_take_little_room():
    places, holders = Sheaf.new(SHEAF, 70_000).packed()
    assert (len(places) + len(holders)) * (10_000_000 / SHEAF) < 400_000


@pytest.mark.parametrize("place", Place)
def test_only_activated_stamps_are_in_order(place: Place):
    assert (verdict_on(place) is Verdict.IN_ORDER) == (place in custody.ON_SALE)
    assert (verdict_on(place) is Verdict.WITHDRAWN) == (Place.SPOILED <= place <= Place.LOST)
    assert verdict_on(place) in ANSWERED


@pytest.mark.parametrize(
    ("signed", "key_known", "holds", "listed", "answer"),
    [
        (True, True, True, True, Verdict.IN_ORDER),
        (True, True, True, False, Verdict.NOT_ACTIVE),
        (True, True, True, None, Verdict.UNPROVEN),
        (True, True, False, True, Verdict.FORGED),
        (True, False, False, True, Verdict.UNKNOWN_KEY),
        (False, False, False, True, Verdict.UNPROVEN),
        (False, False, False, False, Verdict.NOT_ACTIVE),
    ],
)
def test_without_a_network_an_answer_claims_no_more_than_it_knows(signed, key_known, holds, listed, answer):
    assert offline(signed=signed, key_known=key_known, holds=holds, listed=listed) is answer
