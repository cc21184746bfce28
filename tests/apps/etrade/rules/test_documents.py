"""Where certificates, licences, permits, manifests and movements stand after statements in any order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.etrade.rules.documents import Said, concerns_own, may_say, state_of

TRANSIT = ["departed", "passed", "arrived", "discrepancy", "discharged", "cancelled"]
LICENCE = ["issued", "amended", "suspended", "cancelled"]


def test_a_licence_stands_as_its_newest_version_says():
    said = [Said(1, "issued"), Said(2, "suspended"), Said(3, "amended")]
    assert [state_of("licence", said[:n]) for n in (1, 2, 3)] == ["issued", "suspended", "amended"]


def test_what_was_cancelled_stays_cancelled():
    assert state_of("licence", [Said(2, "cancelled"), Said(3, "issued")]) == "cancelled"


def test_a_movement_stands_at_the_furthest_point_that_either_side_states():
    departed, arrived = Said(1, "departed"), Said(1, "arrived", by_issuer=False)
    assert state_of("transit", [departed]) == "departed"
    assert state_of("transit", [arrived, departed]) == "arrived"
    assert state_of("transit", [arrived, Said(2, "discharged", by_issuer=False)]) == "discharged"


@pytest.mark.parametrize(
    ("kind", "status", "by_issuer", "allowed"),
    [
        ("licence", "suspended", True, True),
        ("licence", "arrived", True, False),
        ("licence", "cancelled", False, False),
        ("transit", "departed", True, True),
        ("transit", "departed", False, False),
        ("transit", "arrived", False, True),
        ("transit", "arrived", True, False),
        ("unknown", "issued", True, False),
    ],
)
def test_each_side_states_what_is_its_to_state(kind, status, by_issuer, allowed):
    assert may_say(kind, status, by_issuer=by_issuer) is allowed


def test_offices_after_that_of_departure_speak_of_the_others_movement():
    assert concerns_own("transit", "arrived")
    assert not concerns_own("transit", "departed")
    assert not concerns_own("manifest", "departed")


said_of_a_licence = st.lists(st.sampled_from(LICENCE), min_size=1, max_size=8).map(
    lambda found: [Said(version, status) for version, status in enumerate(found, start=1)]
)


@given(said_of_a_licence, st.randoms(use_true_random=False))
def test_any_order_of_statements_ends_in_the_same_state(said, chance):
    shuffled = [*said, *chance.sample(said, k=len(said) // 2)]
    chance.shuffle(shuffled)
    expected = "cancelled" if any(one.status == "cancelled" for one in said) else said[-1].status
    assert state_of("licence", said) == state_of("licence", shuffled) == expected


@given(st.lists(st.sampled_from(TRANSIT), min_size=1), st.randoms(use_true_random=False))
def test_any_order_of_stations_ends_at_the_furthest(statuses, chance):
    said = [Said(1, status) for status in statuses]
    chance.shuffle(said)
    assert state_of("transit", said) == max(statuses, key=TRANSIT.index)
