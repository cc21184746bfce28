"""The accounts of custody: what leaves one enters another, and series of stamps stay apart."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.ledger.rules import AccountKey, Draft, Move, faults_of
from isthmus.apps.excise.stamps.rules.accounts import (
    CHART,
    GIVEN_OUT,
    batch_of,
    giving_out,
    passing_on,
    place_of,
    role_of,
    unit_of,
)
from isthmus.apps.excise.stamps.rules.custody import Place
from isthmus.kit import clock

counts = st.dictionaries(st.sampled_from(Place), st.integers(1, 10**7), min_size=1)
holders = st.sampled_from(["revenue", "distillery"])


def test_every_place_has_a_guarded_account_and_only_what_is_given_out_goes_below_zero():
    assert {role for role, spec in CHART.roles.items() if not spec.guarded} == {GIVEN_OUT}
    assert {place_of(role) for role in CHART.roles} == {*Place, None}
    assert batch_of(unit_of(12)) == 12


def test_stamps_come_into_being_against_what_was_given_out():
    assert giving_out("revenue", 3, 10) == (
        Move(AccountKey("revenue", "given-out"), "batch-3", -10),
        Move(AccountKey("revenue", "issued"), "batch-3", 10),
    )


def test_cancelling_takes_from_several_places_at_once():
    moved = Counter({Place.STOCK: 3, Place.ISSUED: 2})
    assert passing_on("revenue", moved, "revenue", Place.CANCELLED, 3) == (
        Move(AccountKey("revenue", "cancelled"), "batch-3", 5),
        Move(AccountKey("revenue", "issued"), "batch-3", -2),
        Move(AccountKey("revenue", "stock"), "batch-3", -3),
    )


@given(counts, holders, holders, st.sampled_from(Place))
def test_what_is_passed_on_balances_and_can_be_posted(
    moved: dict[Place, int], holder: str, receiver: str, target: Place
):
    moves = passing_on(holder, moved, receiver, target, 7)
    assert sum(move.amount for move in moves) == 0
    left = sum(count for place, count in moved.items() if (holder, place) != (receiver, target))
    into = sum(move.amount for move in moves if move.amount > 0)
    assert into == left
    if moves:
        draft = Draft("act 1", "print", moves, clock.now().date(), "batch-7")
        assert faults_of(CHART, draft) == ()
    assert all(move.account.role in {role_of(place) for place in Place} for move in moves)
