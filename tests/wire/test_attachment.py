import itertools
import os
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.kit.errors import BadInput
from isthmus.wire import codec
from isthmus.wire.attachment import (
    CHUNK_BYTES,
    MAX_BYTES,
    MAX_CHUNKS,
    SEALING_BYTES,
    AttachmentManifest,
    AttachmentRef,
    decrypt_for_subject,
    encrypt_for_subject,
    join,
    missing,
    references_in,
    split,
    verify_chunk,
)
from tests.wire.samples import code_of

FILE = bytes(range(256)) * 1024 * 2 + b"the end"  # two chunks and seven bytes
MANIFEST, CHUNKS = split(FILE)
REF = {"sha256": "ab" * 32, "size": 12, "media_type": "application/pdf", "name": "Certificate of origin.pdf"}
KEY = bytes(range(32))


def manifest(**changes):
    return AttachmentManifest.from_json({**MANIFEST.to_json(), **changes})


class TestReference:
    def test_four_members(self):
        ref = AttachmentRef.from_json(REF)
        assert ref.to_json() == REF
        assert list(ref.to_json()) == ["sha256", "size", "media_type", "name"]

    @pytest.mark.parametrize(
        "name",
        ["a", "原产地证书.pdf", "گواهی‌نامه.pdf", "ශ්‍රී.jpg", "a" * 200, "v1.2 (final), two.tar.gz", "a.b..c"],
    )
    def test_names_in_any_script(self, name):
        assert AttachmentRef.from_json({**REF, "name": name}).name == name

    @pytest.mark.parametrize(
        ("changes", "where"),
        [
            ({"sha256": "AB" * 32}, "sha256"),
            ({"size": 0}, "size"),
            ({"size": MAX_BYTES + 1}, "size"),
            ({"size": "12"}, "size"),
            ({"media_type": "pdf"}, "media_type"),
            ({"media_type": "Application/PDF"}, "media_type"),
            ({"media_type": "text/html; charset=utf-8"}, "media_type"),
            ({"media_type": "text/html\n"}, "media_type"),
            ({"name": ""}, "name"),
            ({"name": "a" * 201}, "name"),
            ({"name": "../etc/passwd"}, "name"),
            ({"name": "a/b"}, "name"),
            ({"name": "a\\b"}, "name"),
            ({"name": "c:a"}, "name"),
            ({"name": "a\nb"}, "name"),
            ({"name": "a\u0000b"}, "name"),
            ({"name": "a\u0085b"}, "name"),
            ({"name": 'a"b'}, "name"),
            ({"name": ".."}, "the document"),
            ({"name": ".htaccess"}, "the document"),
            ({"name": "a.pdf."}, "the document"),
            ({"name": " a"}, "the document"),
            ({"name": "a\u3000"}, "the document"),
            ({"name": "invoice\u202efdp.exe"}, "the document"),
            ({"name": "a\u2066b"}, "the document"),
            ({"name": "a\u2028b"}, "the document"),
            ({"more": 1}, "more"),
        ],
    )
    def test_refuses_by_member(self, changes, where):
        with pytest.raises(BadInput) as caught:
            AttachmentRef.from_json({**REF, **changes})
        assert caught.value.code == "wire.attachment.invalid"
        assert [fault.where for fault in caught.value.faults] == [where]


class TestReferencesIn:
    def test_at_any_depth_in_the_order_of_the_text(self):
        first, second, third = ({**REF, "size": size} for size in (1, 2, 3))
        body = {"a": first, "b": [{"c": second}, "text", 7, None], "d": {"e": [[third]]}}
        assert [ref.size for ref in references_in(body)] == [1, 2, 3]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            [],
            "text",
            None,
            7,
            {"a": {"sha256": "x"}},
            {**REF, "page": 3},
            {"sha256": "x", "size": 1, "name": "n"},
        ],
    )
    def test_what_has_other_members_is_none(self, body):
        assert list(references_in(body)) == []

    def test_a_wrong_one_is_refused(self):
        assert code_of(list, references_in({"a": {**REF, "size": -1}})) == "BadInput wire.attachment.invalid"


