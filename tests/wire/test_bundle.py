import io
import json
import os
import re
import tempfile
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from isthmus.kit import ids
from isthmus.wire import bundle, bundle_content, envelope, jws, keys, manifest
from isthmus.wire.attachment import split
from isthmus.wire.bundle import (
    open_bundle,
    read_manifest,
    verify_manifest,
    write_bundle,
    write_bundle_to,
)
from isthmus.wire.bundle_content import AttachedChunks, BundleContent
from isthmus.wire.manifest import MAX_RANGES, Counts, Manifest
from isthmus.wire.places import StreamRange
from tests.wire.samples import NOW, RECORD_ID, cn, code_of, make_node, mm, p256, record_token
from tests.wire.test_bundle_content import FULL
from tests.wire.test_places import chain, gone

RECORDS = tuple(chain(1, 4))
CONTENT = BundleContent("note", records=RECORDS, receipts=("a.b.c",))
PHOTO, PHOTO_CHUNKS = split(os.urandom(3_000_000))  # does not compress: several segments
ID = UUID("019ab000-0000-7000-8000-0000000000b1")
MD = make_node("md", "Moldova Customs", "MD", 5000)


def write(content=CONTENT, **changes):
    members = {
        "seal": mm().seal,
        "seal_key": mm().seal_key,
        "encryption": cn().encryption,
        "created": NOW,
        "bundle_id": ID,
    }
    return write_bundle(content, **{**members, **changes})


BUNDLE = write()
OTHER = write(bundle_id=RECORD_ID)
LONG = write(BundleContent("note", attachments=(AttachedChunks(PHOTO, dict(enumerate(PHOTO_CHUNKS))),)))


def opened(data, **changes):
    members = {"node": "cn", "encryption_key": cn().encryption_key, "seal": mm().seal}
    return open_bundle(io.BytesIO(data), **{**members, **changes})


def manifest_of(data):
    return read_manifest(io.BytesIO(data))[1]


def signed_again(data, key=None, kid=None, **changes):
    """The bundle under a manifest with changed members, signed with the sender's or another key."""
    line, _, rest = data.partition(b"\n")
    members = json.loads(jws.parse(line.decode(), typ=jws.BUNDLE).payload)
    payload = json.dumps({**members, **changes}).encode()
    token = jws.sign(payload, key=key or mm().seal_key, kid=kid or mm().kid, typ=jws.BUNDLE)
    return token.encode() + b"\n" + rest


def sealed(raw, size=None, **changes):
    """A bundle whose opened content is these bytes, whatever its manifest says of them."""
    encryption_key = cn().encryption_key.public_key()
    kid = keys.thumbprint(cn().encryption)
    lines = [
        envelope.encrypt_segment(piece, public_key=encryption_key, kid=kid, party=f"mm/{ID}", receiver="cn")
        + b"\n"
        for piece in envelope.compress([raw])
    ]
    rest = b"".join(lines)
    return signed_again(
        BUNDLE.partition(b"\n")[0] + b"\n" + rest,
        content_bytes=size or len(raw),
        ciphertext_bytes=len(rest),
        ciphertext_sha256=sha256(rest).hexdigest(),
        **changes,
    )


