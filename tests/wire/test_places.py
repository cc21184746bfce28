import pytest

from isthmus.wire.places import ErasedPlace, StreamRange, place_line, ranges_of, read_place
from isthmus.wire.record import leaf_hash
from tests.wire.samples import code_of, record_token


def chain(first, last, *, epoch=1, prev="aa" * 32):
    """Tokens of linked records ``first`` to ``last``."""
    found = []
    for seq in range(first, last + 1):
        stream = f"mm>cn#{epoch}"
        found.append(record_token(seq=seq, stream=stream, prev="" if seq == 1 else prev))
        prev = leaf_hash(found[-1]).hex()
    return found


def gone(seq, leaf="bb" * 32, stream="mm>cn#1"):
    return ErasedPlace(stream=stream, seq=seq, leaf=leaf)


def erased_at(tokens, index):
    """The tokens without one, and its erased place."""
    return tokens[:index] + tokens[index + 1 :], gone(index + 1, leaf_hash(tokens[index]).hex())


def ranges(records, erased=()):
    found = ranges_of(records, erased, sender="mm", receiver="cn")
    return [(one.stream, one.from_seq, one.to_seq) for one in found]


def code(records, erased=(), **parties):
    return code_of(ranges_of, records, erased, **{"sender": "mm", "receiver": "cn", **parties})


class TestLines:
    def test_an_erased_place_stands_among_tokens_and_no_token_is_taken_for_one(self):
        line = place_line(gone(3))
        assert line.isascii()
        assert "\n" not in line
        assert read_place(line) == gone(3)
        assert read_place(record_token()) is None

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            ("{", "BadInput wire.codec.syntax"),
            ("{}", "BadInput wire.erasure.invalid"),
            (place_line(gone(3)).replace("mm", "mé"), "BadInput wire.erasure.invalid"),
            ("{\ud800", "BadInput wire.codec.utf8"),
            (place_line(gone(3)).replace("3", "0"), "BadInput wire.erasure.invalid"),
        ],
    )
    def test_a_line_that_begins_like_one_is_held_to_its_form(self, line, code):
        assert code_of(read_place, line) == code


class TestRanges:
    def test_of_nothing(self):
        assert ranges([]) == []

    def test_of_linked_records(self):
        assert ranges(chain(1, 4)) == [("mm>cn#1", 1, 4)]
        assert ranges(chain(7, 7)) == [("mm>cn#1", 7, 7)]

    def test_a_gap_begins_another(self):
        assert ranges([*chain(2, 3), *chain(5, 6)]) == [("mm>cn#1", 2, 3), ("mm>cn#1", 5, 6)]

    def test_epochs_in_the_order_of_their_numbers(self):
        records = [*chain(8, 9, epoch=2), *chain(1, 2, epoch=10)]
        assert ranges(records) == [("mm>cn#2", 8, 9), ("mm>cn#10", 1, 2)]
        assert code(records[2:] + records[:2]) == "BadInput wire.bundle.content"

    @pytest.mark.parametrize("index", [0, 1, 3])
    def test_an_erased_place_keeps_the_range_whole(self, index):
        kept, place = erased_at(chain(1, 4), index)
        assert ranges(kept, [place]) == [("mm>cn#1", 1, 4)]

    def test_erased_places_alone(self):
        assert ranges([], [gone(3), gone(4), gone(6)]) == [("mm>cn#1", 3, 4), ("mm>cn#1", 6, 6)]

    def test_as_the_manifest_writes_them(self):
        (found,) = ranges_of(chain(1, 2), [], sender="mm", receiver="cn")
        assert found.to_json() == {"stream": "mm>cn#1", "from_seq": 1, "to_seq": 2}
        assert gone(3).to_json() == {"stream": "mm>cn#1", "seq": 3, "leaf": "bb" * 32}


class TestRefused:
    def test_out_of_order(self):
        records = chain(1, 3)
        assert code(records[::-1]) == "BadInput wire.bundle.content"
        assert code([], [gone(4), gone(3)]) == "BadInput wire.bundle.content"

    def test_a_place_taken_twice(self):
        records = chain(1, 2)
        assert code([*records, records[1]]) == "BadInput wire.bundle.content"
        assert code(records, [gone(2)]) == "BadInput wire.bundle.content"
        assert code([], [gone(2), gone(2)]) == "BadInput wire.bundle.content"

    def test_a_record_that_does_not_follow_the_one_before(self):
        assert code([*chain(1, 2), *chain(3, 3)]) == "Refused wire.bundle.chain"

    def test_an_erased_leaf_that_the_next_record_does_not_name(self):
        kept, _ = erased_at(chain(1, 4), 1)
        assert code(kept, [gone(2)]) == "Refused wire.bundle.chain"

    @pytest.mark.parametrize(
        "parties", [{"sender": "cn", "receiver": "mm"}, {"sender": "md"}, {"receiver": "md"}]
    )
    def test_records_of_other_nodes(self, parties):
        assert code(chain(1, 2), **parties) == "Refused wire.bundle.stranger"
        assert code([], [gone(1)], **parties) == "Refused wire.bundle.stranger"

    def test_what_is_no_record(self):
        assert code(["text"]) == "BadInput wire.jws.form"

    @pytest.mark.parametrize(
        "changes",
        [
            {"stream": "mm>cn"},
            {"stream": "mm>cn#0"},
            {"stream": ">#1\n"},
            {"seq": 0},
            {"from_seq": 0},
            {"to_seq": 0},
        ],
    )
    def test_names_that_no_stream_has(self, changes):
        place = {**gone(1).to_json(), **changes}
        found = {"stream": "mm>cn#1", "from_seq": 1, "to_seq": 2, **changes}
        codes = []
        for model, value in ((ErasedPlace, place), (StreamRange, found)):
            codes.append(code_of(model.from_json, value))
        assert codes == ["BadInput wire.erasure.invalid", "BadInput wire.range.invalid"]
