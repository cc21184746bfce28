from datetime import timedelta

import pytest

from isthmus.kit.errors import BadInput
from isthmus.wire import codec
from isthmus.wire.tombstone import (
    GROUNDS,
    MAX_ERASED,
    Erasure,
    Tombstone,
    erasure_of,
    is_tombstone,
    read_tombstone,
)
from tests.wire.samples import NOW, code_of, make_record

LEAF, OTHER, FILE = "aa" * 32, "bb" * 32, "cc" * 32
BODY = {
    "leaves": [LEAF, OTHER],
    "attachments": [FILE],
    "ground": "retention",
    "reason": "Ten years have passed.",
    "issued": "2026-11-23T09:00:00Z",
}


def body(**changes):
    return {**BODY, **changes}


def tombstone_record(**changes):
    members = {"type": "exchange.tombstone", "seq": 17, "prev": "ee" * 32, "body": BODY, **changes}
    return make_record(**members)


class TestBody:
    def test_is_written_as_published_and_read_back(self):
        tombstone = Tombstone.from_json(BODY)
        assert codec.decode(tombstone.to_bytes()) == BODY
        assert list(tombstone.to_json()) == ["leaves", "attachments", "ground", "reason", "issued"]
        assert tombstone.leaves == (LEAF, OTHER)

    def test_three_grounds(self):
        assert GROUNDS == ("retention", "person", "order")
        for ground in GROUNDS:
            assert Tombstone.from_json(body(ground=ground)).ground == ground

    @pytest.mark.parametrize(
        ("changes", "where"),
        [
            ({"leaves": [OTHER, LEAF]}, "leaves"),
            ({"leaves": [LEAF, LEAF]}, "leaves"),
            ({"leaves": ["AA" * 32]}, "leaves.0"),
            ({"leaves": ["aa"]}, "leaves.0"),
            ({"leaves": LEAF}, "leaves"),
            ({"leaves": [f"{number:064x}" for number in range(MAX_ERASED + 1)]}, "leaves"),
            ({"attachments": [FILE, FILE]}, "attachments"),
            ({"leaves": [], "attachments": []}, "the document"),
            ({"ground": "convenience"}, "ground"),
            ({"reason": ""}, "reason"),
            ({"reason": "x" * 401}, "reason"),
            ({"issued": "2026-11-23"}, "issued"),
            ({"who": "me"}, "who"),
        ],
    )
    def test_refuses_by_member(self, changes, where):
        with pytest.raises(BadInput) as caught:
            Tombstone.from_json(body(**changes))
        assert caught.value.code == "wire.tombstone.invalid"
        assert [fault.where for fault in caught.value.faults] == [where]

    def test_a_thousand_leaves_fit_into_a_record(self):
        many = [f"{number:064x}" for number in range(MAX_ERASED)]
        record = tombstone_record(body=body(leaves=many, attachments=many))
        assert read_tombstone(record).tombstone.leaves[-1] == many[-1]
        assert len(record.to_bytes()) < codec.MAX_BYTES

    def test_an_attachment_alone(self):
        assert Tombstone.from_json(body(leaves=[])).attachments == (FILE,)


class TestErasure:
    def test_names_its_place_and_who_states_it(self):
        erasure = read_tombstone(tombstone_record())
        assert erasure == Erasure("mm>cn#1 17", "mm", Tombstone.from_json(BODY))
        assert erasure.as_text() == "tombstone mm>cn#1 17 (retention, 2026-11-23T09:00:00Z)"

    def test_covers_what_it_names(self):
        erasure = read_tombstone(tombstone_record())
        assert [erasure.covers(found) for found in (LEAF, OTHER, FILE, "dd" * 32, "")] == [
            True,
            True,
            True,
            False,
            False,
        ]

    def test_the_first_that_names_it_is_given(self):
        first = read_tombstone(tombstone_record(body=body(leaves=[LEAF])))
        second = read_tombstone(tombstone_record(seq=18))
        assert erasure_of(LEAF, [first, second]) is first
        assert erasure_of(OTHER, [first, second]) is second
        assert erasure_of("dd" * 32, [first, second]) is None
        assert erasure_of(LEAF, []) is None

    @pytest.mark.parametrize("changes", [{"type": "etrade.export-declaration"}, {"version": 2}])
    def test_other_records_are_none(self, changes):
        assert is_tombstone(tombstone_record())
        assert not is_tombstone(tombstone_record(**changes))
        assert code_of(read_tombstone, tombstone_record(**changes)) == "Refused wire.tombstone.type"

    def test_states_only_what_is_done(self):
        at_once = tombstone_record(body=body(issued="2026-11-23T10:02:00Z"))
        assert read_tombstone(at_once).tombstone.issued == NOW
        early = tombstone_record(issued=NOW - timedelta(hours=2))
        assert code_of(read_tombstone, early) == "Refused wire.tombstone.time"

    def test_of_a_wrong_body(self):
        assert code_of(read_tombstone, tombstone_record(body={})) == "BadInput wire.tombstone.invalid"
