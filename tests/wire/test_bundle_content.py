import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.wire import bundle_content
from isthmus.wire.attachment import CHUNK_BYTES, split
from isthmus.wire.bundle_content import (
    AttachedChunks,
    BundleContent,
    read_entries,
    split_entries,
    write_entries,
)
from isthmus.wire.places import ErasedPlace
from isthmus.wire.proof import proof_from_json
from tests.wire.samples import code_of
from tests.wire.test_proof import CONSISTENCY, INCLUSION

FILE, CHUNKS = split(bytes(2 * CHUNK_BYTES) + b"the end")
SMALL, SMALL_CHUNKS = split(b"small")
GONE = ErasedPlace(stream="mm>cn#1", seq=3, leaf="bb" * 32)
FULL = BundleContent(
    checkpoint="isthmus/mm\n",
    notes=("isthmus/cn — ü\n",),
    records=("a.b.c", "d.e.f"),
    erased=(GONE,),
    receipts=("g.h.i",),
    refusals=("j.k.l",),
    proofs=(proof_from_json(INCLUSION), proof_from_json(CONSISTENCY)),
    attachments=(
        AttachedChunks(FILE, {0: CHUNKS[0], 2: CHUNKS[2]}),
        AttachedChunks(SMALL, {0: SMALL_CHUNKS[0]}),
    ),
)


def written(content):
    return b"".join(write_entries(content))


def read(data):
    return read_entries(split_entries([data]))


def entry(kind, data=b""):
    return kind.encode("latin-1") + len(data).to_bytes(4, "big") + data


NOTE = entry("N", b"note")
MANIFEST = entry("M", FILE.to_bytes())


def chunk(index, data=None):
    return entry("C", index.to_bytes(4, "big") + (CHUNKS[index] if data is None else data))


class TestForm:
    def test_an_entry_is_kind_length_and_bytes(self):
        content = BundleContent("note", records=("a.b.c",), receipts=("r",))
        assert written(content) == b"N\0\0\0\4noteR\0\0\0\5a.b.cT\0\0\0\1r"
        assert read(written(content)) == content

    def test_everything_is_read_back(self):
        assert read(written(FULL)) == FULL
        assert [found[:1] for found in write_entries(FULL)] == list(
            map(str.encode, ["N", "O", "R", "R", "E", "T", "F", "P", "P", "M", "C", "C", "M", "C"])
        )

    def test_what_is_said_about_lost_records_comes_before_the_records(self):
        content = BundleContent("note", recovery=('{"says":"wanted"}',), records=("a.b.c",))
        assert [found[:1] for found in write_entries(content)] == [b"N", b"V", b"R"]
        assert read(written(content)) == content
        assert content.counts()["recovery"] == 1
        assert "recovery" not in FULL.counts()

    def test_counts(self):
        assert FULL.counts() == {
            "records": 2,
            "erased": 1,
            "receipts": 1,
            "refusals": 1,
            "notes": 1,
            "proofs": 2,
            "attachments": 2,
            "chunks": 3,
        }

    def test_chunks_in_their_order_whatever_that_of_the_mapping(self):
        turned = BundleContent("note", attachments=(AttachedChunks(FILE, {2: CHUNKS[2], 0: CHUNKS[0]}),))
        assert written(turned) == NOTE + MANIFEST + chunk(0) + chunk(2)

    def test_an_attachment_may_come_without_chunks(self):
        assert read(NOTE + MANIFEST).attachments == (AttachedChunks(FILE, {}),)

    def test_keys_and_held_files_come_before_the_files_and_are_counted_only_if_there_are_any(self):
        content = BundleContent(
            "note", keys=("a.b.c.d.e",), held=("cc" * 32,), attachments=(AttachedChunks(FILE, {}),)
        )
        raw = NOTE + entry("K", b"a.b.c.d.e") + entry("H", b"cc" * 32) + MANIFEST
        assert (written(content), read(raw)) == (raw, content)
        assert (content.counts()["keys"], content.counts()["held"]) == (1, 1)
        assert not {"keys", "held"} & BundleContent("note").counts().keys()

    @pytest.mark.parametrize("digest", [b"", b"cc" * 31, b"CC" * 32, b"cc" * 33])
    def test_a_held_file_is_named_by_its_hash(self, digest):
        assert code_of(lambda: read(NOTE + entry("H", digest))) == "BadInput wire.bundle.content"

    @given(st.integers(1, 40))
    def test_blocks_may_be_cut_anywhere(self, width):
        content = BundleContent("note", records=("a.b.c", "d" * 50), erased=(GONE,))
        raw = written(content)
        blocks = [raw[start : start + width] for start in range(0, len(raw), width)]
        assert read_entries(split_entries(blocks)) == content

    def test_what_cannot_be_written(self):
        long = BundleContent("x" * (bundle_content._LONGEST + 1))
        assert code_of(written, long) == "BadInput wire.bundle.content"
        assert len(written(BundleContent("x" * bundle_content._LONGEST))) == bundle_content._LONGEST + 5
        wrong = BundleContent("note", attachments=(AttachedChunks(FILE, {0: b"x"}),))
        assert code_of(written, wrong) == "Refused wire.attachment.chunk"


