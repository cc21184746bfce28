"""A partner's tombstones, and places whose record it erased before it was delivered."""

import io
from typing import Any

import pytest

from isthmus.exchange import tokens
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import (
    Agreement,
    Attachment,
    Chunk,
    Effect,
    Record,
    Stream,
    StreamState,
    Tombstone,
    Verdict,
)
from isthmus.exchange.services.bundles import import_bundle
from isthmus.exchange.services.erasure import erase
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.verification import check_record
from isthmus.kit import clock
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.services import confirm, introduce
from isthmus.wire.places import ErasedPlace, place_line
from isthmus.wire.receipt import read_receipt, read_refusal
from isthmus.wire.record import leaf_hash
from tests.exchange import attached
from tests.exchange.attached import CALLS, KIND, reference_of, report
from tests.exchange.crossed import PERSON, row_of
from tests.foreign import ForeignNode

TOMBSTONE = "exchange.tombstone/1"


def stone(
    leaves: list[str], attachments: list[str] | None = None, *, ground: str = "person", **changes: Any
) -> dict[str, Any]:
    """A tombstone's body as a partner writes it."""
    return {
        "leaves": sorted(leaves),
        "attachments": sorted(attachments or []),
        "ground": ground,
        "reason": "The person asked for it.",
        "issued": clock.to_text(clock.now()),
        **changes,
    }


def verdict_of(answers: list[str]) -> Any:
    return read_receipt(answers[-1])[1].verdicts[-1]


