import gzip
import json
import os
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import ECKey

from isthmus.wire import envelope
from isthmus.wire.envelope import compress, decompress, decrypt_segment, encrypt_segment, party_in, party_of
from tests.wire.samples import b64, cn, code_of, p256, unb64

PARTY = party_of("mm", "019ab000-0000-7000-8000-000000000001")
NAMED = {"kid": "k" * 43, "party": PARTY, "receiver": "cn"}
SEGMENT = encrypt_segment(b"content", public_key=cn().encryption_key.public_key(), **NAMED)


def opened(segment, key=None, **changes):
    return decrypt_segment(segment, private_key=key or cn().encryption_key, **{**NAMED, **changes})


def joined(blocks):
    return b"".join(blocks)


class TestCompression:
    def test_is_one_gzip_stream_and_always_the_same(self):
        pieces = list(compress([b"abc", b"def"]))
        assert gzip.decompress(joined(pieces)) == b"abcdef"
        assert pieces == list(compress([b"abc", b"def"]))
        assert pieces[0][4:8] == bytes(4)  # no time inside

    @given(st.lists(st.binary(max_size=200), max_size=10), st.integers(1, 50))
    def test_is_opened_again_however_it_is_cut(self, blocks, width):
        raw = joined(compress(blocks))
        pieces = [raw[start : start + width] for start in range(0, len(raw), width)]
        assert joined(decompress(pieces, len(joined(blocks)))) == joined(blocks)

    def test_pieces_of_a_mebibyte(self):
        noise = os.urandom(5 * 524_288)
        pieces = list(compress([noise]))
        assert [len(piece) for piece in pieces[:-1]] == [1_048_576] * 2
        assert 0 < len(pieces[-1]) <= 1_048_576
        assert joined(decompress(pieces, len(noise))) == noise

    @pytest.mark.parametrize(
        ("data", "size"),
        [
            (b"", 1),
            (b"text", 4),
            (zlib.compress(b"abc"), 3),
            (gzip.compress(b"abc")[:-1], 3),
            (gzip.compress(b"abc")[:12], 3),
            (gzip.compress(b"abc")[:-8] + bytes(8), 3),
            (gzip.compress(b"abc") + b"x", 3),
            (gzip.compress(b"abc") + gzip.compress(b"def"), 6),
            (gzip.compress(b"abc"), 2),
            (gzip.compress(b"abc"), 4),
        ],
    )
    def test_refuses_what_is_not_exactly_the_content(self, data, size):
        assert code_of(list, decompress([data], size)) == "BadInput wire.bundle.compression"
        single = [data[place : place + 1] for place in range(len(data))]
        assert code_of(list, decompress(single, size)) == "BadInput wire.bundle.compression"

    def test_a_bomb_is_opened_no_further_than_promised(self):
        bomb = gzip.compress(bytes(200 * 1024 * 1024), compresslevel=1)
        taken = []

        def drain():
            taken.extend(map(len, decompress([bomb], 1_000_000)))

        tracemalloc.start()
        try:
            assert code_of(drain) == "BadInput wire.bundle.compression"
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert 0 < sum(taken) <= 1_000_000
        assert peak < 8 * 1024 * 1024