class TestRefused:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"N",
            NOTE[:-1],
            NOTE + b"R\0\0\0",
            NOTE + NOTE,
            entry("R", b"a.b.c"),
            NOTE + entry("X", b"a"),
            NOTE + entry("\xff", b"a"),
            NOTE + entry("T", b"r") + entry("R", b"a"),
            entry("R", b"a") + NOTE,
            NOTE + entry("P", b"{}") + entry("E", GONE.to_bytes()),
            NOTE + entry("R", b"\xff"),
            NOTE + b"R\x7f\xff\xff\xff",
            NOTE + b"R" + (bundle_content._LONGEST + 1).to_bytes(4, "big") + b"x",
            NOTE + chunk(0),
            NOTE + MANIFEST + chunk(2) + chunk(0),
            NOTE + MANIFEST + chunk(0) + chunk(0),
            NOTE + MANIFEST + entry("C", b"\0\0\0\0"),
            NOTE + MANIFEST + entry("C", b""),
            NOTE + MANIFEST + MANIFEST,
            NOTE + MANIFEST + chunk(0) + MANIFEST + chunk(2),
            NOTE + MANIFEST + chunk(0) + entry("R", b"a"),
        ],
    )
    def test_what_its_sender_would_not_write(self, data):
        codes = {code_of(read, data)}
        assert codes <= {"BadInput wire.bundle.content", "BadInput wire.proof.invalid"}
        assert (codes == {"BadInput wire.proof.invalid"}) == (b"P\0\0\0\2{}" in data)

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (entry("E", b"{}"), "BadInput wire.erasure.invalid"),
            (entry("P", b"[]"), "BadInput wire.proof.invalid"),
            (entry("P", b'{"a":1,"a":2}'), "BadInput wire.codec.duplicate"),
            (entry("M", b"{}"), "BadInput wire.attachment.invalid"),
            (MANIFEST + chunk(1, CHUNKS[2]), "Refused wire.attachment.chunk"),
            (MANIFEST + entry("C", b"\0\0\0\3x"), "BadInput wire.attachment.range"),
        ],
    )
    def test_a_wrong_entry_is_refused_by_its_own_name(self, data, code):
        assert code_of(read, NOTE + data) == code

    def test_proofs_come_before_attachments_and_after_answers(self):
        proof = entry("P", FULL.proofs[0].to_bytes())
        assert read(NOTE + proof + MANIFEST).proofs == FULL.proofs[:1]
        assert code_of(read, NOTE + MANIFEST + proof) == "BadInput wire.bundle.content"
        assert code_of(read, NOTE + proof + entry("F", b"a.b.c")) == "BadInput wire.bundle.content"

    def test_a_hundred_thousand_entries_and_not_one_more(self):
        entries = itertools.chain([NOTE], itertools.repeat(entry("R"), bundle_content.MAX_ENTRIES - 1))
        assert sum(1 for _ in split_entries(entries)) == bundle_content.MAX_ENTRIES == 100_000
        more = itertools.repeat(entry("R"), bundle_content.MAX_ENTRIES + 1)
        assert code_of(list, split_entries(more)) == "BadInput wire.bundle.content"

    @given(st.binary(max_size=60))
    def test_never_fails_otherwise(self, data):
        assert code_of(read, entry("R") + data).startswith("BadInput wire.")

    def test_every_truncation_is_found(self):
        data = written(BundleContent("note", records=("a.b.c",)))
        whole = {len(data), len(NOTE)}
        for end in range(len(data)):
            if end not in whole:
                assert code_of(read, data[:end]) == "BadInput wire.bundle.content"
