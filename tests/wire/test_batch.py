import gzip
import os
import tracemalloc
import zlib

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from isthmus.kit.errors import BadInput
from isthmus.wire import batch, jws, keys, packing
from tests.wire.samples import code_of

tokens = st.text("abcXYZ019-_.", min_size=1, max_size=30)


class TestPack:
    def test_is_gzip_of_lines_and_always_the_same(self):
        packed = batch.pack(["a.b.c", "d.e.f"])
        assert gzip.decompress(packed) == b"a.b.c\nd.e.f\n"
        assert packed == batch.pack(["a.b.c", "d.e.f"])
        assert packed[4:8] == bytes(4)  # no time inside

    @given(st.lists(tokens, max_size=20))
    def test_is_opened_again(self, given_tokens):
        assert batch.unpack(batch.pack(given_tokens)) == given_tokens

    @pytest.mark.parametrize(
        ("token", "reason"),
        [("", "line"), ("a\nb", "line"), ("a\n", "line"), ("ü", "ascii"), ("\ud800", "ascii")],
    )
    def test_what_is_no_line(self, token, reason):
        assert code_of(batch.pack, ["a.b.c", token]) == f"BadInput wire.batch.{reason}"

    def test_500_records_and_not_one_more(self):
        assert batch.unpack(batch.pack(["a"] * 500)) == ["a"] * 500
        assert code_of(batch.pack, ["a"] * 501) == "BadInput wire.batch.records"

    def test_8_mib_and_not_a_byte_more(self):
        token = "a" * (batch.MAX_BYTES - 1)
        assert batch.unpack(batch.pack([token])) == [token]
        assert code_of(batch.pack, [token + "a"]) == "BadInput wire.batch.size"


class TestUnpack:
    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "truncated"),
            (b"a.b.c\n", "gzip"),
            (zlib.compress(b"a.b.c\n"), "gzip"),
            (gzip.compress(b"a.b.c\n")[:-9], "truncated"),
            (gzip.compress(b"a.b.c\n")[:-1], "truncated"),
            (gzip.compress(b"a.b.c\n")[:12], "truncated"),
            (gzip.compress(b"a.b.c\n")[:-8] + bytes(8), "gzip"),  # a wrong checksum
            (gzip.compress(b"a.b.c\n") + b"x", "trailing"),
            (gzip.compress(b"a.b.c\n") + bytes(512), "trailing"),
            (gzip.compress(b"a.b.c\n") + gzip.compress(b"d.e.f\n"), "trailing"),
            (gzip.compress(b"a\n" * 501), "records"),
            (gzip.compress(b"a.b.c"), "line"),
            (gzip.compress(b"\n"), "line"),
            (gzip.compress(b"\na\n"), "line"),
            (gzip.compress(b"a\n\nb\n"), "line"),
            (gzip.compress("ü\n".encode()), "ascii"),
            (gzip.compress(b"\xff\n"), "ascii"),
            (gzip.compress(b"a\0b\n"), "ascii"),
        ],
    )
    def test_refuses_by_name(self, data, reason):
        assert code_of(batch.unpack, data) == f"BadInput wire.batch.{reason}"

    def test_lines_end_in_one_way_only_and_are_handed_on_as_they_are(self):
        lines = batch.unpack(gzip.compress(b"a\rb\r\nc d\x0b\x1ce\n"))
        assert lines == ["a\rb\r", "c d\x0b\x1ce"]
        assert {code_of(jws.parse, line, typ=jws.RECORD) for line in lines} == {"BadInput wire.jws.form"}

    def test_an_empty_batch_holds_nothing(self):
        assert batch.unpack(batch.pack([])) == []

    def test_a_bomb_is_opened_no_further_than_the_limit(self):
        bomb = gzip.compress(bytes(200 * 1024 * 1024), compresslevel=1)
        tracemalloc.start()
        try:
            assert code_of(batch.unpack, bomb) == "BadInput wire.batch.size"
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 40 * 1024 * 1024

    @given(st.binary(max_size=60))
    def test_never_fails_otherwise(self, data):
        assert code_of(batch.unpack, data).startswith("BadInput wire.batch.")

    def test_every_truncation_is_found(self):
        packed = batch.pack([os.urandom(20).hex() for _ in range(5)])
        assert {code_of(batch.unpack, packed[:end]) for end in range(len(packed))} == {
            "BadInput wire.batch.truncated"
        }


class TestTakeBatch:
    def test_all_of_a_few(self):
        assert batch.take_batch(iter(["a", "b"])) == ["a", "b"]
        assert batch.take_batch([]) == []

    def test_500_and_looks_at_one_more(self):
        waiting = iter(["a"] * 502)
        assert batch.take_batch(waiting) == ["a"] * 500
        assert list(waiting) == ["a"]

    def test_as_many_as_8_mib_hold(self):
        mib = "a" * (1024 * 1024 - 1)  # with its line end exactly one of eight
        assert batch.take_batch([mib] * 9) == [mib] * 8
        assert batch.take_batch([mib] * 7 + [mib + "a"]) == [mib] * 7
        assert batch.unpack(batch.pack(batch.take_batch([mib] * 9))) == [mib] * 8