class TestSplit:
    def test_chunks_of_256_kib(self):
        assert CHUNK_BYTES == 256 * 1024
        assert [len(chunk) for chunk in CHUNKS] == [CHUNK_BYTES, CHUNK_BYTES, 7]
        assert b"".join(CHUNKS) == FILE
        assert MANIFEST.to_json() == {
            "sha256": sha256(FILE).hexdigest(),
            "size": 524_295,
            "chunk_bytes": 262_144,
            "chunks": [sha256(chunk).hexdigest() for chunk in CHUNKS],
        }
        assert AttachmentManifest.from_bytes(MANIFEST.to_bytes()) == MANIFEST

    @pytest.mark.parametrize(
        ("size", "lengths"),
        [
            (1, [1]),
            (CHUNK_BYTES, [CHUNK_BYTES]),
            (CHUNK_BYTES + 1, [CHUNK_BYTES, 1]),
            (2 * CHUNK_BYTES, [CHUNK_BYTES] * 2),
        ],
    )
    def test_the_last_chunk_has_what_is_left(self, size, lengths):
        cut, chunks = split(b"x" * size)
        assert [len(chunk) for chunk in chunks] == lengths
        assert [cut.length_of(index) for index in range(len(lengths))] == lengths
        assert code_of(cut.length_of, len(lengths)) == "BadInput wire.attachment.range"
        assert code_of(cut.length_of, -1) == "BadInput wire.attachment.range"

    def test_50_mib_and_not_a_byte_more(self):
        assert MAX_BYTES == 52_428_800
        largest = bytes(MAX_BYTES)
        assert len(split(largest)[1]) == MAX_CHUNKS == 200
        assert code_of(split, largest + b"x") == "BadInput wire.attachment.size"
        assert code_of(split, b"") == "BadInput wire.attachment.size"

    @pytest.mark.parametrize(
        "changes",
        [
            {"size": 2 * CHUNK_BYTES},
            {"size": 3 * CHUNK_BYTES + 1},
            {"size": 0},
            {"size": MAX_BYTES + 1},
            {"chunks": []},
            {"chunks": ["ab" * 32]},
            {"chunk_bytes": 1024},
            {"sha256": ""},
            {"size": 5, "chunks": ["ab" * 32]},  # one chunk, but not the file
        ],
    )
    def test_a_manifest_agrees_with_itself(self, changes):
        assert code_of(manifest, **changes) == "BadInput wire.attachment.invalid"


class TestTransfer:
    def test_each_chunk_proves_itself(self):
        for index, chunk in enumerate(CHUNKS):
            assert verify_chunk(MANIFEST, index, chunk) == chunk

    @pytest.mark.parametrize(
        ("index", "chunk"),
        [(0, CHUNKS[1] + b"x"), (0, CHUNKS[0][:-1]), (0, b"\1" + CHUNKS[0][1:]), (2, CHUNKS[0]), (2, b"")],
    )
    def test_another_chunk_is_refused(self, index, chunk):
        assert code_of(verify_chunk, MANIFEST, index, chunk) == "Refused wire.attachment.chunk"

    def test_a_chunk_of_another_length_than_its_place_has(self):
        longer = b"more than seven bytes"
        lying = manifest(chunks=[*MANIFEST.chunks[:2], sha256(longer).hexdigest()])
        assert code_of(verify_chunk, lying, 2, longer) == "Refused wire.attachment.chunk"

    def test_a_chunk_beyond_the_end(self):
        assert code_of(verify_chunk, MANIFEST, 3, b"") == "BadInput wire.attachment.range"

    @pytest.mark.parametrize(
        ("have", "due"),
        [
            ([], [range(8)]),
            ([0, 1], [range(2, 8)]),
            ([7], [range(7)]),
            ([3], [range(3), range(4, 8)]),
            ([0, 2, 4, 6], [range(1, 2), range(3, 4), range(5, 6), range(7, 8)]),
            (range(8), []),
            ([-1, 8, 99], [range(8)]),
        ],
    )
    def test_what_is_missing(self, have, due):
        whole, _ = split(bytes(8 * CHUNK_BYTES))
        assert missing(whole, have) == tuple(due)

    @given(st.sets(st.integers(0, 199)))
    def test_what_is_missing_and_what_is_there_make_the_whole(self, have):
        whole = AttachmentManifest(
            sha256="ab" * 32, size=MAX_BYTES, chunk_bytes=CHUNK_BYTES, chunks=("cd" * 32,) * 200
        )
        ranges = missing(whole, have)
        assert sorted([*have, *(index for due in ranges for index in due)]) == list(range(200))
        assert all(before.stop < after.start for before, after in itertools.pairwise(ranges))

    def test_joined_from_chunks_in_any_order(self):
        assert join(MANIFEST, {2: CHUNKS[2], 0: CHUNKS[0], 1: CHUNKS[1]}) == FILE

    def test_not_joined_before_all_are_there(self):
        with pytest.raises(Exception, match="still lacks 2 of 3 chunks") as caught:
            join(MANIFEST, {1: CHUNKS[1]})
        assert caught.value.code == "wire.attachment.incomplete"

    def test_not_joined_from_a_wrong_chunk(self):
        wrong = {0: CHUNKS[0], 1: CHUNKS[1], 2: b"The end"}
        assert code_of(join, MANIFEST, wrong) == "Refused wire.attachment.chunk"

    def test_chunks_that_are_not_the_file_named(self):
        assert code_of(join, manifest(sha256="ab" * 32), dict(enumerate(CHUNKS))) == (
            "Refused wire.attachment.whole"
        )


