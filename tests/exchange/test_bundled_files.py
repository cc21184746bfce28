"""Files on sticks: as many pieces as fit, the rest on the next; kept by the node that reads them."""

import io
from typing import Any

import pytest

from isthmus.exchange.models import Attachment, Chunk, Direction, Naming, Stream
from isthmus.exchange.services import attachments
from isthmus.exchange.services.bundles import export_bundle, exporting, import_bundle
from isthmus.exchange.services.erasure import erase
from isthmus.exchange.services.inbox import receive
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.wire.attachment import CHUNK_BYTES, split
from isthmus.wire.bundle_content import AttachedChunks, BundleContent
from tests.exchange.attached import CALLS, KIND, content_of, keep, reference_of, report, send_report
from tests.exchange.crossed import PERSON, row_of, settle_all
from tests.foreign import ForeignNode


def take_home(cn: ForeignNode, partner: Partner) -> tuple[BundleContent, int]:
    file = io.BytesIO()
    done = export_bundle(partner, file, actor="operator")
    return cn.open(file.getvalue(), keystore.in_use(KeyPurpose.SEAL).certificate), done.chunks_left


def plug_in(cn: ForeignNode, tokens: list[str] | None = None, **content: Any) -> Any:
    own = keystore.in_use(KeyPurpose.ENCRYPTION).certificate
    return import_bundle(io.BytesIO(cn.bundle(tokens or [], encryption=own, **content)), actor="operator")


def carried(content: BundleContent) -> list[int]:
    return [index for attached in content.attachments for index in attached.chunks]


class TestWriting:
    def test_a_bundle_carries_the_file_of_a_record_that_it_carries(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        data = content_of(2, tail=5)
        send_report("R-1", keep(data))
        content, left = take_home(cn, partner)
        (attached,) = content.attachments
        assert (b"".join(attached.chunks.values()), left) == (data, 0)

    def test_what_does_not_fit_goes_with_the_next_and_a_lost_stick_is_made_good(
        self, cn: ForeignNode, partner: Partner, reports: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send_report("R-1", keep(content_of(5)))
        settle_all(cn)
        monkeypatch.setattr(exporting, "MAX_RECORD_BYTES", 2 * CHUNK_BYTES)
        sticks = [take_home(cn, partner) for _ in range(4)]
        assert [(carried(content), left) for content, left in sticks] == [
            ([0, 1], 3),
            ([2, 3], 3),
            ([4], 4),
            ([0, 1], 3),
        ]

    def test_a_file_that_the_partner_says_it_has_is_carried_no_more(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        digest = keep(b"one").sha256
        send_report("R-1", keep(b"one"))
        settle_all(cn)
        plug_in(cn, held=(digest,))
        assert Naming.objects.get().arrived_at is not None
        assert take_home(cn, partner)[0].attachments == ()

    def test_what_was_erased_is_not_carried(self, cn: ForeignNode, partner: Partner, reports: Any) -> None:
        send_report("R-1", keep(b"one"))
        erase([row_of("R-1")], **PERSON)
        assert take_home(cn, partner)[0].attachments == ()

    def test_records_behind_the_end_of_the_stick_leave_their_files_behind(
        self, cn: ForeignNode, partner: Partner, reports: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send_report("R-1", keep(b"one"))
        monkeypatch.setattr(exporting, "MAX_RECORDS", 1)
        content, _ = take_home(cn, partner)
        assert (len(content.records), content.attachments) == (1, ())

    def test_two_records_over_one_file_carry_it_once(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        send_report("R-1", keep(b"one"))
        send_report("R-2", keep(b"one"))
        assert carried(take_home(cn, partner)[0]) == [0]


class TestReading:
    def test_records_and_files_of_one_stick_are_both_kept(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        data = content_of(2, tail=5)
        manifest, chunks = split(data)
        token = cn.send(KIND, report("C-1", reference_of(data)), subject="C-1", agreement=reports.uuid)
        files = (AttachedChunks(manifest, dict(enumerate(chunks))),)
        for taken, whole in ((3, 1), (0, 0)):
            told = plug_in(cn, [token], attachments=files)
            assert (told.chunks, told.files, told.problems) == (taken, whole, [])
        assert b"".join(attachments.chunks_of(Attachment.objects.get())) == data
        assert [type(call).__name__ for call in CALLS] == ["Received", "Arrived"]
        assert take_home(cn, partner)[0].held == (manifest.sha256,)

    def test_a_file_comes_together_from_sticks_and_the_line(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        data = content_of(2, tail=5)
        manifest, chunks = split(data)
        body = report("C-1", reference_of(data))
        receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
        plug_in(cn, attachments=(AttachedChunks(manifest, {2: chunks[2]}),))
        assert attachments.accept_manifest(partner, manifest) == (range(2),)
        attachments.store_chunk(partner, manifest.sha256, 0, chunks[0])
        told = plug_in(cn, attachments=(AttachedChunks(manifest, dict(enumerate(chunks))),))
        assert (told.chunks, told.files) == (1, 1)

    def test_a_file_without_its_record_is_left_with_words(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        manifest, chunks = split(b"unasked")
        told = plug_in(cn, attachments=(AttachedChunks(manifest, {0: chunks[0]}),))
        assert "no accepted record names" in told.problems[0]
        assert not Chunk.objects.exists()

    def test_a_file_for_which_there_is_no_room_is_a_problem_and_no_error(
        self, cn: ForeignNode, partner: Partner, reports: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from isthmus.exchange.services.attachments import keeping

        monkeypatch.setattr(keeping, "has_room", lambda size, **_: False)
        manifest, chunks = split(b"large")
        token = cn.send(KIND, report("C-1", reference_of(b"large")), subject="C-1", agreement=reports.uuid)
        told = plug_in(cn, [token], attachments=(AttachedChunks(manifest, {0: chunks[0]}),))
        assert (told.taken, told.chunks) == (1, 0)
        assert "MiB" in told.problems[0]


def test_a_bundle_without_later_kinds_reads_as_before(
    cn: ForeignNode, partner: Partner, reports: Any
) -> None:
    send_report("R-1")
    file = io.BytesIO()
    manifest = export_bundle(partner, file, actor="operator").manifest
    assert "keys" not in manifest.counts.to_json()
    assert Stream.objects.filter(direction=Direction.OUT).exists()
