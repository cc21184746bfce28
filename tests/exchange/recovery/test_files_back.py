"""Files beside records that a node lost, and files that a partner lost which it had before."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from isthmus.exchange import registry
from isthmus.exchange.delivery.files import due_partners, file_turn
from isthmus.exchange.delivery.turns import tokens_after
from isthmus.exchange.file_watch import watch
from isthmus.exchange.models import Alarm, Attachment, Carriage, Naming, Record, SubjectKey
from isthmus.exchange.services import subjects
from isthmus.exchange.services.bundles import export_bundle, import_bundle
from isthmus.exchange.services.erasure.retention import drop_unused
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.recovery import taking
from isthmus.exchange.services.recovery.exchange_form import GivenBack
from isthmus.exchange.services.recovery.marking import log_size, mark_older
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.ids import uuid7
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.wire.attachment import AttachmentRef, split
from isthmus.wire.bundle import BundleContent
from isthmus.wire.bundle_content import AttachedChunks
from isthmus.wire.record import leaf_hash
from isthmus.wire.subject_key import SubjectKeyGrant, key_text, seal_grant
from tests.exchange.attached import CALLS, TYPE, content_of, keep, send_report
from tests.exchange.crossed import received, sent
from tests.exchange.recovery.conftest import Lost, forget, outgoing
from tests.exchange.recovery.test_two_histories import history
from tests.exchange.test_files_carried import ADDRESS, TestEdge, partner_at, settle_all
from tests.exchange.test_subjects import LETTER, WHO, keep_letter, own_file
from tests.foreign import ForeignNode

__all__ = ["received", "sent"]

pytestmark = pytest.mark.django_db


def cn_row() -> Partner:
    return Partner.objects.get(node_id="cn")


@dataclass
class Forgotten:
    """What the partner holds of a record that this node forgot: its token and its file as it travelled."""

    token: str
    data: bytes
    key: str = ""

    def given(self, cn: ForeignNode, partner: Partner) -> GivenBack:
        last = outgoing().last_seq + 1
        helper = Lost(cn, partner, None, [], [self.token], "")  # type: ignore[arg-type]  # for its position
        return GivenBack(
            stream="mm>cn#1",
            newest="mm>cn#1",
            position=last,
            leaf=leaf_hash(self.token).hex(),
            sent=0,
            records=(self.token,),
            answers=(cn.receipt([self.token]), helper.position(last + 1)),
        )

    def library(self, seen: list[str]) -> Callable[[str, bytes], tuple[int, bytes]]:
        manifest, chunks = split(self.data)

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            seen.append(path.removeprefix(ADDRESS + manifest.sha256))
            known = {"": manifest.to_bytes(), "/key": self.key.encode(), "/arrived": b"{}"}
            return 200, known[seen[-1]] if seen[-1] in known else chunks[int(path.rpartition("/")[2])]

        return answer


def forgotten(
    act: Callable[[], AttachmentRef], *, seal: Callable[[Attachment], str] | None = None
) -> Forgotten:
    """Publish a record with a file and forget both."""

    def later() -> Forgotten:
        before = outgoing().last_seq
        reference = act()
        send_report("R-LOST", reference)
        row = own_file(reference)
        data = b"".join(bytes(chunk.data) for chunk in row.chunks.order_by("index"))
        (token,) = tokens_after(outgoing(), before)
        return Forgotten(token, data, seal(row) if seal is not None else "")

    found: Forgotten = forget(later)
    return found


def take_back(cn: ForeignNode, found: Forgotten) -> None:
    mark_older(actor="operator", kept_size=log_size())
    assert taking.take_back(cn_row(), found.given(cn, cn_row())).records == 1


@pytest.fixture
def settled(cn: ForeignNode, reports: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that this node sent so far has its receipt; its type has a way back."""
    settle_all(cn)
    known = {**registry.record_types(), TYPE.key: replace(TYPE, restored=TYPE.handler)}
    monkeypatch.setattr(registry, "record_types", lambda: known)


def test_a_file_that_is_here_is_named_again_and_stays(cn: ForeignNode, settled: None) -> None:
    reference = keep(b"kept before the backup")
    take_back(cn, forgotten(lambda: reference))
    assert Naming.objects.get().attachment.state == "whole"
    assert drop_unused(clock.now() + timedelta(days=60)) == 0
    assert due_partners(clock.now()) == [cn_row()], "whether the partner has it, only the partner knows"