class TestManifest:
    def test_says_what_is_inside_without_any_key(self):
        unverified, found = read_manifest(io.BytesIO(BUNDLE))
        rest = BUNDLE.partition(b"\n")[2]
        assert (unverified.typ, unverified.kid) == ("isthmus-bundle+jws", mm().kid)
        assert (
            json.loads(unverified.payload)
            == found.to_json()
            == {
                "version": 1,
                "id": str(ID),
                "from": "mm",
                "to": "cn",
                "created": "2026-11-23T10:02:00Z",
                "streams": [{"stream": "mm>cn#1", "from_seq": 1, "to_seq": 4}],
                "counts": {
                    "records": 4,
                    "erased": 0,
                    "receipts": 1,
                    "refusals": 0,
                    "notes": 0,
                    "proofs": 0,
                    "attachments": 0,
                    "chunks": 0,
                },
                "encryption_kid": keys.thumbprint(cn().encryption),
                "content_bytes": sum(len(found) for found in bundle_content.write_entries(CONTENT)),
                "ciphertext_bytes": len(rest),
                "ciphertext_sha256": sha256(rest).hexdigest(),
            }
        )

    def test_is_the_first_line_of_an_ascii_file(self):
        assert BUNDLE.isascii()
        assert re.fullmatch(
            rb"([\w-]+\.){2}[\w-]+\n(([\w-]+\.){2}[\w-]+\.[\w-]+\.[\w-]+\n)+", BUNDLE.replace(b"..", b".x.")
        )

    def test_is_verified_against_the_sender_s_seal(self):
        unverified, found = read_manifest(io.BytesIO(BUNDLE))
        verify_manifest(unverified, found, mm().seal)
        assert code_of(verify_manifest, unverified, found, cn().seal) == "Refused wire.bundle.signer"

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "BadInput wire.bundle.form"),
            (b"\n", "BadInput wire.jws.form"),
            (b"PK\3\4" + bytes(400), "BadInput wire.bundle.form"),
            (b"x" * (manifest._MAX_MANIFEST + 1) + b"\n", "BadInput wire.bundle.form"),
            (b"\xff\xfe\n", "BadInput wire.jws.form"),
            (BUNDLE.partition(b"\n")[0], "BadInput wire.bundle.form"),
            (BUNDLE[:100], "BadInput wire.bundle.form"),
            (RECORDS[0].encode() + b"\n", "Refused wire.jws.type"),
            (signed_again(BUNDLE, version=2), "Refused wire.bundle.version"),
            (signed_again(BUNDLE, version=0), "Refused wire.bundle.version"),
            (signed_again(BUNDLE, version="1"), "BadInput wire.bundle.invalid"),
            (signed_again(BUNDLE, to="CN"), "BadInput wire.bundle.invalid"),
            (signed_again(BUNDLE, more=1), "BadInput wire.bundle.invalid"),
            (signed_again(BUNDLE, content_bytes=manifest.MAX_CONTENT + 1), "BadInput wire.bundle.invalid"),
            (
                signed_again(BUNDLE, ciphertext_bytes=manifest.MAX_CIPHERTEXT + 1),
                "BadInput wire.bundle.invalid",
            ),
            (signed_again(BUNDLE, content_bytes=0), "BadInput wire.bundle.invalid"),
            (
                jws.sign(b"[]", key=mm().seal_key, kid=mm().kid, typ=jws.BUNDLE).encode() + b"\n",
                "BadInput wire.bundle.invalid",
            ),
        ],
        ids=[f"case-{number}" for number in range(17)],
    )
    def test_what_does_not_begin_with_one(self, data, code):
        assert code_of(read_manifest, io.BytesIO(data)) == code

    def test_the_largest_still_fits_into_its_line(self):
        name = "a" * 31
        streams = tuple(
            StreamRange(stream=f"{name}>{name}#999999999", from_seq=2**52 + n, to_seq=2**53 - 1)
            for n in range(MAX_RANGES)
        )
        most = dict.fromkeys(Counts.model_fields, bundle_content.MAX_ENTRIES)
        largest = manifest_of(BUNDLE).model_copy(update={"streams": streams, "counts": Counts(**most)})
        token = jws.sign(largest.to_bytes(), key=mm().seal_key, kid=mm().kid, typ=jws.BUNDLE)
        assert manifest_of(token.encode() + b"\n") == largest
        assert Manifest.from_bytes(largest.to_bytes()) == largest


