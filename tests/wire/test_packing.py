import random

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from isthmus.wire import jws, keys, packing
from tests.wire.samples import code_of

KEY = keys.generate_p256()
PAYLOAD = b'{"body":{"description":"Dried green mung beans","quantity":"250.5"}}' * 40
TOKEN = jws.sign(PAYLOAD, key=KEY, kid="k" * 43, typ=jws.RECORD)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def other_spellings(token):
    """Texts that a tolerant reader takes for the same token."""
    head, payload, signature = token.split(".")
    last = LETTERS[LETTERS.index(signature[-1]) ^ 1]  # 64 bytes leave four bits in the last letter unused
    return [
        f"{head}.{payload}.{signature}==",
        f"{head}.{payload}.{signature[:-1]}{last}",
        f"{head}.{payload[:40]}\n{payload[40:]}.{signature}",
        f"{head}.{payload[:40]} {payload[40:]}.{signature}",
        f"{head}.{payload.replace('-', '+').replace('_', '/')}+.{signature}",
        f"{token}\n",
    ]


class TestPack:
    def test_a_token_is_kept_in_a_fifth_of_its_length(self):
        packed = packing.pack(TOKEN)
        assert len(packed) < len(TOKEN) / 5
        assert packing.unpack(packed) == TOKEN
        header, payload, signature = packing.unpack_parts(packed, 10_000)
        assert b'"kid"' in header
        assert payload == PAYLOAD
        assert packing.join(header, payload, signature) == TOKEN

    def test_another_spelling_is_kept_as_it_is(self):
        for text in other_spellings(TOKEN):
            packed = packing.pack(text)
            assert packing.unpack(packed) == text
            assert packing.unpack_parts(packed, 10_000) is None

    @given(st.text())
    def test_any_text_comes_back(self, text):
        assert packing.unpack(packing.pack(text)) == text

    @given(st.binary(max_size=80), st.binary(max_size=300), st.binary(min_size=62, max_size=66))
    def test_any_token_comes_back(self, header, payload, signature):
        text = packing.join(header, payload, signature)
        packed = packing.pack(text)
        assert packing.unpack(packed) == text
        parts = packing.unpack_parts(packed, 1000)
        assert parts == ((header, payload, signature) if len(signature) == 64 else None)

    @given(st.text(LETTERS + "+/=. \n", max_size=40), st.text(LETTERS + "+=.", max_size=40))
    def test_what_looks_like_a_token_comes_back(self, header, payload):
        text = f"{header}.{payload}.{'A' * 86}"
        assert packing.unpack(packing.pack(text)) == text

    def test_a_header_too_long_for_its_length_is_kept_as_a_text(self):
        text = packing.join(b"x" * 65_536, b"y", bytes(64))
        packed = packing.pack(text)
        assert packing.unpack(packed) == text
        assert packing.unpack_parts(packed, 100_000) is None


class TestUnpack:
    def test_what_is_damaged_is_said_to_be(self):
        packed = packing.pack(TOKEN)
        text = packing.pack("a text")
        longer_header = packed[:1] + b"\xff\xff" + packed[3:]
        no_text = b"\x00" + zstandard.ZstdCompressor().compress(b"\xff")
        cut = (packed[:-1], packed + b"x", packed[:60], text[:-1])
        for damaged in (b"", b"\x02abc", *cut, longer_header, no_text):
            assert code_of(packing.unpack, damaged) == "BadInput wire.packing.damaged"

    def test_no_more_is_opened_than_allowed(self):
        packed = packing.pack_parts(b"head", b"x" * 96, bytes(64))
        assert packing.unpack_parts(packed, 100) == (b"head", b"x" * 96, bytes(64))
        assert code_of(packing.unpack_parts, packed, 99) == "BadInput wire.packing.size"


def framed(frame, header=0):
    return b"\x01" + header.to_bytes(2, "big") + bytes(64) + frame


def with_dictionary():
    samples = [b'{"number":%d,"text":"beans and peas"}' % number for number in range(4000)]
    known = zstandard.train_dictionary(1024, samples)
    return zstandard.ZstdCompressor(dict_data=known).compress(samples[0])


def in_many_blocks(size):
    writer = zstandard.ZstdCompressor().compressobj(size=size)
    flush = zstandard.COMPRESSOBJ_FLUSH_BLOCK
    return b"".join(writer.compress(b"x") + writer.flush(flush) for _ in range(size)) + writer.flush()


