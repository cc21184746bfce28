"""Private matching: tokens say what both know, and nothing to one who lacks the secret."""

import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.reconciliation.rules.private import (
    Traits,
    hits,
    is_sure,
    kinds_of_candidates,
    kinds_of_tokens,
    tokens,
    traits_of,
    weight_bin,
)

SECRET = bytes(range(32))
SHIPMENT = Traits("MAEU-123 456", "MSKU1234567", "1K-0042", "071331", 19_873_400)


def test_a_token_is_the_hmac_of_kind_and_value() -> None:
    expected = hmac.new(SECRET, b"plate\x1f1K0042", hashlib.sha256).hexdigest()
    assert tokens(Traits(plate="1k 0042"), SECRET) == {expected}


def test_each_trait_gives_one_token_and_what_is_missing_none() -> None:
    assert len(tokens(SHIPMENT, SECRET)) == 4
    assert tokens(Traits(), SECRET) == frozenset()
    assert tokens(Traits(transport_doc=" - ", hs="071331"), SECRET) == frozenset()


def test_both_sides_meet_in_what_they_write_differently() -> None:
    theirs = tokens(Traits("maeu123456", None, "1K 0042"), SECRET)
    assert hits({"E1": SHIPMENT, "E2": Traits(plate="9K-9999")}, theirs, SECRET) == {"E1": theirs}


@given(st.integers(1, 10**12))
def test_weights_across_the_edge_of_a_bin_still_meet(grams: int) -> None:
    theirs = tokens(Traits(hs="071331", net_grams=grams), SECRET)
    near = replace(SHIPMENT, transport_doc=None, container=None, plate=None, net_grams=grams + grams // 50)
    assert hits({"E1": near}, theirs, SECRET) == {"E1": theirs}


def test_other_goods_or_another_weight_do_not_meet() -> None:
    theirs = tokens(Traits(hs="071331", net_grams=1_000_000), SECRET)
    assert hits({"a": Traits(hs="071332", net_grams=1_000_000)}, theirs, SECRET) == {}
    assert hits({"a": Traits(hs="071331", net_grams=1_500_000)}, theirs, SECRET) == {}


def test_another_secret_finds_nothing_and_a_short_one_is_refused() -> None:
    assert hits({"E1": SHIPMENT}, tokens(SHIPMENT, SECRET), bytes(32)) == {}
    with pytest.raises(ValueError, match="32 bytes"):
        tokens(SHIPMENT, b"short")


@given(st.integers(1, 10**12))
def test_bins_rise_with_the_weight_by_steps_of_at_most_an_eighth(grams: int) -> None:
    assert weight_bin(grams) <= weight_bin(grams + 1) <= weight_bin(grams) + 8
    assert weight_bin(2 * grams) == weight_bin(grams) + 8


def test_bins_have_known_values_and_nothing_is_no_weight() -> None:
    assert [weight_bin(grams) for grams in (1, 8, 9, 15, 16, 1000)] == [0, 24, 25, 31, 32, 79]
    with pytest.raises(ValueError, match="one gram"):
        weight_bin(0)


MARKS = st.one_of(st.none(), st.text("AB01- ", max_size=6))
ITEMS = st.builds(Traits, MARKS, MARKS, MARKS, st.just("071331"), st.one_of(st.none(), st.integers(1, 10**9)))


@given(ITEMS, st.binary(min_size=32, max_size=40), st.binary(min_size=32, max_size=40))
def test_one_secret_meets_and_two_never_do(item: Traits, ours: bytes, theirs: bytes) -> None:
    sent = tokens(item, ours)
    assert hits({"E1": item}, sent, ours) == ({"E1": sent} if sent else {})
    if ours != theirs:
        assert hits({"E1": item}, sent, theirs) == {}


@given(st.integers(1000, 10**12))
def test_a_weight_answers_to_its_bin_and_the_two_beside_it(grams: int) -> None:
    item = Traits(hs="071331", net_grams=grams)
    answered = {
        bin_ - weight_bin(grams)
        for bin_ in range(weight_bin(grams) - 3, weight_bin(grams) + 4)
        if tokens(Traits(hs="071331", net_grams=least_of(bin_)), SECRET)
        <= kinds_of_candidates(item, SECRET).keys()
    }
    assert answered == {-1, 0, 1}


def least_of(bin_: int) -> int:
    """The least weight of a bin, in grams; of bins of less than 8 grams some hold none."""
    doubling, step = divmod(bin_, 8)
    return -(-((8 + step) << doubling) // 8)


def test_each_token_says_what_it_is_of() -> None:
    assert sorted(kinds_of_tokens(SHIPMENT, SECRET).values()) == ["container", "doc", "goods", "plate"]
    assert sorted(kinds_of_candidates(SHIPMENT, SECRET).values()) == [
        *("container", "doc"),
        *("goods", "goods", "goods"),
        "plate",
    ]


def test_an_item_gives_a_token_for_each_container_and_its_weight_once() -> None:
    made = traits_of("B/L 1", ["MSKU1", "MSKU2"], None, "071331", "12.3456")
    assert made == [Traits("B/L 1", "MSKU1", None, "071331", 12_345), Traits(container="MSKU2")]
    assert traits_of(None, [], "1K-1", "071331", None) == [Traits(None, None, "1K-1", "071331", None)]
    assert traits_of(None, [], None, "071331", "0.0004") == [Traits(hs="071331")]


@pytest.mark.parametrize(
    ("kinds", "sure"),
    [
        (["doc"], True),
        (["container"], True),
        (["plate"], False),
        (["goods", "goods"], False),
        (["plate", "goods"], True),
        ([], False),
    ],
)
def test_a_document_a_container_or_two_marks_are_sure(kinds: list[str], sure: bool) -> None:
    assert is_sure(kinds) is sure
