"""When a case says the same, which moves it allows, and what decisions teach."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.cases.rules.deciding import false_alarm_share, review_threshold, says_the_same
from isthmus.apps.etrade.cases.rules.moves import MOVES, after, answered, moves_from

STATES = ["open", "asked", "answered", "escalated", "accepted", "dismissed", "settled"]


class TestSameness:
    def test_what_other_shipments_say_changes_no_case(self) -> None:
        assert says_the_same({"ratio": 610, "peer_count": 43}, {"ratio": 610, "peer_count": 44, "linked": 9})

    def test_its_own_figures_do(self) -> None:
        assert not says_the_same({"ratio": 610}, {"ratio": 900})


class TestMoves:
    def test_a_decided_case_can_only_be_opened_again(self) -> None:
        assert moves_from("accepted") == moves_from("dismissed") == ("reopen",)
        assert moves_from("settled") == ()

    def test_an_open_one_can_be_asked_about_and_decided(self) -> None:
        assert moves_from("open") == ("ask", "accept", "escalate", "dismiss")
        assert after("open", "dismiss") == "dismissed"

    @given(st.sampled_from(sorted(MOVES)), st.sampled_from(STATES))
    def test_what_is_offered_is_what_is_allowed(self, move: str, state: str) -> None:
        assert (after(state, move) is not None) == (move in moves_from(state))

    def test_an_answer_undoes_no_decision(self) -> None:
        assert (answered("asked"), answered("dismissed")) == ("answered", "dismissed")


class TestFalseAlarms:
    def test_before_any_decision_the_prior_share_holds(self) -> None:
        assert false_alarm_share(50, 0, 0) == 50

    def test_decisions_outweigh_it(self) -> None:
        assert false_alarm_share(50, 0, 20) == 525
        assert false_alarm_share(50, 180, 0) == 5

    @given(st.integers(0, 1000), st.integers(0, 500), st.integers(0, 500))
    def test_it_is_always_a_share(self, prior: int, confirmed: int, dismissed: int) -> None:
        assert 0 <= false_alarm_share(prior, confirmed, dismissed) <= 1000


class TestThreshold:
    def test_few_decisions_move_nothing(self) -> None:
        assert review_threshold(200, 400, [(210, False)] * 9) == 200

    def test_it_rises_above_the_scores_that_were_wrong(self) -> None:
        decided = [(score, score >= 300) for score in range(210, 390, 10)]
        # Nine of the ten from 290 on belong together.
        assert review_threshold(200, 400, decided) == 290

    def test_all_right_leaves_it_where_the_lowest_is(self) -> None:
        assert review_threshold(200, 400, [(250, True)] * 10) == 250

    def test_all_wrong_looks_at_none(self) -> None:
        assert review_threshold(200, 400, [(250, False)] * 10) == 400

    @pytest.mark.parametrize(("score", "threshold"), [(100, 200), (900, 400)])
    def test_it_stays_within_its_bounds(self, score: int, threshold: int) -> None:
        assert review_threshold(200, 400, [(score, True)] * 10) == threshold
