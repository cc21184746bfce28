"""The proposal of whom to accept: weights, balance, quotas, waiting list and conflict of interest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.workshops.nominations.rules.ranking import Candidate, Point, Weights, propose

WEIGHTS = Weights({"fit": 3, "need": 1}, gender=10, region=10)


def who(sign: str, fit: int = 3, **changes: object) -> Candidate:
    given = {
        "reference": sign, "country": sign.upper(), "region": "asia", "gender": "not-stated",
        "marks": {"fit": fit, "need": fit}, "quota": 1, **changes,
    }  # fmt: skip
    return Candidate(**given)  # type: ignore[arg-type]  # each field is named above


def order(*candidates: Candidate, room: int = 9) -> list[tuple[str, bool]]:
    return [(one.reference, one.accept) for one in propose(candidates, WEIGHTS, room)]


def test_every_point_is_named_and_they_add_up():
    (found,) = propose([who("a", 5, gender="female")], WEIGHTS, 1)
    assert found.points == (
        Point("fit", 7_500), Point("need", 2_500), Point("gender", 1_000), Point("region", 1_000),
    )  # fmt: skip
    assert found.hundredths == 12_000
    (partly,) = propose([who("a", marks={"fit": 4})], WEIGHTS, 1)
    assert partly.points[:2] == (Point("fit", 6_000), Point("need", 0))


def test_the_better_come_first_and_the_rest_wait():
    assert order(who("a", 2), who("b", 5), who("c", 4), room=2) == [("b", True), ("c", True), ("a", False)]


def test_balance_lifts_whom_the_group_lacks():
    men = [who("a", 5, gender="male"), who("b", 5, gender="male")]
    assert order(*men, who("c", 5, gender="female"), room=2)[:2] == [("a", True), ("c", True)]
    east = [who("a", 5), who("b", 5)]
    assert order(*east, who("c", 5, region="africa"), room=2)[:2] == [("a", True), ("c", True)]


def test_a_country_has_no_more_places_than_its_quota():
    found = propose([who("a", 5, country="X"), who("b", 4, country="X"), who("c", 0)], WEIGHTS, 3)
    assert [(one.reference, one.accept, one.over_quota) for one in found] == [
        ("a", True, False), ("c", True, False), ("b", False, True),
    ]  # fmt: skip


def test_late_decides_between_equals_alone():
    assert order(who("a", late=True), who("b"))[0] == ("b", True)
    assert order(who("a", 5, late=True), who("b"))[0] == ("a", True)


def test_whom_the_assessor_may_not_judge_has_no_place():
    found = propose([who("a", 5, conflict="Same employer"), who("b", 1)], WEIGHTS, 2)
    assert [(one.reference, one.place, one.points != ()) for one in found] == [
        ("b", 1, True),
        ("a", 0, False),
    ]


def test_a_mark_is_a_mark():
    with pytest.raises(ValueError, match="0 to 5"):
        propose([who("a", 6)], WEIGHTS, 1)
    assert propose([who("a")], Weights({}, 0, 0), 1)[0].hundredths == 0


_PEOPLE = st.lists(
    st.builds(
        Candidate,
        reference=st.uuids().map(str),
        country=st.sampled_from("ABC"),
        region=st.sampled_from(["asia", "africa"]),
        gender=st.sampled_from(["female", "male", "not-stated"]),
        marks=st.fixed_dictionaries({"fit": st.integers(0, 5), "need": st.integers(0, 5)}),
        quota=st.just(2),
        late=st.booleans(),
        conflict=st.sampled_from(["", "", "Kin"]),
    ),
    max_size=12,
)


@given(_PEOPLE, st.integers(0, 8), st.randoms())
def test_nobody_is_lost_and_the_order_of_the_list_does_not_matter(people, room, random):
    found = propose(people, WEIGHTS, room)
    assert sorted(one.reference for one in found) == sorted(one.reference for one in people)
    accepted = {one.reference for one in found if one.accept}
    countries = [one.country for one in people if one.reference in accepted]
    assert len(accepted) <= room
    assert all(countries.count(country) <= 2 for country in "ABC")
    mixed = list(people)
    random.shuffle(mixed)
    assert propose(mixed, WEIGHTS, room) == found
