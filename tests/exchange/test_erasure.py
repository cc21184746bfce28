"""Erasure: the text goes, the place stays, and everybody is told; nobody erases what is not theirs."""

import io
from typing import Any

import pytest
from django.db import connection

from isthmus.accounts.models import AuditEvent, Organisation
from isthmus.apps.etrade.models import Declaration
from isthmus.apps.etrade.records import ExportDeclarationV1
from isthmus.exchange import erasures, tokens
from isthmus.exchange.delivery.turns import tokens_after
from isthmus.exchange.ledger import prove_inclusion
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import (
    Agreement,
    Attachment,
    Chunk,
    Direction,
    Effect,
    Erased,
    KeptAnswer,
    LogEntry,
    Naming,
    Record,
    Refusal,
    Stream,
    Token,
    Tombstone,
    Verdict,
)
from isthmus.exchange.services import Outgoing, publish
from isthmus.exchange.services.bundles import export_bundle
from isthmus.exchange.services.erasure import erase
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.verification import check_record, summarise
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, Fault, NotFound
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.services import confirm, introduce
from isthmus.wire import merkle
from isthmus.wire.places import ErasedPlace, read_place
from isthmus.wire.receipt import read_receipt
from isthmus.wire.record import read_record
from isthmus.wire.tombstone import Tombstone as WireTombstone
from isthmus.wire.tombstone import read_tombstone
from tests.exchange import attached
from tests.exchange.attached import CALLS, keep, reference_of, send_report
from tests.exchange.crossed import PERSON, outgoing, row_of, settle_all
from tests.foreign import ForeignNode

DECLARED = "etrade.export-declaration/1"


def declare(number: str) -> Record:
    body = {"declaration_number": number, "items": [{"number": 1, "hs_code": "071331"}]}
    (row,) = publish([Outgoing(DECLARED, ExportDeclarationV1.model_validate(body), number)], to=["cn"])
    return row