TOKEN = jws.sign(b'{"a":"b"}' * 30, key=keys.generate_p256(), kid="k" * 43, typ=jws.RECORD)
PACKED = packing.pack(TOKEN)


def framed(*texts):
    return b"".join(len(packed).to_bytes(4, "big") + packed for packed in texts)


def texts_in(data, form=batch.PACKED):
    return [text if isinstance(text, str) else text.text for text in batch.read(data, form)]


def outcome(data):
    try:
        (text,) = texts_in(data)
    except BadInput as error:
        return error.code
    return "the text" if text == TOKEN else "another text"


class TestPackedForm:
    @given(st.lists(tokens, max_size=20))
    def test_holds_the_same_texts_as_lines(self, given_tokens):
        kept = [packing.pack(token) for token in [*given_tokens, TOKEN]]
        for form in batch.FORMS:
            assert texts_in(batch.write(kept, form), form) == [*given_tokens, TOKEN]

    def test_carries_a_token_as_it_is_kept(self):
        data = batch.write([PACKED, packing.pack("{}")], batch.PACKED)
        assert data == framed(PACKED, packing.pack("{}"))
        opened, place = batch.read(data, batch.PACKED)
        assert (opened.text, opened.packed, place) == (TOKEN, PACKED, "{}")
        unverified = jws.parse(opened, typ=jws.RECORD)
        assert unverified.packed() is opened.packed

    def test_is_nothing_where_nothing_is_sent(self):
        assert batch.write([], batch.PACKED) == b""
        assert batch.read(b"", batch.PACKED) == []

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"\0", "batch.truncated"),
            (framed(PACKED)[:-1], "batch.truncated"),
            (framed(PACKED) + b"\0\0\0", "batch.truncated"),
            (b"\xff\xff\xff\xff" + PACKED, "batch.truncated"),
            (framed(PACKED) + b"\0\0\0\1" + PACKED, "packing.damaged"),  # one byte of it, then the rest
            (framed(b""), "packing.damaged"),
            (framed(PACKED + b"x"), "packing.damaged"),
            (framed(PACKED, b"\x02abc"), "packing.damaged"),
            ((len(PACKED) - 1).to_bytes(4, "big") + PACKED, "batch.truncated"),
            ((len(PACKED) + 1).to_bytes(4, "big") + PACKED + framed(PACKED), "batch.truncated"),
            ((len(PACKED) + 1).to_bytes(4, "big") + PACKED + bytes(1), "packing.damaged"),
            (b"--x\r\nContent-Disposition: form-data" * 10_000, "batch.truncated"),
            (framed(packing.pack("a")) * 501, "batch.records"),
            (framed(packing.pack("a")) * 10_000, "batch.records"),
            (framed(packing.pack("")), "batch.line"),
            (framed(packing.pack("a\nb")), "batch.line"),
            (framed(packing.pack("a\0b")), "batch.ascii"),
            (framed(packing.pack("ü")), "batch.ascii"),
            (framed(b"\0" + zstandard.ZstdCompressor().compress(b"\xff")), "packing.damaged"),
        ],
    )
    def test_refuses_by_name(self, data, code):
        assert code_of(batch.read, data, batch.PACKED) == f"BadInput wire.{code}"

    @given(st.binary(min_size=1, max_size=80))
    def test_never_fails_otherwise(self, data):
        code = code_of(batch.read, data, batch.PACKED)
        assert code.startswith(("BadInput wire.batch.", "BadInput wire.packing."))

    @pytest.mark.parametrize("bit", range(0, len(framed(PACKED)) * 8, 7))
    def test_with_a_flipped_bit_is_refused_or_holds_what_nobody_signed(self, bit):
        flipped = bytearray(framed(PACKED))
        flipped[bit // 8] ^= 1 << bit % 8
        assert outcome(bytes(flipped)) in {"wire.batch.truncated", "wire.packing.damaged", "another text"}

    def test_500_texts_and_8_mib_and_no_more(self):
        one = packing.pack("a")
        assert len(batch.read(batch.write([one] * 500, batch.PACKED), batch.PACKED)) == 500
        assert code_of(batch.write, [one] * 501, batch.PACKED) == "BadInput wire.batch.records"
        mib = packing.pack("a" * (1024 * 1024 - 1))
        assert len(batch.read(batch.write([mib] * 8, batch.PACKED), batch.PACKED)) == 8
        assert code_of(batch.write, [mib] * 8 + [one], batch.PACKED) == "BadInput wire.batch.size"
        assert code_of(batch.read, framed(*[mib] * 8, one), batch.PACKED) == "BadInput wire.batch.size"
        assert batch.take_batch([mib] * 9, packing.length_of) == [mib] * 8

    def test_a_bomb_is_not_opened_at_all(self):
        bomb = b"\0" + zstandard.ZstdCompressor(level=3).compress(bytes(8 * 1024 * 1024))
        tracemalloc.start()
        try:
            for data in (framed(bomb), framed(*[bomb] * 500), framed(PACKED, bomb)):
                assert code_of(batch.read, data, batch.PACKED) == "BadInput wire.batch.size"
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 2 * 1024 * 1024
