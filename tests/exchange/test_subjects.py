"""Files about persons: sealed under a key of their own, which travels beside the log and is destroyed."""

import io
import json
from typing import Any

import pytest
from django.test import Client

from isthmus.accounts.models import AuditEvent
from isthmus.exchange import registry, tokens
from isthmus.exchange.delivery.files import file_turn
from isthmus.exchange.models import Attachment, LogEntry, Naming, SubjectKey
from isthmus.exchange.services import subjects
from isthmus.exchange.services.bundles import export_bundle, import_bundle
from isthmus.exchange.services.erasure import erase
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.subjects import erase_subject, keep_for_subject, read_file, take_key
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, NotFound, Refused
from isthmus.kit.ids import uuid7
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner, PartnerKey
from isthmus.wire import keys
from isthmus.wire.attachment import AttachmentRef, decrypt_for_subject, encrypt_for_subject
from isthmus.wire.bundle_content import AttachedChunks
from isthmus.wire.subject_key import SubjectKeyGrant, key_text, open_grant, seal_grant
from tests.exchange.attached import KIND, TYPE, keep, reference_of, report, send_report
from tests.exchange.crossed import PERSON, arrive, row_of, settle_all
from tests.exchange.test_erasure_by_partners import TOMBSTONE, stone
from tests.exchange.test_files_carried import ADDRESS, TestEdge, hidden, partner_at
from tests.foreign import ForeignNode

__all__ = ["hidden"]

LETTER = b"A letter about one person. " * 100
WHO = "case 4711"


def keep_letter(data: bytes = LETTER, subject: str = WHO) -> AttachmentRef:
    return keep_for_subject(
        io.BytesIO(data), subject=subject, name="letter.pdf", media_type="application/pdf", actor="clerk"
    )


def own_file(reference: AttachmentRef) -> Attachment:
    return Attachment.objects.select_related("subject_key").get(sha256=reference.sha256)


def in_cn(cn: ForeignNode, token: str) -> SubjectKeyGrant:
    """What the partner finds in a sealed key."""
    return open_grant(
        token,
        private_key=cn.encryption_key,
        kid=keys.thumbprint(cn.certificates["encryption"]),
        sender="mm",
        receiver="cn",
    )