class TestWrite:
    def test_is_opened_again(self):
        assert opened(BUNDLE) == CONTENT

    def test_everything_a_bundle_can_hold(self):
        content = BundleContent(
            FULL.checkpoint,
            FULL.notes,
            RECORDS[:2] + RECORDS[3:],
            (gone(3, leaf=json.loads(jws.parse(RECORDS[3], typ=jws.RECORD).payload)["prev"]),),
            FULL.receipts,
            FULL.refusals,
            FULL.proofs,
            FULL.attachments,
        )
        data = write(content)
        assert opened(data) == content
        assert [found.to_seq for found in manifest_of(data).streams] == [4]

    def test_a_checkpoint_alone(self):
        assert opened(write(BundleContent("note"))) == BundleContent("note")

    def test_several_segments(self):
        assert LONG.count(b"\n") == 4
        (attached,) = opened(LONG).attachments
        assert b"".join(attached.chunks.values()) == b"".join(PHOTO_CHUNKS)

    def test_to_a_file_through_a_temporary_one(self):
        with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as scratch:
            found = write_bundle_to(
                file,
                CONTENT,
                seal=mm().seal,
                seal_key=mm().seal_key,
                encryption=cn().encryption,
                created=NOW,
                scratch=scratch,
            )
            assert scratch.tell() == found.ciphertext_bytes
            assert read_manifest(file)[1] == found
            assert open_bundle(file, node="cn", encryption_key=cn().encryption_key, seal=mm().seal) == CONTENT
            assert found.id.version == 7

    def test_each_has_an_id_of_its_own(self, monkeypatch):
        monkeypatch.setattr(ids, "uuid7", lambda: RECORD_ID)
        assert manifest_of(write(bundle_id=None)).id == RECORD_ID

    def test_nothing_of_the_content_is_in_clear(self):
        payload = RECORDS[0].split(".")[1].encode()
        assert payload[:60] not in BUNDLE
        assert RECORDS[0].encode()[-60:] not in BUNDLE

    @pytest.mark.parametrize(
        "changes",
        [{"seal": mm().log}, {"seal": mm().root}, {"encryption": cn().seal}, {"encryption": cn().log}],
    )
    def test_certificates_of_other_uses(self, changes):
        assert code_of(write, **changes) == "BadInput wire.bundle.parties"

    def test_content_of_other_nodes(self):
        assert code_of(write, encryption=MD.encryption) == "Refused wire.bundle.stranger"

    def test_limits(self, monkeypatch):
        monkeypatch.setattr(bundle, "MAX_CONTENT", 10)
        assert code_of(write) == "BadInput wire.bundle.size"
        assert opened(write(BundleContent("notes"))) == BundleContent("notes")  # five and five bytes
        assert code_of(write, BundleContent("notes6")) == "BadInput wire.bundle.size"
        monkeypatch.undo()
        monkeypatch.setattr(bundle, "MAX_RANGES", 2)
        assert opened(write(BundleContent("n", erased=(gone(1), gone(3))))).erased == (gone(1), gone(3))
        scattered = BundleContent("n", erased=(gone(1), gone(3), gone(5)))
        assert code_of(write, scattered) == "BadInput wire.bundle.size"
        monkeypatch.setattr(bundle, "MAX_ENTRIES", 3)
        assert opened(write(BundleContent("n", receipts=("a", "b")))).receipts == ("a", "b")
        assert code_of(write, BundleContent("n", receipts=("a", "b", "c"))) == "BadInput wire.bundle.size"

    def test_the_limits_themselves(self):
        assert manifest.MAX_CONTENT == 128 * 1024 * 1024
        # Noise of the largest size, in base64 with gzip's own five bytes a block, still passes.
        segments = manifest.MAX_CONTENT // envelope.SEGMENT_BYTES + 1
        assert segments * envelope.MAX_SEGMENT < manifest.MAX_CIPHERTEXT == 192 * 1024 * 1024


