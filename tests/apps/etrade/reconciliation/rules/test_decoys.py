"""Thresholds with a measured share of false links."""

from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.reconciliation.rules.decoys import (
    ENOUGH,
    FURTHEST,
    MOST_FALSE,
    Scored,
    threshold,
)

scores = st.lists(
    st.builds(Scored, st.integers(150, 700), st.integers(0, 4000), st.integers(0, 60)),
    max_size=30,
    unique_by=lambda one: one.score,
)


def test_few_links_leave_the_threshold_without_a_measure() -> None:
    assert threshold([Scored(500, ENOUGH - 1, 0)], 300, 200) == (300, None)
    assert threshold([], 300, 200) == (300, None)


def test_the_threshold_rises_to_where_few_decoys_link() -> None:
    counted = [Scored(320, 400, 40), Scored(400, 5000, 10), Scored(360, 900, 30)]
    assert threshold(counted, 350, 200) == (400, 20)


def test_the_threshold_falls_where_no_decoy_links() -> None:
    counted = [Scored(320, 4000, 0), Scored(280, 900, 1), Scored(240, 100, 60)]
    assert threshold(counted, 300, 200) == (280, 3)
    assert threshold(counted, 300, 290) == (290, 0)


def test_where_every_score_has_too_many_decoys_it_rises_as_far_as_it_may() -> None:
    counted = [Scored(380, 2000, 200), Scored(500, 1000, 50)]
    assert threshold(counted, 300, 200) == (400, 500)
    assert threshold([Scored(320, 2000, 200)], 300, 200) == (321, None)


@given(scores, st.integers(250, 450))
def test_a_threshold_stays_near_the_engines_own_and_above_what_is_looked_at(
    counted: list[Scored], given_score: int
) -> None:
    found, share = threshold(counted, given_score, 200)
    assert max(given_score - FURTHEST, 200) <= found <= given_score + FURTHEST
    accepted = [one for one in counted if one.score >= found]
    if share is not None and given_score - FURTHEST < found < given_score + FURTHEST and found != 200:
        assert share <= MOST_FALSE
    if share is not None:
        links, decoys = sum(one.links for one in accepted), sum(one.decoys for one in accepted)
        assert (share - 1) * links < decoys * 10_000 <= share * links


def test_the_order_of_scores_does_not_matter() -> None:
    counted = [Scored(score, 700, 700 - score) for score in range(300, 700, 50)]
    assert threshold(counted, 400, 200) == threshold(counted[::-1], 400, 200)