class TestFromAPartner:
    def test_its_tombstone_erases_what_came_from_it(
        self, cn: ForeignNode, partner: Partner, received: Record
    ) -> None:
        digest = reference_of(b"about a person").sha256
        answers = receive(partner, [cn.send(TOMBSTONE, stone([received.leaf], [digest]))])
        assert verdict_of(answers).status == "accepted"
        assert tokens.text_of(received.leaf) is None
        assert (Attachment.objects.get().state, Chunk.objects.count()) == ("erased", 0)
        assert len(CALLS) == 1
        report = check_log()
        assert (report.ok, report.erased) == (True, 1)
        assert "cn>mm#1 3" in check_record(row_of("[erased]"))[0].detail

    def test_and_what_went_to_it(self, cn: ForeignNode, partner: Partner, sent: Record) -> None:
        receive(partner, [cn.send(TOMBSTONE, stone([sent.leaf]))])
        assert tokens.text_of(sent.leaf) is None
        assert Attachment.objects.get().state == "erased"

    def test_it_is_refused_over_records_of_a_third_country(
        self, cn: ForeignNode, partner: Partner, received: Record
    ) -> None:
        md = ForeignNode(node_id="md", name="Moldova", country="MD")
        confirm(introduce(md.card_token, actor="test"), md.words, actor="test")
        other = Partner.objects.get(node_id="md")
        answers = receive(other, [md.send(TOMBSTONE, stone([received.leaf]))])
        verdict = verdict_of(answers)
        assert (verdict.status, verdict.code) == ("refused", "exchange.tombstone-foreign")
        assert tokens.text_of(received.leaf) is not None
        assert not Tombstone.objects.exists()

    def test_a_file_that_another_brought_stays_and_nothing_tells_that_it_is_here(
        self, cn: ForeignNode, partner: Partner, received: Record
    ) -> None:
        md = ForeignNode(node_id="md", name="Moldova", country="MD")
        confirm(introduce(md.card_token, actor="test"), md.words, actor="test")
        other = Partner.objects.get(node_id="md")
        digest = reference_of(b"about a person").sha256
        answers = receive(other, [md.send(TOMBSTONE, stone([], [digest]))])
        assert verdict_of(answers).status == "accepted"
        assert Attachment.objects.get().state == "whole"

    def test_it_is_refused_over_agreements_and_when_dated_ahead_of_itself(
        self, cn: ForeignNode, partner: Partner, reports: Agreement
    ) -> None:
        proposal = Record.objects.get(type="exchange.agreement")
        first = verdict_of(receive(partner, [cn.send(TOMBSTONE, stone([proposal.leaf]))]))
        assert (first.status, first.code) == ("refused", "exchange.not-erasable")
        ahead = stone(["a" * 64], issued="2090-01-01T00:00:00Z")
        second = verdict_of(receive(partner, [cn.send(TOMBSTONE, ahead)]))
        assert (second.status, second.code) == ("refused", "wire.tombstone.time")
        third = verdict_of(receive(partner, [cn.send(TOMBSTONE, stone([]))]))
        assert (third.status, third.code) == ("refused", "exchange.schema")

    def test_it_may_come_twice_and_cross_this_nodes_own(
        self, cn: ForeignNode, partner: Partner, received: Record
    ) -> None:
        erase([received], **PERSON)
        for _ in range(2):
            answers = receive(partner, [cn.send(TOMBSTONE, stone([received.leaf]))])
            assert verdict_of(answers).status == "accepted"
        assert Tombstone.objects.count() == 3
        assert check_log().ok

    def test_in_one_batch_with_its_record_both_are_taken_in_order(
        self, cn: ForeignNode, partner: Partner, reports: Agreement
    ) -> None:
        token = cn.send(KIND, report("C-1"), subject="C-1", agreement=reports.uuid)
        leaf = leaf_hash(token).hex()
        after = [
            cn.send(TOMBSTONE, stone([leaf])),
            cn.send(KIND, report("C-2"), subject="C-2", agreement=reports.uuid),
        ]
        answers = receive(partner, [token, *after])
        verdicts = [v for answer in answers for v in read_receipt(answer)[1].verdicts]
        assert [(v.seq, v.status) for v in verdicts] == [(2, "accepted"), (3, "accepted"), (4, "accepted")]
        assert tokens.text_of(leaf) is None
        assert check_log().ok

    def test_of_a_batch_that_stops_before_it_nothing_more_is_taken(
        self, cn: ForeignNode, partner: Partner, reports: Agreement
    ) -> None:
        first = cn.send(KIND, report("C-1"), subject="C-1", agreement=reports.uuid)
        cn.send(KIND, report("lost"), subject="lost", agreement=reports.uuid)
        third = cn.send(KIND, report("C-3"), subject="C-3", agreement=reports.uuid)
        last = cn.send(TOMBSTONE, stone([leaf_hash(first).hex()]))
        answers = receive(partner, [first, third, last])
        assert read_refusal(answers[-1])[1].expected == 3
        assert len(answers) == 2

    def test_a_failing_application_keeps_it_in_quarantine_with_the_text(
        self, cn: ForeignNode, partner: Partner, received: Record, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(erasing: object) -> None:
            raise RuntimeError("a case is open")

        monkeypatch.setattr(attached, "erase_report", fail)
        receive(partner, [cn.send(TOMBSTONE, stone([received.leaf]))])
        row = Record.objects.get(type="exchange.tombstone")
        assert (row.verdict, row.effect) == (Verdict.ACCEPTED, Effect.QUARANTINED)
        assert tokens.text_of(received.leaf) is not None


class TestPlacesFromAPartner:
    @staticmethod
    def skip(cn: ForeignNode, reports: Agreement, number: str) -> tuple[str, str]:
        """A record that the partner erased before it was delivered: its token, and the line of its place."""
        token = cn.send(KIND, report(number), subject=number, agreement=reports.uuid)
        place = ErasedPlace(stream=cn.stream, seq=cn.seq, leaf=cn.prev)
        return token, place_line(place)

    def test_a_place_is_taken_without_effect_and_the_log_accounts_for_it(
        self, cn: ForeignNode, partner: Partner, reports: Agreement
    ) -> None:
        _, line = self.skip(cn, reports, "C-1")
        leaf = cn.prev
        following = cn.send(KIND, report("C-2"), subject="C-2", agreement=reports.uuid)
        answers = receive(partner, [line, following])
        verdicts = read_receipt(answers[0])[1].verdicts
        assert [(v.status, v.code) for v in verdicts] == [("refused", "exchange.erased"), ("accepted", "")]
        assert [getattr(call, "record", None) and call.record.subject for call in CALLS] == ["C-2"]
        assert (check_log().ok, check_log().erased) == (True, 1)
        row = Record.objects.select_related("stream__partner", "receipt").get(leaf=leaf)
        assert check_record(row)[0].ok
        receive(partner, [cn.send(TOMBSTONE, stone([leaf]))])
        assert check_log().ok
        assert "cn>mm#1 4" in check_record(row)[0].detail

    def test_a_place_whose_leaf_the_next_record_does_not_name_freezes_the_stream(
        self, cn: ForeignNode, partner: Partner, reports: Agreement
    ) -> None:
        self.skip(cn, reports, "C-1")
        false = place_line(ErasedPlace(stream=cn.stream, seq=2, leaf="a" * 64))
        following = cn.send(KIND, report("C-2"), subject="C-2", agreement=reports.uuid)
        answers = receive(partner, [false, following])
        assert read_refusal(answers[-1])[1].code == "exchange.equivocation"
        assert Stream.objects.get(name="cn>mm#1").state == StreamState.FROZEN

    def test_after_the_record_itself_it_repeats_the_verdict(
        self, cn: ForeignNode, partner: Partner, reports: Agreement
    ) -> None:
        token, line = self.skip(cn, reports, "C-1")
        receive(partner, [token])
        assert verdict_of(receive(partner, [line])).status == "accepted"
        assert tokens.text_of(leaf_hash(token).hex()) == token

    def test_and_the_record_after_it_stays_erased(
        self, cn: ForeignNode, partner: Partner, reports: Agreement
    ) -> None:
        token, line = self.skip(cn, reports, "C-1")
        receive(partner, [line])
        assert verdict_of(receive(partner, [token])).code == "exchange.erased"
        assert tokens.text_of(leaf_hash(token).hex()) is None

    def test_another_leaf_at_a_known_place_is_equivocation(
        self, cn: ForeignNode, partner: Partner, reports: Agreement
    ) -> None:
        token, _ = self.skip(cn, reports, "C-1")
        receive(partner, [token])
        false = place_line(ErasedPlace(stream=cn.stream, seq=2, leaf="a" * 64))
        assert read_refusal(receive(partner, [false])[-1])[1].code == "exchange.equivocation"

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (place_line(ErasedPlace(stream="md>mm#1", seq=2, leaf="a" * 64)), "exchange.wrong-sender"),
            ('{"stream":"cn>mm#1"}', "wire.erasure.invalid"),
            ("{", "wire.codec.syntax"),
        ],
    )
    def test_a_line_that_is_no_place_of_the_partner_is_refused(
        self, cn: ForeignNode, partner: Partner, reports: Agreement, line: str, code: str
    ) -> None:
        refusal = read_refusal(receive(partner, [line])[-1])[1]
        assert (refusal.code, refusal.expected) == (code, 2)

    def test_a_gap_before_it_is_told(self, cn: ForeignNode, partner: Partner, reports: Agreement) -> None:
        self.skip(cn, reports, "C-1")
        _, line = self.skip(cn, reports, "C-2")
        assert read_refusal(receive(partner, [line])[-1])[1].expected == 2

    def test_a_bundle_brings_records_and_places_in_the_order_of_the_stream(
        self, cn: ForeignNode, partner: Partner, reports: Agreement
    ) -> None:
        first = cn.send(KIND, report("C-1"), subject="C-1", agreement=reports.uuid)
        self.skip(cn, reports, "C-2")
        place = ErasedPlace(stream=cn.stream, seq=cn.seq, leaf=cn.prev)
        third = cn.send(KIND, report("C-3"), subject="C-3", agreement=reports.uuid)
        last = cn.send(TOMBSTONE, stone([place.leaf]))
        data = cn.bundle(
            [first, third, last],
            encryption=keystore.in_use(KeyPurpose.ENCRYPTION).certificate,
            erased=(place,),
        )
        for repeated in (0, 4):
            told = import_bundle(io.BytesIO(data), actor="operator")
            assert (told.taken, told.repeated, told.problems) == (4 - repeated, repeated, [])
        assert (told.refused, told.erased) == (0, 0)
        assert check_log().ok

    def test_a_record_that_only_claims_to_have_come_without_text_is_an_alarm(
        self, cn: ForeignNode, partner: Partner, received: Record
    ) -> None:
        tokens.erase([received.leaf])
        Record.objects.filter(pk=received.pk).update(
            type="exchange.erased-place", verdict="refused", verdict_code="exchange.erased"
        )
        assert any(finding.leaf == received.leaf for finding in check_log().findings)