class TestSubject:
    def test_opens_with_the_subject_s_key(self):
        sealed = encrypt_for_subject(b"passport", KEY, subject="person 7")
        assert decrypt_for_subject(sealed, KEY, subject="person 7") == b"passport"
        assert len(sealed) == len(b"passport") + SEALING_BYTES == 8 + 29
        assert sealed[:1] == b"\1"

    def test_two_copies_share_nothing(self):
        first, second = (encrypt_for_subject(b"passport", KEY, subject="person 7") for _ in range(2))
        assert first != second
        assert first[1:13] != second[1:13]
        assert first[13:] != second[13:]

    def test_nothing_of_the_file_or_the_subject_is_left_in_clear(self):
        sealed = encrypt_for_subject(b"passport" * 100, KEY, subject="person 7")
        for secret in (b"passport", b"person 7", sha256(b"passport" * 100).digest()):
            assert secret not in sealed

    @pytest.mark.parametrize(
        ("key", "subject"), [(bytes(32), "person 7"), (KEY, "person 8"), (KEY, ""), (KEY[::-1], "person 7")]
    )
    def test_with_another_key_or_subject_it_stays_shut(self, key, subject):
        sealed = encrypt_for_subject(b"passport", KEY, subject="person 7")
        assert code_of(decrypt_for_subject, sealed, key, subject=subject) == "Refused wire.attachment.subject"

    def test_every_changed_byte_is_found(self):
        sealed = encrypt_for_subject(b"passport", KEY, subject="ဦး")
        for place in range(1, len(sealed)):
            changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
            code = code_of(decrypt_for_subject, changed, KEY, subject="ဦး")
            assert code == "Refused wire.attachment.subject"

    @pytest.mark.parametrize(
        "sealed", [b"", b"\1", b"\1" + bytes(28), b"\2" + bytes(40), b"%PDF-1.7" + bytes(40)]
    )
    def test_what_is_not_sealed(self, sealed):
        assert code_of(decrypt_for_subject, sealed, KEY, subject="s") == "BadInput wire.attachment.form"

    @pytest.mark.parametrize("key", [b"", KEY[:16], KEY + b"x"])
    def test_a_key_of_another_length(self, key):
        assert code_of(encrypt_for_subject, b"x", key, subject="s") == "BadInput wire.attachment.key"
        assert (
            code_of(decrypt_for_subject, b"\1" + bytes(40), key, subject="s")
            == "BadInput wire.attachment.key"
        )

    def test_what_is_sealed_still_fits_an_attachment(self):
        largest = os.urandom(1) * (MAX_BYTES - SEALING_BYTES)
        assert len(encrypt_for_subject(largest, KEY, subject="s")) == MAX_BYTES
        assert (
            code_of(encrypt_for_subject, largest + b"x", KEY, subject="s") == "BadInput wire.attachment.size"
        )
        assert code_of(encrypt_for_subject, b"", KEY, subject="s") == "BadInput wire.attachment.size"
        assert len(encrypt_for_subject(b"x", KEY, subject="s")) == 30


def test_a_reference_takes_its_hash_from_the_manifest():
    ref = AttachmentRef(sha256=MANIFEST.sha256, size=MANIFEST.size, media_type="text/plain", name="a.txt")
    assert codec.decode(ref.to_bytes())["sha256"] == MANIFEST.sha256
