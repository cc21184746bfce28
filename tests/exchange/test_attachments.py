"""Files beside records: kept once, named by records, taken chunk by chunk, told to the application."""

import io
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.exchange.models import Alarm, Attachment, AttachmentState, Chunk, Naming, Record
from isthmus.exchange.rules.storage import MIB, has_room, next_chunks
from isthmus.exchange.services import attachments
from isthmus.exchange.services.attachments import arriving, keeping
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.quarantine import run_again
from isthmus.kit.errors import BadInput, NotFound, Refused
from isthmus.trust.models import Partner
from isthmus.wire.attachment import MAX_BYTES, AttachmentManifest, split
from tests.exchange import attached
from tests.exchange.attached import CALLS, KIND, content_of, keep, reference_of, report, send_report
from tests.exchange.crossed import arrive
from tests.foreign import ForeignNode


def state_of(data: bytes) -> str:
    return Attachment.objects.get(sha256=split(data)[0].sha256).state


class TestKeeping:
    def test_a_file_is_cut_and_can_be_read_again(self, node: str) -> None:
        data = content_of(2, tail=7)
        reference = keep(data)
        row = Attachment.objects.get()
        assert (reference.sha256, reference.size) == (split(data)[0].sha256, len(data))
        assert (row.state, row.origin, row.chunks.count()) == (AttachmentState.WHOLE, "mm", 3)
        assert b"".join(attachments.chunks_of(row)) == data

    def test_twice_is_kept_once(self, node: str) -> None:
        assert keep(b"one") == keep(b"one")
        assert (Attachment.objects.count(), Chunk.objects.count()) == (1, 1)

    @pytest.mark.parametrize("size", [0, MAX_BYTES + 1])
    def test_of_no_bytes_or_more_than_fifty_mebibytes_is_refused(self, node: str, size: int) -> None:
        class Zeros(io.BytesIO):
            left = size

            def seek(self, *_: Any) -> int:
                return 0

            def read(self, wanted: int | None = -1) -> bytes:
                piece = min(wanted or 0, self.left)
                self.left -= piece
                return bytes(piece)

        with pytest.raises(BadInput, match="50 MiB"):
            attachments.keep(Zeros(), name="x", media_type="a/b", actor="clerk")
        assert not Attachment.objects.exists()

    def test_a_name_that_cannot_travel_is_refused(self, node: str) -> None:
        with pytest.raises(BadInput):
            keep(b"x", name="../passwd")
        assert not Attachment.objects.exists()

    def test_beyond_what_the_node_sets_aside_is_refused_with_words(
        self, node: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keeping, "has_room", lambda size, **_: False)
        with pytest.raises(Refused) as caught:
            keep(b"x")
        assert caught.value.code == "exchange.storage-full"
        assert "ISTHMUS_ATTACHMENT_STORAGE_MIB" in caught.value.next_step
        assert not Attachment.objects.exists()

    def test_fifty_mebibytes_are_kept_and_read_in_little_memory(self, node: str) -> None:
        file = io.BytesIO(content_of(200))
        tracemalloc.start()
        try:
            attachments.keep(file, name="large.bin", media_type="a/b", actor="clerk")
            row = Attachment.objects.get()
            assert sum(len(chunk) for chunk in attachments.chunks_of(row)) == MAX_BYTES
            assert tracemalloc.get_traced_memory()[1] < 8 * MIB
        finally:
            tracemalloc.stop()


