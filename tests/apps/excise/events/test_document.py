"""Captures as bytes: read whole or refused with the reason, whatever is sent."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.events.formats import document as reading
from isthmus.apps.excise.events.formats.document import read_document
from isthmus.apps.excise.events.formats.writing import read_exact, write_exact
from tests.apps.excise.events.conftest import Capture, document, event


def codes(content: bytes) -> list[tuple[str, str]]:
    found = read_document(content)
    assert found.events == ()
    return [(fault.code, fault.given) for fault in found.faults]


def test_a_sound_capture_gives_its_events_with_their_hashes(written: Capture) -> None:
    found = read_document(b"\xef\xbb\xbf" + written(event(), event(action="OBSERVE")))
    assert found.faults == ()
    assert [one.body["action"] for one in found.events] == ["ADD", "OBSERVE"]
    assert len({one.name for one in found.events}) == 2
    assert found.namespaces == {"my": "https://my.example/"}


@pytest.mark.parametrize(
    ("content", "code", "given"),
    [
        (b"", "not-json", "1:1"),
        (b'{"a": 1,}', "not-json", "1:9"),
        (b'{"a": NaN}', "not-json", "NaN"),
        (b"\xff", "not-utf8", "0"),
        (b'{"a": 1, "a": 2}', "duplicate", "a"),
        (b'{"a": ' + b"9" * 41 + b"}", "too-large", "9" * 41),
        (b'{"a": 1e99}', "too-large", "1e99"),
        (b'{"a": 1e9999999999}', "too-large", "1e9999999999"),
        (b'{"a": 1.' + b"0" * 60 + b"}", "too-large", ("1." + "0" * 60)[:59] + "0"),
        (b"[" * 100_000, "too-deep", ""),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "too-deep", ""),
        (b"[" + b"[]," * 200_001 + b"[]]", "too-many-parts", ""),
        (b" " * (4 * 1024 * 1024 + 1), "too-long", "4194305"),
        (b'{"a": "\\u0000"}', "bad-character", ""),
        (b'{"a": ["\\ud800"]}', "bad-character", ""),
        (b'"\\u0000"', "bad-character", ""),
        (b"5", "not-an-object", "5"),
        (b"null", "not-an-object", "None"),
    ],
)
def test_hostile_bytes_are_refused_with_the_reason(content: bytes, code: str, given: str) -> None:
    assert codes(content) == [(code, given)]


def test_brackets_in_texts_are_not_depth(written: Capture) -> None:
    note = '[[{"' * 40 + "\\"
    assert read_document(written(event(**{"my:note": note, "my:also": "\u00e9 \\u00e9"}))).faults == ()


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fall(content: bytes) -> None:
    read_document(content)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(event())), _ANY)
def test_no_value_of_a_field_makes_it_fall(field: str, value: object) -> None:
    read_document(json.dumps(document(event(**{field: value}))).encode())


def test_what_is_kept_is_read_again_to_the_last_digit() -> None:
    text = '{"a":[0.10,12345678901234567890.123456789,true,null,"é\\""],"b":{"c":7}}'
    value = read_exact(text)
    assert value["a"][:2] == [Decimal("0.10"), Decimal("12345678901234567890.123456789")]
    assert write_exact(value) == text


def test_the_bounds_are_what_the_guide_says() -> None:
    assert (reading.MAX_BYTES, reading.MAX_DEPTH, reading.MAX_PARTS) == (4_194_304, 32, 400_000)
