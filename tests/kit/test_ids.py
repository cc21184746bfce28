from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.kit import ids


def test_uuid7_holds_the_time_its_version_and_variant(monkeypatch):
    # The example of RFC 9562, appendix A.6.
    monkeypatch.setattr(ids.time, "time_ns", lambda: 0x017F22E279B0 * 1_000_000 + 999_999)
    random = (0xCC3 << 64 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    monkeypatch.setattr(ids.os, "urandom", lambda size: random[:size])
    made = ids.uuid7()
    assert str(made) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
    assert (made.version, made.variant) == (7, RFC_4122)


def test_the_bits_of_chance_reach_neither_version_nor_variant(monkeypatch):
    monkeypatch.setattr(ids.time, "time_ns", lambda: 0)
    monkeypatch.setattr(ids.os, "urandom", lambda size: b"\xff" * size)
    assert str(ids.uuid7()) == "00000000-0000-7fff-bfff-ffffffffffff"
    monkeypatch.setattr(ids.os, "urandom", bytes)
    assert str(ids.uuid7()) == "00000000-0000-7000-8000-000000000000"


def test_ids_are_unique_and_follow_the_clock(monkeypatch):
    moments = iter(range(1_000_000, 1_000_000_000, 1_000_000))
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(moments))
    made = [ids.uuid7() for _ in range(100)]
    assert made == sorted(made)
    assert len(set(made)) == 100


@pytest.mark.parametrize("text", ["mm", "cifal", "a1", "north-east-2", "a" * 31])
def test_node_ids(text):
    assert ids.is_node_id(text)


@pytest.mark.parametrize(
    "text", ["", "a", "a" * 32, "MM", "1a", "-a", "a_b", "a.b", "a b", "mm\n", " mm", "mé", "ab\0"]
)
def test_what_names_no_node(text):
    assert not ids.is_node_id(text)


@given(st.text(max_size=40))
def test_node_ids_are_short_plain_ascii(text):
    plain = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert ids.is_node_id(text) == (
        2 <= len(text) <= 31 and set(text) <= plain and text[0] not in "0123456789-"
    )