class TestPublishing:
    def test_a_record_is_linked_to_the_files_that_it_names(self, reports: Any) -> None:
        first, second = keep(b"one", "a.pdf"), keep(b"two", "b.pdf")
        row = send_report("R-1", first, second, first)
        assert list(Naming.objects.filter(leaf=row.leaf).values_list("name", "attachment__sha256")) == [
            ("a.pdf", first.sha256),
            ("b.pdf", second.sha256),
        ]

    def test_a_file_that_is_not_here_cannot_be_named(self, reports: Any) -> None:
        with pytest.raises(Refused) as caught:
            send_report("R-1", keep(b"one"), reference_of(b"elsewhere"))
        assert caught.value.code == "exchange.attachment-missing"
        assert not Record.objects.filter(subject="R-1").exists()
        assert not Naming.objects.exists()

    def test_a_size_that_the_file_has_not_is_refused(self, reports: Any) -> None:
        with pytest.raises(Refused, match="is not here"):
            send_report("R-1", keep(b"one").model_copy(update={"size": 4}))

    def test_two_sizes_for_one_file_or_too_many_files_are_refused(
        self, reports: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = keep(b"one")
        with pytest.raises(BadInput, match="two sizes"):
            send_report("R-1", one, one.model_copy(update={"size": 4}))
        monkeypatch.setattr(attachments.naming, "MOST_NAMED", 1)
        with pytest.raises(BadInput, match="at most"):
            send_report("R-1", one, keep(b"two"))

    def test_a_partners_file_can_be_passed_on(self, cn: ForeignNode, partner: Partner, reports: Any) -> None:
        body = report("C-1", reference_of(b"theirs"))
        receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
        arrive(partner, b"theirs")
        row = send_report("R-1", reference_of(b"theirs"))
        assert Naming.objects.get(leaf=row.leaf).attachment.origin == "cn"


@pytest.fixture
def named(cn: ForeignNode, partner: Partner, reports: Any) -> bytes:
    """A file of three chunks that an accepted record of the partner names."""
    data = content_of(2, tail=9)
    body = report("C-1", reference_of(data))
    receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
    CALLS.clear()
    return data


class TestArriving:
    def test_chunks_may_come_in_any_order_and_the_application_is_told_once(
        self, partner: Partner, named: bytes
    ) -> None:
        manifest, chunks = split(named)
        assert attachments.accept_manifest(partner, manifest) == (range(3),)
        done = [
            attachments.store_chunk(partner, manifest.sha256, index, chunks[index])
            for index in (2, 0, 2, 0, 1, 1)
        ]
        assert done == [False, False, False, False, True, True]
        assert (state_of(named), attachments.accept_manifest(partner, manifest)) == ("whole", ())
        (told,) = CALLS
        assert (told.subject, told.name, told.size) == ("C-1", "invoice.pdf", len(named))
        assert b"".join(attachments.chunks_of(Attachment.objects.get())) == named

    @pytest.mark.parametrize("had", [set(), {0}, {1}, {0, 2}, {1, 2}])
    def test_after_a_cut_only_what_is_missing_is_asked_for(
        self, partner: Partner, named: bytes, had: set[int]
    ) -> None:
        manifest, chunks = split(named)
        attachments.accept_manifest(partner, manifest)
        for index in had:
            attachments.store_chunk(partner, manifest.sha256, index, chunks[index])
        gaps = attachments.accept_manifest(partner, manifest)
        assert [index for gap in gaps for index in gap] == sorted({0, 1, 2} - had)

    def test_a_damaged_a_foreign_and_a_chunk_beyond_the_end_are_refused(
        self, partner: Partner, named: bytes
    ) -> None:
        manifest, chunks = split(named)
        with pytest.raises(NotFound, match="manifest"):
            attachments.store_chunk(partner, manifest.sha256, 0, chunks[0])
        attachments.accept_manifest(partner, manifest)
        for index, wrong in ((0, chunks[1]), (0, chunks[0] + b"x"), (2, chunks[2][:-1]), (1, b"")):
            with pytest.raises(Refused, match="changed or damaged"):
                attachments.store_chunk(partner, manifest.sha256, index, wrong)
        with pytest.raises(BadInput, match="no chunk 3"):
            attachments.store_chunk(partner, manifest.sha256, 3, chunks[0])
        assert not Chunk.objects.exists()

    def test_what_no_accepted_record_names_is_not_taken(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        manifest, chunks = split(b"unasked")
        for attempt in (
            lambda: attachments.accept_manifest(partner, manifest),
            lambda: attachments.store_chunk(partner, manifest.sha256, 0, chunks[0]),
        ):
            with pytest.raises(NotFound, match="No accepted record"):
                attempt()
        refused = {**report("C-1", reference_of(b"unasked")), "unknown": "field"}
        receive(partner, [cn.send(KIND, refused, subject="C-1", agreement=reports.uuid)])
        with pytest.raises(NotFound):
            attachments.accept_manifest(partner, manifest)
        assert not Attachment.objects.exists()

    def test_a_record_with_a_faulty_reference_is_refused_with_the_reason(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        faulty = report("C-1", reference_of(b"x"))
        faulty["papers"][0]["name"] = "a/b"
        receive(partner, [cn.send(KIND, faulty, subject="C-1", agreement=reports.uuid)])
        row = Record.objects.get(subject="C-1")
        assert (row.verdict, row.verdict_code) == ("refused", "wire.attachment.invalid")

    def test_the_same_bytes_from_this_node_do_not_tell_the_partner_that_they_are_here(
        self, partner: Partner, named: bytes
    ) -> None:
        keep(named)
        assert attachments.accept_manifest(partner, split(named)[0]) == (range(3),)

    def test_another_size_than_the_record_says_is_refused(self, partner: Partner, named: bytes) -> None:
        Attachment.objects.update(size=4)
        with pytest.raises(Refused, match="its manifest says"):
            attachments.accept_manifest(partner, split(named)[0])

    def test_a_manifest_of_another_file_under_this_name_begins_anew_in_the_end(
        self, partner: Partner, named: bytes
    ) -> None:
        sound, _ = split(named)
        false, others = split(content_of(2, tail=9, seed=5))
        lying = AttachmentManifest.from_json({**false.to_json(), "sha256": sound.sha256})
        attachments.accept_manifest(partner, lying)
        for index in (0, 1):
            attachments.store_chunk(partner, sound.sha256, index, others[index])
        with pytest.raises(Refused) as caught:
            attachments.store_chunk(partner, sound.sha256, 2, others[2])
        assert caught.value.code == "wire.attachment.whole"
        assert (Chunk.objects.count(), Attachment.objects.get().manifest, CALLS) == (0, None, [])
        assert arrive(partner, named)

    def test_a_true_manifest_after_a_false_one_replaces_it(self, partner: Partner, named: bytes) -> None:
        sound, _ = split(named)
        false, others = split(content_of(2, tail=9, seed=5))
        lying = AttachmentManifest.from_json({**false.to_json(), "sha256": sound.sha256})
        attachments.accept_manifest(partner, lying)
        attachments.store_chunk(partner, sound.sha256, 0, others[0])
        assert attachments.accept_manifest(partner, sound) == (range(3),)
        assert arrive(partner, named)

    def test_without_room_it_waits_and_the_operator_is_told(
        self, partner: Partner, named: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(keeping, "has_room", lambda size, **_: False)
            with pytest.raises(Refused):
                attachments.accept_manifest(partner, split(named)[0])
        assert Alarm.objects.get(cleared_at=None).code == "exchange.storage-full"
        assert arrive(partner, named)
        assert not Alarm.objects.filter(cleared_at=None).exists()

    def test_a_file_whose_last_step_was_cut_off_is_completed_at_the_next_offer(
        self, partner: Partner, named: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(arriving, "complete", lambda row: False)
            arrive(partner, named)
        assert state_of(named) == "wanted"
        assert attachments.accept_manifest(partner, split(named)[0]) == ()
        assert (state_of(named), len(CALLS)) == ("whole", 1)

    def test_a_second_record_over_a_file_that_is_here_is_told_at_once(
        self, cn: ForeignNode, partner: Partner, reports: Any, named: bytes
    ) -> None:
        arrive(partner, named)
        CALLS.clear()
        again = report("C-2", reference_of(named, "copy.pdf"))
        receive(partner, [cn.send(KIND, again, subject="C-2", agreement=reports.uuid)])
        assert [getattr(call, "name", "handler") for call in CALLS] == ["handler", "copy.pdf"]

    def test_a_hook_that_fails_costs_no_file_and_raises_an_alarm(
        self, partner: Partner, named: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(arrived: object) -> None:
            raise RuntimeError("no shelf")

        monkeypatch.setattr(attached, "take_arrived", fail)
        assert arrive(partner, named)
        assert state_of(named) == "whole"
        assert "no shelf" in Alarm.objects.get(code="exchange.attachment-unused").message

    def test_a_quarantined_record_is_told_of_its_files_once_it_is_applied(
        self, cn: ForeignNode, partner: Partner, reports: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(received: object) -> None:
            raise RuntimeError("later")

        with monkeypatch.context() as patch:
            patch.setattr(attached, "receive_report", fail)
            body = report("C-1", reference_of(b"file"))
            receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
        arrive(partner, b"file")
        assert CALLS == []
        run_again(Record.objects.get(subject="C-1"), actor="operator")
        assert [type(call).__name__ for call in CALLS] == ["Received", "Arrived"]


class TestRules:
    @pytest.mark.parametrize(("size", "fits"), [(MIB, True), (MIB + 1, False)])
    def test_there_is_room_up_to_the_last_byte(self, size: int, fits: bool) -> None:
        assert has_room(size, held=MIB, limit_mib=2) is fits

    @given(st.sets(st.integers(0, 40)), st.integers(0, 41), st.integers(1, 10))
    def test_rounds_of_bundles_carry_every_missing_chunk(
        self, missing: set[int], begin: int, most: int
    ) -> None:
        due = tuple(sorted(missing))
        carried: list[int] = []
        for _ in range(len(due) + 2):
            chosen, begin = next_chunks(due, begin=begin, most=most)
            assert list(chosen) == sorted(set(chosen) & missing)
            assert len(chosen) <= most
            carried += chosen
        assert set(carried) == missing

    def test_nothing_missing_carries_nothing(self) -> None:
        assert next_chunks((), begin=3, most=5) == ((), 0)