class TestKeeping:
    def test_the_file_is_kept_encrypted_and_read_back(self, node: str) -> None:
        reference = keep_letter()
        row = own_file(reference)
        assert LETTER not in b"".join(bytes(chunk.data) for chunk in row.chunks.all())
        assert read_file(row) == LETTER
        assert read_file(own_file(keep(b"open to all"))) == b"open to all"

    def test_one_person_has_one_key_and_another_another(self, node: str) -> None:
        first, second, other = keep_letter(), keep_letter(b"more"), keep_letter(subject="case 4712")
        assert own_file(first).subject_key == own_file(second).subject_key
        assert own_file(other).subject_key != own_file(first).subject_key

    def test_neither_key_nor_person_stands_in_the_database_in_clear(self, node: str) -> None:
        keep_letter()
        row = SubjectKey.objects.get()
        _, key = subjects._opened(row)
        stored = f"{row.tag} {row.pk}".encode() + bytes(row.sealed)
        for secret in (key, key.hex().encode(), key_text(key).encode(), WHO.encode()):
            assert secret not in stored
        assert not AuditEvent.objects.filter(detail__icontains=WHO).exists()

    @pytest.mark.parametrize("subject", ["", "  ", "x" * 201])
    def test_a_person_must_be_named(self, node: str, subject: str) -> None:
        with pytest.raises(BadInput, match="Name the person"):
            keep_letter(subject=subject)

    def test_a_type_that_demands_it_is_not_published_with_an_open_file(
        self, reports: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from dataclasses import replace

        known = {**registry.record_types(), TYPE.key: replace(TYPE, personal=("papers",))}
        monkeypatch.setattr(registry, "record_types", lambda: known)
        with pytest.raises(Refused) as caught:
            send_report("R-1", keep(b"open to all"))
        assert caught.value.code == "exchange.attachment-not-encrypted"
        assert send_report("R-2", keep_letter()).subject == "R-2"


class TestToPartners:
    def test_the_key_goes_with_the_file_and_into_no_record(self, cn: ForeignNode, reports: Any) -> None:
        reference = keep_letter()
        send_report("R-1", reference)
        settle_all(cn)
        seen: list[tuple[str, bytes]] = []

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            seen.append((path, body))
            return 200, b'{"missing": []}'

        with partner_at(answer):
            assert file_turn(Partner.objects.get(node_id="cn")) is True
        (token,) = [body.decode() for path, body in seen if path.endswith("/key")]
        grant = in_cn(cn, token)
        assert (grant.subject, grant.attachment) == (WHO, reference.sha256)
        sealed = b"".join(bytes(chunk.data) for chunk in own_file(reference).chunks.all())
        assert decrypt_for_subject(sealed, grant.key_bytes, subject=grant.subject) == LETTER
        logged = [tokens.text_of(leaf) or "" for leaf in LogEntry.objects.values_list("leaf", flat=True)]
        assert not any(grant.key in text or token in text for text in logged)

    def test_a_bundle_brings_it_and_a_node_behind_nat_fetches_it(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        reference = keep_letter()
        send_report("R-1", reference)
        file = io.BytesIO()
        manifest = export_bundle(partner, file, actor="operator").manifest
        content = cn.open(file.getvalue(), keystore.in_use(KeyPurpose.SEAL).certificate)
        assert (in_cn(cn, content.keys[0]).attachment, manifest.counts.keys) == (reference.sha256, 1)

    @pytest.mark.urls("isthmus.exchange.protocol_urls")
    def test_a_partner_fetches_the_key_of_a_file_that_is_for_it(self, cn: ForeignNode, reports: Any) -> None:
        letter, plain = keep_letter(), keep(b"open to all")
        send_report("R-1", letter, plain)
        found = TestEdge.call(cn, "GET", f"{ADDRESS}{letter.sha256}/key").content.decode()
        assert in_cn(cn, found).subject == WHO
        assert TestEdge.call(cn, "GET", f"{ADDRESS}{plain.sha256}/key").content == b""
        unnamed = keep_letter(b"draft").sha256
        assert TestEdge.call(cn, "GET", f"{ADDRESS}{unnamed}/key").status_code == 404
        assert Client().get(f"{ADDRESS}{letter.sha256}/key").status_code == 403

    def test_without_an_encryption_key_of_the_partner_nothing_is_sealed(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        reference = keep_letter()
        PartnerKey.objects.filter(purpose=KeyPurpose.ENCRYPTION).delete()
        with pytest.raises(Refused, match="No encryption key"):
            subjects.seal_for(partner, own_file(reference))


KEY = b"\x07" * 32


@pytest.fixture
def letter(cn: ForeignNode, partner: Partner, reports: Any) -> AttachmentRef:
    """An encrypted file that the partner sent with a record; its key has not come."""
    sealed = encrypt_for_subject(LETTER, KEY, subject=WHO)
    reference = reference_of(sealed, "letter.pdf")
    body = report("C-1", reference)
    receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
    arrive(partner, sealed)
    return reference


def sealed_key(reference: AttachmentRef, **changes: Any) -> str:
    members: dict[str, Any] = {
        "id": uuid7(),
        "sender": "cn",
        "receiver": "mm",
        "subject": WHO,
        "key": key_text(KEY),
        "attachment": reference.sha256,
        "issued": clock.now(),
    }
    made = SubjectKeyGrant(**{**members, **changes})
    return seal_grant(made, keystore.in_use(KeyPurpose.ENCRYPTION).certificate)


class TestFromPartners:
    def test_with_the_key_the_file_can_be_read(self, partner: Partner, letter: AttachmentRef) -> None:
        assert read_file(own_file(letter)) != LETTER
        token = sealed_key(letter)
        take_key(partner, token)
        take_key(partner, token)
        assert read_file(own_file(letter)) == LETTER
        assert KEY not in bytes(SubjectKey.objects.get().sealed)

    @pytest.mark.urls("isthmus.exchange.protocol_urls")
    def test_it_is_taken_over_the_network(self, cn: ForeignNode, letter: AttachmentRef) -> None:
        target = f"{ADDRESS}{letter.sha256}/key"
        assert TestEdge.call(cn, "POST", target, sealed_key(letter).encode()).status_code == 200
        assert read_file(own_file(letter)) == LETTER
        wrong = TestEdge.call(cn, "POST", target, b"\xffnothing")
        assert wrong.status_code in {403, 422}

    def test_it_is_fetched_by_a_node_that_cannot_be_called(
        self, cn: ForeignNode, partner: Partner, reports: Any, hidden: None
    ) -> None:
        from isthmus.wire.attachment import split

        sealed = encrypt_for_subject(LETTER, KEY, subject=WHO)
        reference = reference_of(sealed, "letter.pdf")
        body = report("C-1", reference)
        receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
        manifest, chunks = split(sealed)
        token = sealed_key(reference)

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            end = path.removeprefix(ADDRESS + manifest.sha256)
            known = {"": manifest.to_bytes(), "/key": token.encode(), "/arrived": b"{}"}
            return 200, known[end] if end in known else chunks[0]

        with partner_at(answer):
            assert file_turn(Partner.objects.get(node_id="cn")) is True
        assert read_file(own_file(reference)) == LETTER

    def test_a_bundle_may_bring_record_file_and_key_at_once_and_again(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        from isthmus.wire.attachment import split

        sealed = encrypt_for_subject(LETTER, KEY, subject=WHO)
        manifest, chunks = split(sealed)
        reference = reference_of(sealed, "letter.pdf")
        token = cn.send(KIND, report("C-1", reference), subject="C-1", agreement=reports.uuid)
        data = cn.bundle(
            [token],
            encryption=keystore.in_use(KeyPurpose.ENCRYPTION).certificate,
            keys=(sealed_key(reference),),
            attachments=(AttachedChunks(manifest, dict(enumerate(chunks))),),
        )
        for _ in range(2):
            assert import_bundle(io.BytesIO(data), actor="operator").problems == []
        assert read_file(own_file(reference)) == LETTER

    def test_keys_that_cannot_be_taken_are_told_and_do_not_stop_the_bundle(
        self, partner: Partner, letter: AttachmentRef
    ) -> None:
        stray = sealed_key(reference_of(b"unknown"))
        problems = subjects.take_keys(partner, [stray, "x", sealed_key(letter)])
        assert len(problems) == 2
        assert "no accepted record" in problems[0]
        assert read_file(own_file(letter)) == LETTER

    def test_a_key_that_does_not_open_its_file_is_refused_and_the_right_one_taken(
        self, partner: Partner, letter: AttachmentRef
    ) -> None:
        identity = uuid7()
        with pytest.raises(Refused, match="does not open"):
            take_key(partner, sealed_key(letter, id=identity, key=key_text(b"\x08" * 32)))
        assert own_file(letter).subject_key is None
        take_key(partner, sealed_key(letter, id=identity))
        assert read_file(own_file(letter)) == LETTER

    def test_a_wrong_key_that_came_before_its_file_makes_way(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        sealed = encrypt_for_subject(LETTER, KEY, subject=WHO)
        reference = reference_of(sealed, "letter.pdf")
        body = report("C-1", reference)
        receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
        identity = uuid7()
        take_key(partner, sealed_key(reference, id=identity, key=key_text(b"\x08" * 32)))
        take_key(partner, sealed_key(reference, id=identity))
        arrive(partner, sealed)
        assert read_file(own_file(reference)) == LETTER

    def test_another_key_under_the_same_id_or_another_nodes_id_is_refused(
        self, partner: Partner, letter: AttachmentRef
    ) -> None:
        identity = uuid7()
        take_key(partner, sealed_key(letter, id=identity))
        with pytest.raises(Refused, match="another key"):
            take_key(partner, sealed_key(letter, id=identity, key=key_text(b"\x08" * 32)))
        mine = own_file(keep_letter()).subject_key
        assert mine is not None
        with pytest.raises(Refused, match="another node"):
            take_key(partner, sealed_key(letter, id=mine.pk))

    def test_before_the_file_is_whole_it_cannot_be_read(
        self, cn: ForeignNode, partner: Partner, reports: Any
    ) -> None:
        reference = reference_of(b"to come")
        body = report("C-1", reference)
        receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
        with pytest.raises(Conflict, match="not all here"):
            read_file(own_file(reference))


class TestErasure:
    def test_the_key_dies_with_the_last_file_about_the_person(self, cn: ForeignNode, reports: Any) -> None:
        first, second = keep_letter(), keep_letter(b"more")
        send_report("R-1", first)
        send_report("R-2", second)
        erase([row_of("R-1")], **PERSON)
        assert SubjectKey.objects.get().destroyed_at is None
        assert read_file(own_file(second)) == b"more"
        erase([row_of("R-2")], **PERSON)
        gone = SubjectKey.objects.get()
        assert (gone.tag, bytes(gone.sealed), gone.destroyed_at is None) == ("", b"", False)
        with pytest.raises(Conflict, match="destroyed"):
            subjects._opened(gone)

    def test_all_about_a_person_goes_at_once_drafts_included(self, cn: ForeignNode, reports: Any) -> None:
        send_report("R-1", keep_letter())
        keep_letter(b"a draft that no record names")
        other = keep_letter(b"about another", subject="case 4712")
        made = erase_subject(WHO, **PERSON)
        assert [row.erased.count() for row in made] == [1]
        assert sorted(Attachment.objects.values_list("state", flat=True)) == ["erased", "erased", "whole"]
        assert read_file(own_file(other)) == b"about another"
        assert AuditEvent.objects.filter(kind="exchange.subject-erased").count() == 1
        with pytest.raises(NotFound, match="No file about this person"):
            erase_subject(WHO, **PERSON)

    def test_of_a_person_with_drafts_alone_nobody_needs_to_be_told(self, node: str) -> None:
        keep_letter()
        assert erase_subject(WHO, **PERSON) == []
        assert SubjectKey.objects.get().destroyed_at is not None

    def test_a_person_who_comes_again_gets_a_new_key(self, node: str) -> None:
        keep_letter()
        erase_subject(WHO, **PERSON)
        assert read_file(own_file(keep_letter(b"new"))) == b"new"
        assert SubjectKey.objects.count() == 2

    def test_a_partners_tombstone_destroys_its_key_and_a_late_copy_does_not_bring_it_back(
        self, cn: ForeignNode, partner: Partner, letter: AttachmentRef
    ) -> None:
        token = sealed_key(letter)
        take_key(partner, token)
        receive(partner, [cn.send(TOMBSTONE, stone([], [letter.sha256]))])
        gone = SubjectKey.objects.get()
        assert (bytes(gone.sealed), gone.destroyed_at is None) == (b"", False)
        take_key(partner, token)
        assert bytes(SubjectKey.objects.get().sealed) == b""
        with pytest.raises(Conflict, match="erased"):
            read_file(own_file(letter))

    def test_a_key_that_comes_after_the_tombstone_is_not_kept(
        self, cn: ForeignNode, partner: Partner, letter: AttachmentRef
    ) -> None:
        receive(partner, [cn.send(TOMBSTONE, stone([], [letter.sha256]))])
        take_key(partner, sealed_key(letter))
        assert not SubjectKey.objects.exists()

    def test_a_destroyed_key_opens_no_new_file_of_the_partner(
        self, cn: ForeignNode, partner: Partner, reports: Any, letter: AttachmentRef
    ) -> None:
        identity = uuid7()
        take_key(partner, sealed_key(letter, id=identity))
        receive(partner, [cn.send(TOMBSTONE, stone([], [letter.sha256]))])
        other = reference_of(encrypt_for_subject(b"second", KEY, subject=WHO), "second.pdf")
        receive(partner, [cn.send(KIND, report("C-2", other), subject="C-2", agreement=reports.uuid)])
        take_key(partner, sealed_key(other, id=identity))
        assert own_file(other).subject_key is None


def test_the_naming_of_an_erased_file_says_nothing_of_the_person(cn: ForeignNode, reports: Any) -> None:
    send_report("R-1", keep_letter())
    erase_subject(WHO, **PERSON)
    assert Naming.objects.get().name == "[erased]"
    assert json.dumps(list(Naming.objects.values("name", "media_type"))).find("letter") == -1