class TestByThisNode:
    @pytest.mark.parametrize("which", ["sent", "received"])
    def test_the_text_and_its_files_go_and_a_tombstone_follows(
        self, request: pytest.FixtureRequest, which: str
    ) -> None:
        row: Record = request.getfixturevalue(which)
        (made,) = erase([row], **PERSON)
        assert tokens.text_of(row.leaf) is None
        assert (Chunk.objects.count(), Attachment.objects.get().state) == (0, "erased")
        naming = Naming.objects.get()
        assert (naming.erased, naming.name) == (True, "[erased]")
        row.refresh_from_db()
        assert (row.subject, row.verdict) == ("[erased]", Verdict.ACCEPTED)
        token = tokens.text_of(made.leaf) or ""
        record = read_record(token)[1]
        found = read_tombstone(record)
        assert (record.stream, found.tombstone.leaves) == ("mm>cn#1", (row.leaf,))
        assert found.tombstone.attachments == (reference_of(b"about a person").sha256,)
        assert tokens_after(outgoing(), outgoing().settled_seq)[-1] == token

    def test_the_application_erases_what_it_derived_and_the_deed_is_audited(self, received: Record) -> None:
        (made,) = erase([received], **PERSON)
        (told,) = CALLS
        assert (told.leaf, told.subject, told.sent, told.ground) == (received.leaf, "C-1", False, "person")
        event = AuditEvent.objects.get(kind="exchange.erased")
        assert (event.actor, event.subject, event.detail["tombstones"]) == (
            "approver",
            "person",
            [made.leaf],
        )
        assert "C-1" not in str(event.detail)

    def test_an_application_that_cannot_undoes_all_of_it(
        self, received: Record, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(erasing: object) -> None:
            raise Conflict("sample.in-use", "A case is open.")

        monkeypatch.setattr(attached, "erase_report", fail)
        before = LogEntry.objects.count()
        with pytest.raises(Conflict, match="case is open"):
            erase([received], **PERSON)
        assert tokens.text_of(received.leaf) is not None
        assert (LogEntry.objects.count(), Tombstone.objects.count()) == (before, 0)
        assert Attachment.objects.get().state == "whole"

    def test_a_declaration_that_came_goes_and_one_lodged_here_stays(
        self, cn: ForeignNode, partner: Partner, reports: Agreement
    ) -> None:
        body = {"declaration_number": "CN-1", "items": [{"number": 1, "hs_code": "071331"}]}
        receive(partner, [cn.send(DECLARED, body, subject="CN-1", agreement=reports.uuid)])
        declare("MM-1")
        assert Declaration.objects.count() == 1
        erase([row_of("CN-1"), row_of("MM-1")], **PERSON)
        assert Declaration.objects.count() == 0

    def test_only_a_file_can_go_and_the_record_stays(self, sent: Record) -> None:
        (made,) = erase(attachments=[keep(b"about a person").sha256], **PERSON)
        assert tokens.text_of(sent.leaf) is not None
        assert Attachment.objects.get().state == "erased"
        assert Erased.objects.get().hash == reference_of(b"about a person").sha256
        assert made.seq == outgoing().last_seq

    def test_a_file_that_another_record_names_stays_until_the_last_is_erased(
        self, cn: ForeignNode, sent: Record
    ) -> None:
        other = send_report("R-2", keep(b"about a person"))
        erase([sent], **PERSON)
        assert Attachment.objects.get().state == "whole"
        assert list(Erased.objects.values_list("hash", flat=True)) == [sent.leaf]
        erase([row_of("R-2")], **PERSON)
        assert Attachment.objects.get().state == "erased"
        assert set(Erased.objects.values_list("hash", flat=True)) > {other.leaf}

    def test_each_partner_gets_a_tombstone_of_its_own_records_only(
        self, cn: ForeignNode, sent: Record
    ) -> None:
        md = ForeignNode(node_id="md", name="Moldova", country="MD")
        confirm(introduce(md.card_token, actor="test"), md.words, actor="test")
        other = Partner.objects.get(node_id="md")
        stream = Stream.objects.create(name="mm>md#1", partner=other, direction=Direction.OUT)
        Naming.objects.create(
            attachment=Attachment.objects.get(), stream=stream, leaf="f" * 64, place=0, name="x"
        )
        erase([sent], **PERSON)
        assert Attachment.objects.get().state == "whole", "the other partner's record still names it"
        made = erase(attachments=[Attachment.objects.get().sha256], **PERSON)
        assert [(row.stream.name, row.erased.count()) for row in made] == [("mm>md#1", 1)]
        assert Attachment.objects.get().state == "erased"

    def test_what_was_erased_is_not_erased_again(self, sent: Record) -> None:
        erase([sent], **PERSON)
        with pytest.raises(Conflict, match="before"):
            erase([row_of("[erased]")], **PERSON)

    def test_statements_of_the_exchange_itself_stay(self, sent: Record) -> None:
        proposal = Record.objects.select_related("stream__partner").get(type="exchange.agreement")
        with pytest.raises(BadInput, match="statement of the exchange"):
            erase([sent, proposal], **PERSON)
        assert tokens.text_of(sent.leaf) is not None

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 401])
    def test_a_reason_is_needed(self, sent: Record, reason: str) -> None:
        with pytest.raises(BadInput, match="needs a reason"):
            erase([sent], ground="order", reason=reason, actor="approver")

    def test_a_file_that_nothing_names_is_not_found(self, sent: Record) -> None:
        with pytest.raises(NotFound):
            erase(attachments=["0" * 64], **PERSON)

    def test_more_than_one_tombstone_holds_are_spread_over_several(
        self, cn: ForeignNode, sent: Record, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from isthmus.wire import tombstone

        send_report("R-2")
        send_report("R-3")
        monkeypatch.setattr(tombstone, "MAX_ERASED", 2)
        made = erase([sent, row_of("R-2"), row_of("R-3")], **PERSON)
        assert [row.erased.count() for row in made] == [3, 1], "two leaves and the file, then one leaf"

    def test_what_was_offered_as_evidence_goes_too_and_quarantine_ends(
        self, partner: Partner, received: Record
    ) -> None:
        Record.objects.filter(pk=received.pk).update(effect=Effect.QUARANTINED, effect_error="C-1 failed")
        Refusal.objects.create(
            uuid=received.uuid,
            partner=partner,
            direction=Direction.OUT,
            stream=received.stream.name,
            seq=received.seq,
            code="wire.signature.wrong",
            reason="damaged",
            leaf="e" * 64,
            offered="a text about somebody",
            issued=clock.now(),
        )
        erase([received], **PERSON)
        received.refresh_from_db()
        assert (received.effect, received.effect_error) == (Effect.DISMISSED, "")
        assert Refusal.objects.get().offered == ""

    def test_answers_that_the_api_keeps_lose_the_business_key(self, sent: Record) -> None:
        organisation = Organisation.objects.create(code="office", name="Office", kind="ministry")
        other = {"leaf": "a" * 64, "subject": "R-1"}
        kept = KeptAnswer.objects.create(
            organisation=organisation,
            key="k",
            fingerprint="f",
            given_at=clock.now(),
            answer={"records": [{"leaf": sent.leaf, "subject": "R-1", "seq": 2}, other]},
        )
        erase([sent], **PERSON)
        kept.refresh_from_db()
        assert kept.answer == {"records": [{"leaf": sent.leaf, "subject": "[erased]", "seq": 2}, other]}


class TestProof:
    def test_erased_is_told_from_altered_and_from_missing(self, cn: ForeignNode, sent: Record) -> None:
        lost = send_report("R-2")
        settle_all(cn)
        erase([sent], **PERSON)
        report = check_log()
        assert (report.ok, report.erased) == (True, 1)
        Token.objects.filter(entry__leaf=lost.leaf).delete()
        (finding,) = check_log().findings
        assert finding.leaf == lost.leaf
        assert "no tombstone" in finding.what
        (check,) = check_record(row_of("R-2"))
        assert (check.ok, "no tombstone" in check.detail) == (False, True)

    def test_the_record_says_under_which_tombstone_and_its_receipt_and_proof_still_hold(
        self, sent: Record
    ) -> None:
        receipt = tokens.text_of(sent.receipt.leaf if sent.receipt else "") or ""
        (made,) = erase([sent], **PERSON)
        row = row_of("[erased]")
        checks = check_record(row)
        assert [check.ok for check in checks] == [True, True, True]
        said = summarise(row, checks)
        assert f"erased under tombstone mm>cn#1 {made.seq}" in said
        assert "the person concerned demanded it" in said.lower()
        proof = prove_inclusion(row.leaf)
        assert merkle.verify_inclusion(proof.leaf, proof.index, proof.size, list(proof.path), proof.root)
        verdict = next(v for v in read_receipt(receipt)[1].verdicts if v.seq == row.seq)
        assert (verdict.leaf, verdict.status) == (row.leaf, "accepted")

    def test_rows_that_claim_an_erasure_prove_nothing(self, cn: ForeignNode, sent: Record) -> None:
        lost = send_report("R-2")
        settle_all(cn)
        (made,) = erase([sent], **PERSON)
        Token.objects.filter(entry__leaf=lost.leaf).delete()
        Erased.objects.create(tombstone=made, hash=lost.leaf)
        assert not check_log().ok, "the signed tombstone does not name it"
        Erased.objects.filter(hash=lost.leaf).delete()
        forged = Tombstone.objects.create(
            leaf=sent.leaf,
            stream=outgoing(),
            seq=2,
            node_id="mm",
            ground="person",
            reason="x",
            issued=clock.now(),
        )
        Erased.objects.create(tombstone=forged, hash=lost.leaf)
        assert not check_log().ok, "there is no such tombstone"

    def test_a_tombstone_that_others_signed_proves_nothing(self, sent: Record) -> None:
        (made,) = erase([sent], **PERSON)
        Tombstone.objects.filter(pk=made.pk).update(node_id="cn")
        assert erasures.erasure_of(row_of("[erased]")) is None

    def test_a_receipt_cannot_be_erased(self, sent: Record) -> None:
        (made,) = erase([sent], **PERSON)
        leaf = sent.receipt.leaf if sent.receipt else ""
        Erased.objects.create(tombstone=made, hash=leaf)
        tokens.erase([leaf])
        assert any(finding.leaf == leaf for finding in check_log().findings)


class TestUndelivered:
    def test_a_place_goes_in_its_stead_and_the_next_record_proves_its_leaf(
        self, cn: ForeignNode, reports: Agreement
    ) -> None:
        settle_all(cn)
        gone, stays = send_report("R-1"), send_report("R-2")
        erase([row_of("R-1")], **PERSON)
        lines = tokens_after(outgoing(), outgoing().settled_seq)
        place = read_place(lines[0])
        assert place == ErasedPlace(stream="mm>cn#1", seq=gone.seq, leaf=gone.leaf)
        following = read_record(lines[1])[1]
        assert (following.seq, following.prev) == (stays.seq, gone.leaf)
        assert read_record(lines[2])[1].type == "exchange.tombstone"

    def test_a_text_that_is_missing_without_a_tombstone_stops_the_stream_with_words(
        self, cn: ForeignNode, reports: Agreement
    ) -> None:
        row = send_report("R-1")
        tokens.erase([row.leaf])
        with pytest.raises(Fault, match="no tombstone"):
            tokens_after(outgoing(), 0)
        with pytest.raises(Fault, match="no tombstone"):
            export_bundle(outgoing().partner, io.BytesIO(), actor="operator")

    def test_by_bundle_it_goes_as_a_place_too(self, cn: ForeignNode, reports: Agreement) -> None:
        settle_all(cn)
        gone = send_report("R-1")
        erase([row_of("R-1")], **PERSON)
        file = io.BytesIO()
        export_bundle(outgoing().partner, file, actor="operator")
        content = cn.open(file.getvalue(), keystore.in_use(KeyPurpose.SEAL).certificate)
        assert [place.leaf for place in content.erased] == [gone.leaf]
        assert len(content.records) == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_of_an_erased_text_is_left_in_the_database_file(
    cn: ForeignNode, partner: Partner, reports: Agreement, settings: Any
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL leaves freed rows to its vacuum; the guide says what to do")
    secret = b"Zaphod of Betelgeuse, passport 4242 " * 40
    row = send_report("R-1", keep(secret))
    name = str(connection.settings_dict["NAME"])

    def found() -> bool:
        from pathlib import Path

        files = [Path(name), Path(f"{name}-wal")]
        return any(b"passport 4242" in path.read_bytes() for path in files if path.exists())

    assert found()
    erase([row_of("R-1")], **PERSON)
    assert not found()
    assert row.leaf


def test_a_tombstone_names_nothing_but_hashes(sent: Record) -> None:
    (made,) = erase([sent], **PERSON)
    text = tokens.text_of(made.leaf) or ""
    body = read_record(text)[1].body
    assert WireTombstone.from_json(body).leaves == (sent.leaf,)
    assert "R-1" not in str(body)