class TestOpen:
    def test_meant_for_another_node(self):
        assert code_of(opened, BUNDLE, node="md") == "Refused wire.bundle.receiver"

    def test_any_number_of_times(self):
        file = io.BytesIO(BUNDLE)
        for _ in range(2):
            assert open_bundle(file, node="cn", encryption_key=cn().encryption_key, seal=mm().seal) == CONTENT

    @pytest.mark.parametrize("key", [p256(9), mm().encryption_key, cn().seal_key])
    def test_another_key(self, key):
        assert code_of(opened, BUNDLE, encryption_key=key) == "Refused wire.bundle.key"

    def test_another_sender_s_seal(self):
        assert code_of(opened, BUNDLE, seal=cn().seal) == "Refused wire.bundle.signer"

    def test_a_manifest_that_was_changed(self):
        header, payload, signature = BUNDLE.partition(b"\n")[0].split(b".")
        other = OTHER.partition(b"\n")[0].split(b".")[1]
        forged = b".".join([header, other, signature]) + b"\n" + OTHER.partition(b"\n")[2]
        assert payload != other
        assert code_of(opened, forged) == "Refused wire.signature.invalid"
        assert code_of(opened, signed_again(BUNDLE, key=p256(9))) == "Refused wire.signature.invalid"

    def test_a_stranger_who_claims_the_content_as_its_own(self):
        claimed = signed_again(BUNDLE, key=MD.seal_key, kid=MD.kid)
        assert code_of(opened, claimed, seal=MD.seal) == "Refused wire.bundle.sender"
        renamed = signed_again(BUNDLE, key=MD.seal_key, kid=MD.kid, **{"from": "md"})
        assert code_of(opened, renamed, seal=MD.seal) == "Refused wire.bundle.key"

    def test_sent_on_to_another_receiver(self):
        turned = signed_again(BUNDLE, to="md")
        assert code_of(opened, turned, node="md") == "Refused wire.bundle.key"

    @pytest.mark.parametrize(
        "changes",
        [
            {"streams": []},
            {"streams": [{"stream": "mm>cn#1", "from_seq": 1, "to_seq": 3}]},
            {"streams": [{"stream": "mm>cn#2", "from_seq": 1, "to_seq": 4}]},
            {"counts": {**manifest_of(BUNDLE).counts.to_json(), "records": 5}},
            {"counts": {**manifest_of(BUNDLE).counts.to_json(), "receipts": 0}},
        ],
    )
    def test_a_manifest_that_promises_something_else(self, changes):
        assert code_of(opened, signed_again(BUNDLE, **changes)) == "Refused wire.bundle.manifest"

    def test_records_of_another_stream_than_it_may_carry(self):
        token = record_token(sender="cn", receiver="mm", stream="cn>mm#1")
        raw = b"".join(bundle_content.write_entries(BundleContent("n", records=(token,))))
        assert code_of(opened, sealed(raw)) == "Refused wire.bundle.stranger"

    @pytest.mark.parametrize(
        ("raw", "size", "code"),
        [
            (b"N\0\0\0\1n", 5, "BadInput wire.bundle.compression"),
            (b"N\0\0\0\1n", 7, "BadInput wire.bundle.compression"),
            (bytes(30_000_000), 1000, "BadInput wire.bundle.compression"),
            (b"N\0\0\0\1nX\0\0\0\0", None, "BadInput wire.bundle.content"),
            (b"N\0\0\0\2n", None, "BadInput wire.bundle.content"),
        ],
    )
    def test_a_hostile_sender(self, raw, size, code):
        assert code_of(opened, sealed(raw, size)) == code

    @pytest.mark.parametrize(
        "rest",
        [
            b"x" * 50,  # no end of a line
            b"x" * (envelope.MAX_SEGMENT + 1) + b"\n",
            BUNDLE.partition(b"\n")[2][:-1] + b" \n",
            b"\n" * 3,
        ],
    )
    def test_segments_that_nobody_wrote_so(self, rest):
        data = signed_again(
            BUNDLE.partition(b"\n")[0] + b"\n" + rest,
            ciphertext_bytes=len(rest),
            ciphertext_sha256=sha256(rest).hexdigest(),
        )
        expected = "BadInput wire.bundle.content" if rest[:2] == b"xx" else "Refused wire.bundle.key"
        assert code_of(opened, data) == expected

    def test_a_file_that_changes_while_it_is_read(self):
        class Restless(io.BytesIO):
            """Another bundle of the same length from the second look on."""

            def readline(self, size=-1):
                line = super().readline(size)
                if line.count(b".") == 4 and self.looks == 2:
                    line = encrypt_again(line)
                self.looks += line.count(b".") == 4
                return line

            looks = 0

        def encrypt_again(line):
            again = envelope.encrypt_segment(
                envelope.decrypt_segment(
                    line[:-1],
                    private_key=cn().encryption_key,
                    kid=keys.thumbprint(cn().encryption),
                    party=f"mm/{ID}",
                    receiver="cn",
                ),
                public_key=cn().encryption_key.public_key(),
                kid=keys.thumbprint(cn().encryption),
                party=f"mm/{ID}",
                receiver="cn",
            )
            return again + b"\n"

        file = Restless(BUNDLE)
        file.looks = 1
        code = code_of(open_bundle, file, node="cn", encryption_key=cn().encryption_key, seal=mm().seal)
        assert code == "Refused wire.bundle.altered"


def test_a_bundle_made_later_says_so():
    assert manifest_of(write(created=NOW + timedelta(days=1))).created == NOW + timedelta(days=1)