def lying(frame, size):
    """A frame of 256 to 65,791 bytes that says it holds ``size``."""
    assert frame[4] >> 6 == 1
    return frame[:5] + (size - 256).to_bytes(2, "little") + frame[7:]


SKIPPED = (0x184D2A50).to_bytes(4, "little") + (4).to_bytes(4, "little") + b"skip"
FRAME = zstandard.ZstdCompressor().compress(b"x" * 1000)
WIDE = zstandard.ZstdCompressionParameters(window_log=24, write_content_size=True)
WIDE_FRAME = zstandard.ZstdCompressor(compression_params=WIDE).compress(bytes(17 * 1024 * 1024))


class TestForeignFrames:
    """What a partner may have written: each is refused before it is opened, or opened no further."""

    @pytest.mark.parametrize(
        "frame",
        [
            b"",
            FRAME[:5],
            FRAME[:-1],
            zstandard.ZstdCompressor(write_content_size=False).compress(b"x" * 1_000_000),
            with_dictionary(),
            in_many_blocks(200),
            lying(FRAME, 999),
            lying(FRAME, 1001),
            lying(FRAME, 300),
            SKIPPED,
            SKIPPED + FRAME,
            FRAME + SKIPPED,
            FRAME + FRAME,
            FRAME + b"x",
            WIDE_FRAME,
        ],
        ids=[
            "nothing",
            "cut in the head",
            "cut",
            "no size",
            "dictionary",
            "one byte a block",
            "says less",
            "says more",
            "says much less",
            "skippable",
            "skippable before",
            "skippable after",
            "two",
            "a byte more",
            "wide window",
        ],
    )
    def test_is_refused(self, frame):
        for packed in (framed(frame), b"\x00" + frame):
            assert code_of(packing.open_text, packed, 64_000_000) == "BadInput wire.packing.damaged"
            assert code_of(packing.unpack, packed) == "BadInput wire.packing.damaged"

    def test_a_bomb_says_that_it_is_one(self):
        bomb = zstandard.ZstdCompressor(level=19).compress(bytes(8_000_000))
        padded = bomb + bytes(0)
        assert len(padded) < 1000
        assert packing.length_of(b"\x00" + bomb) == 8_000_000
        assert code_of(packing.open_text, b"\x00" + bomb, 1_000_000) == "BadInput wire.packing.size"

    def test_a_header_longer_than_what_the_frame_holds_is_refused(self):
        assert code_of(packing.open_text, framed(FRAME, 1001), 2000) == "BadInput wire.packing.damaged"
        assert packing.open_text(framed(FRAME, 1000), 2000).payload == b""

    def test_another_level_a_checksum_or_no_compression_make_the_same_text(self):
        head, payload, signature = packing.unpack_parts(packing.pack(TOKEN), 10_000)
        spellings = {
            b"\x01" + len(head).to_bytes(2, "big") + signature + writer.compress(head + payload)
            for writer in (
                zstandard.ZstdCompressor(level=19),
                zstandard.ZstdCompressor(level=-50),
                zstandard.ZstdCompressor(write_checksum=True),
            )
        }
        assert len(spellings) == 3
        for packed in spellings:
            opened = packing.open_text(packed, 10_000)
            assert (opened.text, opened.packed) == (TOKEN, packed)
            assert packing.unpack(packed) == TOKEN

    @given(st.binary(max_size=120))
    def test_never_fails_otherwise(self, data):
        for packed in (data, b"\x00" + data, b"\x01" + data, framed(data)):
            assert code_of(packing.length_of, packed) == "BadInput wire.packing.damaged"
            assert code_of(packing.open_text, packed, 1000) == "BadInput wire.packing.damaged"


class TestLength:
    @given(st.text())
    def test_is_that_of_the_text(self, text):
        assert packing.length_of(packing.pack(text)) == len(text.encode())

    @given(st.binary(max_size=80), st.binary(max_size=300))
    def test_is_that_of_the_token(self, header, payload):
        packed = packing.pack_parts(header, payload, bytes(64))
        assert packing.length_of(packed) == len(packing.unpack(packed))

    @given(st.binary(max_size=60_000))
    def test_no_frame_of_ours_is_longer_than_a_foreign_one_may_be(self, data):
        assert packing.unpack_parts(packing.pack_parts(b"", data, bytes(64)), 60_000)[1] == data

    def test_not_even_over_noise(self):
        noise = random.Random(7).randbytes(2_000_000)
        assert packing.unpack_parts(packing.pack_parts(b"", noise, bytes(64)), 2_000_000)[1] == noise