def test_a_file_that_was_lost_too_is_fetched_back(cn: ForeignNode, settled: None) -> None:
    data = content_of(1, tail=3)
    found = forgotten(lambda: keep(data))
    take_back(cn, found)
    assert Attachment.objects.get().state == "wanted"
    CALLS.clear()
    seen: list[str] = []
    assert due_partners(clock.now()) == [cn_row()]
    with partner_at(found.library(seen)):
        assert file_turn(cn_row()) is True
    assert seen == ["", "/key", "/chunks/0", "/chunks/1", "/arrived"]
    row = Attachment.objects.get()
    assert (row.state, row.origin, subjects.read_file(row)) == ("whole", "mm", data)
    assert CALLS == [], "the hook is for files of received records"


def test_what_the_partner_cannot_give_back_is_asked_for_later_and_may_be_kept_again(
    cn: ForeignNode, settled: None
) -> None:
    data = content_of(1, tail=3)
    found = forgotten(lambda: keep(data))
    take_back(cn, found)
    whole = found.library([])

    def half(path: str, body: bytes) -> tuple[int, bytes]:
        return (404, b"{}") if path.endswith("/chunks/1") else whole(path, body)

    with partner_at(half):
        assert file_turn(cn_row()) is True, "it holds nothing else up"
    assert due_partners(clock.now()) == []
    assert due_partners(clock.now()) == []
    Attachment.objects.update(noted_at=clock.now())
    assert due_partners(clock.now()) == [cn_row()]
    keep(data)
    assert Attachment.objects.get().state == "whole"


class TestAboutAPerson:
    @staticmethod
    def sealed(row: Attachment, **changes: Any) -> str:
        assert row.subject_key is not None
        subject, key = subjects._opened(row.subject_key)
        members = {
            "id": row.subject_key.pk,
            "sender": "cn",
            "receiver": "mm",
            "subject": subject,
            "key": key_text(key),
            "attachment": row.sha256,
            "issued": clock.now(),
        }
        grant = SubjectKeyGrant(**{**members, **changes})
        return seal_grant(grant, keystore.in_use(KeyPurpose.ENCRYPTION).certificate)

    def test_its_key_comes_back_with_it(self, cn: ForeignNode, settled: None) -> None:
        found = forgotten(keep_letter, seal=self.sealed)
        take_back(cn, found)
        with partner_at(found.library([])):
            assert file_turn(cn_row()) is True
        assert subjects.read_file(Attachment.objects.select_related("subject_key").get()) == LETTER
        assert own_file(keep_letter(b"more")).subject_key != Attachment.objects.earliest("pk").subject_key

    def test_it_is_erased_with_the_key_that_the_person_has_by_now(
        self, cn: ForeignNode, settled: None
    ) -> None:
        found = forgotten(keep_letter, seal=self.sealed)
        newer = own_file(keep_letter(b"after the restore")).subject_key
        take_back(cn, found)
        with partner_at(found.library([])):
            assert file_turn(cn_row()) is True
        lost = Attachment.objects.select_related("subject_key").get(namings__isnull=False)
        assert lost.subject_key != newer
        assert own_file(keep_letter(b"and one more")).subject_key == newer
        subjects.erase_subject(WHO, ground="person", reason="The person asked for it.", actor="approver")
        assert not SubjectKey.objects.filter(destroyed_at=None).exists()
        assert set(Attachment.objects.values_list("state", flat=True)) == {"erased"}

    def test_under_the_id_of_a_key_that_is_here_no_other_is_taken(
        self, cn: ForeignNode, settled: None
    ) -> None:
        key = own_file(keep_letter(b"before")).subject_key
        assert key is not None
        other = key_text(b"x" * 32)
        found = forgotten(keep_letter, seal=lambda row: self.sealed(row, key=other))
        take_back(cn, found)
        with partner_at(found.library([])):
            assert file_turn(cn_row()) is False
        assert subjects._opened(SubjectKey.objects.get())[1] != b"x" * 32

    def test_a_wrong_key_does_not_stay_and_the_right_one_is_taken_later(
        self, cn: ForeignNode, settled: None
    ) -> None:
        right: list[str] = []

        def seal(row: Attachment) -> str:
            right.append(self.sealed(row))
            return self.sealed(row, key=key_text(b"x" * 32))

        found = forgotten(keep_letter, seal=seal)
        take_back(cn, found)
        with partner_at(found.library([])):
            assert file_turn(cn_row()) is False
        lost = Attachment.objects.select_related("subject_key").get()
        assert (lost.state, lost.subject_key) == ("wanted", None)
        assert not SubjectKey.objects.exists()
        Carriage.objects.update(next_attempt_at=None)
        with partner_at(replace(found, key=right[0]).library([])):
            assert file_turn(cn_row()) is True
        assert subjects.read_file(Attachment.objects.select_related("subject_key").get()) == LETTER


