"""A record signed by two nodes: what belongs together, and what does not."""

from datetime import timedelta

import pytest

from isthmus.wire.countersignature import (
    Countersignature,
    check_pair,
    is_countersignature,
    read_pair,
    write_pair,
)
from isthmus.wire.record import leaf_hash, sign_record
from tests.wire.samples import NOW, cn, code_of, make_record, record_token

ORIGINAL = record_token()
LEAF = leaf_hash(ORIGINAL).hex()


def body(**changes):
    return {
        "leaf": LEAF,
        "stream": "mm>cn#1",
        "seq": 1,
        "type": "etrade.export-declaration/1",
        "words": "We take the goods as declared.",
        **changes,
    }


def counter(**changes):
    members = {
        "type": "exchange.countersignature",
        "sender": "cn",
        "receiver": "mm",
        "stream": "cn>mm#1",
        "issued": NOW + timedelta(hours=1),
        "body": body(),
        **changes,
    }
    return sign_record(make_record(**members), cn().seal_key, cn().kid)


def pair(token=ORIGINAL, **changes):
    return read_pair(f"{token}\n{counter(**changes)}\n")


def test_a_pair_is_two_lines_and_tells_what_was_agreed():
    text = write_pair(ORIGINAL, counter())
    assert text.splitlines()[0] == ORIGINAL
    found = read_pair(text)
    assert is_countersignature(found.countersignature)
    assert not is_countersignature(found.record)
    assert check_pair(found) == Countersignature.from_json(body())
    assert check_pair(found).words == "We take the goods as declared."


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": 2}, "type"),
        ({"sender": "md", "stream": "md>mm#1"}, "nodes"),
        ({"receiver": "md", "stream": "cn>md#1"}, "nodes"),
        ({"body": body(leaf="0" * 64)}, "leaf"),
        ({"body": body(stream="mm>cn#2")}, "place"),
        ({"body": body(seq=2)}, "place"),
        ({"body": body(type="etrade.export-declaration/2")}, "place"),
        ({"issued": NOW - timedelta(seconds=1)}, "time"),
    ],
)
def test_what_does_not_belong_together(changes, code):
    assert code_of(check_pair, pair(**changes)) == f"Refused wire.countersignature.{code}"


def test_a_body_that_says_nothing():
    assert code_of(check_pair, pair(body=body(words=""))) == "BadInput wire.countersignature.invalid"


@pytest.mark.parametrize("text", ["", ORIGINAL, f"{ORIGINAL} {ORIGINAL} {ORIGINAL}"])
def test_another_number_of_lines(text):
    assert code_of(read_pair, text) == "BadInput wire.countersignature.pair"
