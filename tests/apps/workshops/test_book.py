"""The book of a programme: no line overdrawn, every sum agrees, whatever is entered and taken back."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.workshops.expenditure.rules.book import (
    Advance,
    Kind,
    Line,
    Move,
    NotAdmitted,
    Reason,
    admit,
    admit_together,
    advances,
    balances,
    postings,
    reversal_of,
    standings,
)

LINES = (
    Line("a", "Travel", "Tickets", 1000),
    Line("b", "Travel", "Buses", 500),
    Line("o", "Overhead", "Overhead", 100, is_overhead=True),
)
SPENT = Move(1, Kind.EXPENSE, 900, "a")


def refused(move: Move, *before: Move) -> tuple[Reason, str, int]:
    with pytest.raises(NotAdmitted) as caught:
        admit(LINES, before, move)
    return caught.value.reason, caught.value.about, caught.value.short_minor


class TestAdmitting:
    def test_a_line_may_be_spent_to_its_last_cent(self):
        admit(LINES, [SPENT], Move(2, Kind.EXPENSE, 100, "a"))
        assert refused(Move(2, Kind.EXPENSE, 101, "a"), SPENT) == (Reason.OVER_LINE, "a", 1)

    def test_a_virement_makes_room_and_takes_it_elsewhere(self):
        moved = Move(2, Kind.VIREMENT, 200, "a", "b")
        admit(LINES, [SPENT, moved], Move(3, Kind.EXPENSE, 300, "a"))
        assert refused(Move(3, Kind.EXPENSE, 301, "b"), SPENT, moved) == (Reason.OVER_LINE, "b", 1)
        assert refused(Move(3, Kind.VIREMENT, 101, "b", "a"), SPENT) == (Reason.OVER_LINE, "a", 1)

    def test_claims_and_returns_use_up_an_advance(self):
        paid = Move(1, Kind.ADVANCE, 300, person="A. Delegate")
        claimed = Move(2, Kind.CLAIM, 250, "a", person="A. Delegate")
        assert advances([paid, claimed]) == (Advance("A. Delegate", 50),)
        over = Move(3, Kind.CLAIM, 60, "a", person="A. Delegate")
        assert refused(over, paid, claimed) == (Reason.OVER_ADVANCE, "A. Delegate", 10)
        back = Move(3, Kind.RETURN, 50, person="A. Delegate")
        admit(LINES, [paid, claimed], back)
        assert advances([paid, claimed, back]) == ()

    @pytest.mark.parametrize(
        ("move", "reason"),
        [
            (Move(2, Kind.EXPENSE, 0, "a"), Reason.AMOUNT),
            (Move(2, Kind.EXPENSE, -1, "a"), Reason.AMOUNT),
            (Move(2, Kind.EXPENSE, 1, "x"), Reason.NO_LINE),
            (Move(2, Kind.VIREMENT, 1, "a", "x"), Reason.NO_LINE),
            (Move(2, Kind.VIREMENT, 1, "a", "a"), Reason.SAME_LINE),
            (Move(2, Kind.ADVANCE, 1), Reason.NO_PERSON),
            (Move(2, Kind.EXPENSE, -900, "a", reverses=7), Reason.NO_SUCH_MOVE),
            (Move(2, Kind.EXPENSE, -899, "a", reverses=1), Reason.NO_SUCH_MOVE),
        ],
    )
    def test_what_cannot_stand_is_refused_with_its_reason(self, move: Move, reason: Reason):
        assert refused(move, SPENT)[0] is reason

    def test_an_entry_is_taken_back_once_and_a_reversal_never(self):
        back = reversal_of(SPENT, 2)
        admit(LINES, [SPENT], back)
        assert refused(reversal_of(SPENT, 3), SPENT, back)[0] is Reason.REVERSED
        assert refused(reversal_of(back, 3), SPENT, back)[0] is Reason.NO_SUCH_MOVE

    def test_a_virement_whose_money_is_spent_is_not_taken_back(self):
        moved = Move(1, Kind.VIREMENT, 200, "b", "a")
        spent = Move(2, Kind.EXPENSE, 650, "b")
        assert refused(reversal_of(moved, 3), moved, spent) == (Reason.OVER_LINE, "b", 150)


KEYS = st.sampled_from(["a", "b", "o"])
MOVES = st.lists(
    st.builds(
        Move,
        st.just(0),
        st.sampled_from(list(Kind)),
        st.integers(1, 700),
        KEYS,
        KEYS,
        st.sampled_from(["A. Delegate", "B. Lecturer"]),
    ),
    max_size=25,
)


def admitted(moves: list[Move], taken_back: list[int]) -> list[Move]:
    """Those of the moves that may stand, numbered, and the reversals of some of them that may."""
    book: list[Move] = []
    for move in moves:
        numbered = Move(len(book) + 1, move.kind, move.amount_minor, move.line, move.source, move.person)
        try:
            admit(LINES, book, numbered)
        except NotAdmitted:
            continue
        book.append(numbered)
    for place in taken_back:
        if place < len(book):
            try:
                admit(LINES, book, reversal := reversal_of(book[place], len(book) + 1))
            except NotAdmitted:
                continue
            book.append(reversal)
    return book


@given(MOVES, st.lists(st.integers(0, 24), max_size=6))
def test_no_line_and_no_advance_ever_falls_below_zero(moves: list[Move], taken_back: list[int]):
    book = admitted(moves, taken_back)
    for length in range(len(book) + 1):
        found = standings(LINES, book[:length])
        assert all(one.free_minor >= 0 for one in found)
        assert all(one.spent_minor >= 0 for one in found)
        assert all(one.amount_minor > 0 for one in advances(book[:length]))


@given(MOVES, st.lists(st.integers(0, 24), max_size=6))
def test_all_balances_add_up(moves: list[Move], taken_back: list[int]):
    book = admitted(moves, taken_back)
    found = balances(LINES, book)
    assert sum(found.values()) == 0
    assert all(sum(amount for _account, amount in postings(move)) == 0 for move in book)
    lines = standings(LINES, book)
    assert sum(one.moved_minor for one in lines) == 0
    assert sum(one.revised_minor for one in lines) == 1600
    spent = sum(one.spent_minor for one in lines)
    held = sum(one.amount_minor for one in advances(book))
    assert -found["fund", ""] == spent + held
    assert [one.number for one in book] == list(range(1, len(book) + 1))
    assert all(one.number < other.number for one, other in pairwise(book))


@given(MOVES)
def test_taking_everything_back_in_turn_leaves_the_budget_as_it_was(moves: list[Move]):
    book = admitted(moves, [])
    for move in reversed(list(book)):
        reversal = reversal_of(move, len(book) + 1)
        admit(LINES, book, reversal)
        book.append(reversal)
    assert [(one.moved_minor, one.spent_minor) for one in standings(LINES, book)] == [(0, 0)] * 3
    assert advances(book) == ()


def test_several_moves_may_stand_together_that_would_not_one_by_one():
    lines = [Line("a", "H", "A", 100)]
    claimed = [Move(1, Kind.ADVANCE, 50, person="p"), Move(2, Kind.CLAIM, 40, "a", person="p")]
    back = reversal_of(claimed[0], 3)
    with pytest.raises(NotAdmitted, match="over-advance"):
        admit(lines, claimed, back)
    admit_together(lines, claimed, [back, Move(4, Kind.ADVANCE, 45, person="p")])
    with pytest.raises(NotAdmitted, match="over-advance: p 1"):
        admit_together(lines, claimed, [back, Move(4, Kind.ADVANCE, 39, person="p")])
    with pytest.raises(NotAdmitted, match="reversed"):
        admit_together(lines, claimed, [back, reversal_of(claimed[0], 4)])