@pytest.mark.urls("isthmus.exchange.protocol_urls")
def test_a_partner_is_given_back_what_it_brought(cn: ForeignNode, received: Any) -> None:
    digest = Attachment.objects.get().sha256
    assert TestEdge.call(cn, "GET", f"{ADDRESS}{digest}/chunks/0").content == b"about a person"


def test_what_a_restored_partner_had_is_offered_to_it_again(
    cn: ForeignNode, partner: Partner, sent: Any
) -> None:
    Naming.objects.update(arrived_at=clock.now(), carried_to=1)
    assert due_partners(clock.now()) == []
    receive(partner, [cn.send("exchange.recovery/1", history(cn, 2))])
    assert Naming.objects.get().carried_to == 0
    assert due_partners(clock.now()) == [partner]


def carried_to(cn: ForeignNode) -> BundleContent:
    """What this node's next bundle holds for the partner."""
    file = io.BytesIO()
    export_bundle(cn_row(), file, actor="operator")
    return cn.open(file.getvalue(), keystore.in_use(KeyPurpose.SEAL).certificate)


def plug_in(cn: ForeignNode, **content: Any) -> Any:
    own = keystore.in_use(KeyPurpose.ENCRYPTION).certificate
    return import_bundle(io.BytesIO(cn.bundle(encryption=own, **content)), actor="operator")


class TestBySticks:
    def test_a_bundle_asks_for_a_lost_file_and_the_next_one_brings_it_with_its_key(
        self, cn: ForeignNode, settled: None
    ) -> None:
        found = forgotten(keep_letter, seal=TestAboutAPerson.sealed)
        take_back(cn, found)
        digest = Attachment.objects.get().sha256
        Attachment.objects.update(noted_at=clock.now() + timedelta(hours=1))
        asked = [json.loads(text) for text in carried_to(cn).recovery]
        assert [entry["content"] for entry in asked if entry["says"] == "files"] == [[digest]]
        manifest, chunks = split(found.data)
        back = (AttachedChunks(manifest, dict(enumerate(chunks))),)
        report = plug_in(cn, keys=(found.key,), attachments=back)
        assert (report.files, report.problems) == (1, [])
        assert subjects.read_file(Attachment.objects.select_related("subject_key").get()) == LETTER
        assert not any("files" in text for text in carried_to(cn).recovery)

    def test_a_partner_that_asks_is_carried_its_own_file_until_it_asks_no_more(
        self, cn: ForeignNode, received: Any
    ) -> None:
        digest = Attachment.objects.get().sha256
        assert carried_to(cn).attachments == ()
        plug_in(cn, recovery=(json.dumps({"says": "files", "content": [digest, "ab" * 32]}),))
        for _ in range(2):
            (attached,) = carried_to(cn).attachments
            assert b"".join(attached.chunks.values()) == b"about a person"
        plug_in(cn, held=(digest,))
        assert carried_to(cn).attachments == ()

    def test_a_file_that_somebody_else_brought_is_not_given(self, cn: ForeignNode, received: Any) -> None:
        digest = Attachment.objects.get().sha256
        Attachment.objects.update(origin="md")
        plug_in(cn, recovery=(json.dumps({"says": "files", "content": [digest]}),))
        assert carried_to(cn).attachments == ()


class TestMissing:
    def test_an_alarm_is_raised_after_some_time_and_ends_with_the_file(
        self, cn: ForeignNode, settled: None
    ) -> None:
        data = content_of(1)
        take_back(cn, forgotten(lambda: keep(data)))
        assert watch(Progress(uuid7(), 1, 60)) == {"alarms": 0}
        Record.objects.update(stored_at=clock.now() - timedelta(hours=25))
        assert watch(Progress(uuid7(), 1, 60)) == {"alarms": 1}
        alarm = Alarm.objects.get(code="exchange.files-missing", cleared_at=None)
        assert (alarm.subject, alarm.message[:7]) == ("cn", "1 files")
        keep(data)
        assert watch(Progress(uuid7(), 1, 60)) == {"alarms": 0}
        assert not Alarm.objects.filter(code="exchange.files-missing", cleared_at=None).exists()
