"""Measures of a ranking, on rankings that can be computed by hand."""

import math

import pytest

from isthmus.search.rules.measures import average_precision, ndcg, recall


def test_ndcg_discounts_by_place():
    gain = 1 + 1 / math.log2(4)
    best = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(["a", "x", "b"], {"a", "b", "c"}) == pytest.approx(gain / best)


def test_ndcg_looks_at_the_first_ten_only():
    assert ndcg([*"0123456789", "a"], {"a"}) == 0
    assert ndcg(list("abcdefghijkl"), set("abcdefghijkl")) == 1


def test_average_precision_counts_what_was_not_found():
    assert average_precision(["a", "x", "b"], {"a", "b", "c"}) == pytest.approx((1 + 2 / 3) / 3)


def test_recall_is_a_share_of_the_relevant():
    assert recall(["a", "x", "b"], {"a", "b", "c", "d"}) == 0.5
    assert recall(["x", "a"], {"a"}, depth=1) == 0


@pytest.mark.parametrize("measure", [ndcg, average_precision, recall])
def test_without_anything_relevant_there_is_nothing_to_measure(measure):
    assert measure(["a"], set()) == 0