class TestSegment:
    def test_is_a_jwe_that_any_library_opens(self):
        found = jwe.decrypt_compact(SEGMENT, ECKey.import_key(cn().encryption_key))
        assert found.plaintext == b"content"
        header = json.loads(unb64(SEGMENT.decode().split(".")[0]))
        epk = header.pop("epk")
        assert header == {
            "alg": "ECDH-ES",
            "enc": "A256GCM",
            "kid": "k" * 43,
            "apu": b64(PARTY.encode()),
            "apv": b64(b"cn"),
        }
        assert (epk["kty"], epk["crv"]) == ("EC", "P-256")

    def test_is_opened_again(self):
        assert opened(SEGMENT) == b"content"

    def test_never_twice_the_same(self):
        again = encrypt_segment(b"content", public_key=cn().encryption_key.public_key(), **NAMED)
        assert again.split(b".")[0] != SEGMENT.split(b".")[0]

    def test_the_largest(self):
        piece = os.urandom(envelope.SEGMENT_BYTES)
        segment = encrypt_segment(piece, public_key=cn().encryption_key.public_key(), **NAMED)
        assert len(segment) <= envelope.MAX_SEGMENT
        assert opened(segment) == piece

    def test_one_byte_too_many(self):
        piece = os.urandom(envelope.SEGMENT_BYTES + 3)
        segment = encrypt_segment(piece, public_key=cn().encryption_key.public_key(), **NAMED)
        assert code_of(opened, segment) == "Refused wire.bundle.key"

    @pytest.mark.parametrize(
        "changes",
        [
            {"key": p256(9)},
            {"kid": "x" * 43},
            {"party": "mm/other"},
            {"receiver": "md"},
        ],
    )
    def test_for_somebody_or_something_else(self, changes):
        assert code_of(opened, SEGMENT, **changes) == "Refused wire.bundle.key"

    def test_every_changed_character_is_found(self):
        for place in range(len(SEGMENT)):
            # The last character of a part carries bits that base64url drops; the file's hash covers them.
            if SEGMENT[place + 1 : place + 2] not in {b".", b""}:
                other = b"B" if SEGMENT[place : place + 1] == b"A" else b"A"
                changed = SEGMENT[:place] + other + SEGMENT[place + 1 :]
                assert code_of(opened, changed) == "Refused wire.bundle.key"

    @pytest.mark.parametrize(
        "header",
        [
            {"alg": "dir", "enc": "A256GCM"},
            {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"},
            {"alg": "ECDH-ES", "enc": "A128CBC-HS256"},
            {"alg": "ECDH-ES", "enc": "A256GCM", "zip": "DEF"},
            {"alg": "ECDH-ES", "enc": "A256GCM", "crit": ["x"]},
            {"alg": "ECDH-ES", "enc": "A256GCM", "epk": "text"},
            {"alg": "ECDH-ES", "enc": "A256GCM", "epk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}},
            {"alg": "ECDH-ES", "enc": "A256GCM", "epk": {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}},
            {"alg": "ECDH-ES", "enc": "A256GCM", "epk": {"kty": "oct", "k": "AA"}},
            {"alg": "ECDH-ES", "enc": "A256GCM"},
            {"alg": 7, "enc": []},
            {},
            [],
            7,
        ],
    )
    def test_hostile_headers(self, header):
        rest = SEGMENT.decode().split(".")[1:]
        forged = ".".join([b64(json.dumps(header).encode()), *rest]).encode()
        assert code_of(opened, forged) == "Refused wire.bundle.key"

    @pytest.mark.parametrize(
        "segment", [b"", b"....", b"a.b.c.d.e", b"\xff.\xff.\xff.\xff.\xff", b"{}", b"[" * 9]
    )
    def test_what_is_no_segment(self, segment):
        assert code_of(opened, segment) == "Refused wire.bundle.key"
        assert party_in(segment) == ""

    def test_a_deep_header(self):
        deep = b64(b"[" * 700).encode() + b".a.b.c.d"
        assert code_of(opened, deep) == "Refused wire.bundle.key"
        assert party_in(deep) == ""

    def test_an_empty_one(self):
        empty = encrypt_segment(b"", public_key=cn().encryption_key.public_key(), **NAMED)
        assert code_of(opened, empty) == "Refused wire.bundle.key"


class TestParty:
    def test_is_read_without_a_key(self):
        assert PARTY == "mm/019ab000-0000-7000-8000-000000000001"
        assert party_in(SEGMENT) == PARTY

    @pytest.mark.parametrize(
        "header", [{}, [], 7, {"apu": 7}, {"apu": "A"}, {"apu": "ü"}, {"apu": b64(b"\xff")}]
    )
    def test_what_says_nothing(self, header):
        assert party_in(b64(json.dumps(header).encode()).encode() + b".x") == ""
