"""What a partner's answers mean for what this node sent."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from isthmus.apps.etrade.records import ExportDeclarationV1
from isthmus.exchange.delivery.turns import tokens_after
from isthmus.exchange.models import (
    Agreement,
    Alarm,
    Checkpoint,
    Direction,
    LogEntry,
    Receipt,
    Record,
    Refusal,
    Stream,
    StreamState,
    Verdict,
)
from isthmus.exchange.services import Outgoing, publish
from isthmus.exchange.services.settle import settle
from isthmus.trust.models import Partner
from isthmus.wire.receipt import Verdict as WireVerdict
from isthmus.wire.record import leaf_hash
from tests.foreign import ForeignNode

KIND = "etrade.export-declaration/1"


def item(number: str) -> Outgoing:
    body = ExportDeclarationV1.model_validate(
        {
            "declaration_number": number,
            "exporter_name": "Sample Pulses Ltd",
            "items": [{"number": 1}],
            "match": {"net_kg": "24000", "fob_value": "19000"},
        }
    )
    return Outgoing(KIND, body, number)


@pytest.fixture
def stream(agreed: Agreement) -> Stream:
    """The outgoing stream, with three declarations behind the proposal of the agreement."""
    publish([item(f"EX-{n}") for n in range(3)], to=["cn"])
    return Stream.objects.select_related("partner").get(direction=Direction.OUT)


def verdicts(stream: Stream) -> list[str]:
    return list(Record.objects.filter(stream=stream).order_by("seq").values_list("verdict", flat=True))


class TestReceipt:
    def test_settles_the_records_and_is_kept_as_proof(self, cn: ForeignNode, stream: Stream) -> None:
        token = cn.receipt(tokens_after(stream, 0))
        assert settle(stream, [token]) == ()
        stream.refresh_from_db()
        assert stream.settled_seq == 4
        assert verdicts(stream) == [Verdict.ACCEPTED] * 4
        receipt = Receipt.objects.get(leaf=leaf_hash(token).hex())
        assert Record.objects.get(stream=stream, seq=4).receipt == receipt
        assert LogEntry.objects.filter(leaf=receipt.leaf, sort="receipt-obtained").count() == 1

    def test_brings_the_partners_log_head(self, cn: ForeignNode, stream: Stream) -> None:
        settle(stream, [cn.receipt(tokens_after(stream, 0))])
        head = Checkpoint.objects.get(node_id="cn")
        assert (head.size, head.root) == (4, cn.frontier.root().hex())

    def test_twice_changes_nothing(self, cn: ForeignNode, stream: Stream) -> None:
        token = cn.receipt(tokens_after(stream, 0))
        settle(stream, [token])
        size = LogEntry.objects.count()
        assert settle(stream, [token]) == ()
        assert LogEntry.objects.count() == size

    def test_with_a_refused_verdict_keeps_the_reason(self, cn: ForeignNode, stream: Stream) -> None:
        tokens = tokens_after(stream, 0)
        settle(stream, [cn.receipt(tokens, status="refused", code="exchange.schema", reason="no number")])
        row = Record.objects.get(stream=stream, seq=2)
        assert (row.verdict, row.verdict_code, row.verdict_reason) == (
            Verdict.REFUSED,
            "exchange.schema",
            "no number",
        )

    def test_for_a_part_leaves_the_rest_waiting(self, cn: ForeignNode, stream: Stream) -> None:
        settle(stream, [cn.receipt(tokens_after(stream, 0)[:2])])
        stream.refresh_from_db()
        assert (stream.settled_seq, stream.waiting) == (2, 2)
        assert len(tokens_after(stream, stream.settled_seq)) == 2

    def test_overlapping_an_earlier_one_proves_what_waited(self, cn: ForeignNode, stream: Stream) -> None:
        tokens = tokens_after(stream, 0)
        first, second = cn.receipt(tokens[:2]), cn.receipt(tokens)
        assert settle(stream, [first]) == settle(stream, [second]) == ()
        proofs = Record.objects.filter(stream=stream).order_by("seq").values_list("receipt__leaf", flat=True)
        leaves = [leaf_hash(token).hex() for token in (first, first, second, second)]
        assert list(proofs) == leaves
        assert verdicts(stream) == [Verdict.ACCEPTED] * 4

    def test_an_accepted_verdict_may_say_more(self, cn: ForeignNode, stream: Stream) -> None:
        tokens = tokens_after(stream, 0)
        assert settle(stream, [cn.receipt(tokens, code="note", reason="looked at")]) == ()
        row = Record.objects.get(stream=stream, seq=3)
        assert (row.verdict, row.verdict_code, row.verdict_reason) == (Verdict.ACCEPTED, "note", "looked at")

    def test_costs_as_many_statements_for_many_records_as_for_few(
        self, cn: ForeignNode, stream: Stream
    ) -> None:
        counts = []
        for more in (2, 20):
            publish([item(f"EX-{more}-{n}") for n in range(more)], to=["cn"])
            stream.refresh_from_db()
            token = cn.receipt(tokens_after(stream, stream.settled_seq))
            with CaptureQueriesContext(connection) as found:
                assert settle(stream, [token]) == ()
            counts.append(len(found))
        assert counts[1] <= counts[0] + 1  # subtrees of the log that the receipt completes

    def test_over_a_later_run_does_not_skip_what_lies_before(self, cn: ForeignNode, stream: Stream) -> None:
        settle(stream, [cn.receipt(tokens_after(stream, 0)[2:])])
        stream.refresh_from_db()
        assert stream.settled_seq == 0

    def test_that_names_another_leaf_freezes_the_stream(self, cn: ForeignNode, stream: Stream) -> None:
        cn.frontier, _ = cn.frontier.append(b"\0" * 32)
        wrong = WireVerdict(seq=1, leaf="ab" * 32, status="accepted")
        (problem,) = settle(stream, [cn.sign_receipt([wrong])])
        assert "holds abab" in problem
        stream.refresh_from_db()
        assert stream.state == StreamState.FROZEN
        assert stream.settled_seq == 0
        assert Alarm.objects.filter(code="exchange.receipt-for-other-record").exists()

    @pytest.mark.parametrize("change", ["payload", "signature"])
    def test_with_a_changed_byte_settles_nothing(self, cn: ForeignNode, stream: Stream, change: str) -> None:
        header, payload, signature = cn.receipt(tokens_after(stream, 0)).split(".")
        if change == "payload":
            payload = payload[:40] + ("A" if payload[40] != "A" else "B") + payload[41:]
        else:
            signature = ("A" if signature[0] != "A" else "B") + signature[1:]
        assert len(settle(stream, [f"{header}.{payload}.{signature}"])) == 1
        assert verdicts(stream) == [Verdict.WAITING] * 4

    def test_with_a_checkpoint_of_a_stranger_settles_nothing(self, cn: ForeignNode, stream: Stream) -> None:
        stranger = ForeignNode()
        tokens = tokens_after(stream, 0)
        ours = [
            WireVerdict(seq=n, leaf=leaf_hash(t).hex(), status="accepted") for n, t in enumerate(tokens, 1)
        ]
        assert len(settle(stream, [cn.sign_receipt(ours, checkpoint=stranger.checkpoint())])) == 1
        assert verdicts(stream) == [Verdict.WAITING] * 4

    def test_of_another_partner_settles_nothing(self, stream: Stream) -> None:
        stranger = ForeignNode("md", "Moldova test node", "MD")
        assert len(settle(stream, [stranger.receipt(tokens_after(stream, 0))])) == 1
        assert verdicts(stream) == [Verdict.WAITING] * 4


class TestRefusal:
    def test_a_gap_rewinds(self, cn: ForeignNode, stream: Stream) -> None:
        settle(stream, [cn.receipt(tokens_after(stream, 0))])
        settle(stream, [cn.refusal("exchange.gap", seq=5, expected=2)])
        stream.refresh_from_db()
        assert stream.settled_seq == 1

    def test_a_gap_ahead_of_this_node_may_mean_a_restored_backup(
        self, cn: ForeignNode, stream: Stream
    ) -> None:
        settle(stream, [cn.refusal("exchange.gap", seq=5, expected=99)])
        stream.refresh_from_db()
        assert stream.state == StreamState.RECOVERING
        assert "up to number 98" in Alarm.objects.get(code="exchange.older-claimed").message

    @pytest.mark.parametrize("code", ["exchange.equivocation", "exchange.frozen", "exchange.other-stream"])
    def test_what_needs_people_freezes(self, cn: ForeignNode, stream: Stream, code: str) -> None:
        assert settle(stream, [cn.refusal(code, seq=2)]) == (f"{code} says the partner",)
        stream.refresh_from_db()
        assert stream.state == StreamState.FROZEN
        assert Refusal.objects.get(direction=Direction.IN).code == code

    def test_a_damaged_record_is_simply_sent_again(self, cn: ForeignNode, stream: Stream) -> None:
        settle(stream, [cn.refusal("wire.signature.invalid", seq=1, expected=1)])
        stream.refresh_from_db()
        assert (stream.state, stream.settled_seq) == (StreamState.OPEN, 0)


class TestPublish:
    def test_the_body_is_cut_down_to_the_agreed_fields(self, stream: Stream) -> None:
        from isthmus.wire.record import read_record

        _, record = read_record(tokens_after(stream, 1)[0])
        assert set(record.body) == {"consignee_name", "declaration_number", "items", "match"}
        assert record.body["match"] == {"net_kg": "24000"}
        row = Record.objects.get(stream=stream, seq=2)
        assert row.withheld == ["exporter_name", "match.fob_value"]

    def test_numbers_have_no_gaps_and_each_record_names_the_one_before(self, stream: Stream) -> None:
        from isthmus.wire.record import read_record

        records = [read_record(token)[1] for token in tokens_after(stream, 0)]
        leaves = [leaf_hash(token).hex() for token in tokens_after(stream, 0)]
        assert [record.seq for record in records] == [1, 2, 3, 4]
        assert [record.prev for record in records] == ["", *leaves[:-1]]

    def test_nothing_is_published_without_agreement(self, cn: ForeignNode, partner: Partner) -> None:
        from isthmus.kit.errors import Refused

        with pytest.raises(Refused, match="No agreement in force"):
            publish([item("EX-1")], to=["cn"])
        assert not Record.objects.exists()

    def test_nothing_is_published_to_strangers(self, node: str) -> None:
        from isthmus.kit.errors import Refused

        with pytest.raises(Refused, match="not a confirmed partner"):
            publish([item("EX-1")], to=["cn"])

    def test_a_rolled_back_business_transaction_leaves_no_trace(self, agreed: Agreement) -> None:
        from django.db import transaction

        size = LogEntry.objects.count()

        class StopError(Exception):
            pass

        def business() -> Any:
            with transaction.atomic():
                publish([item("EX-1")], to=["cn"])
                raise StopError

        with pytest.raises(StopError):
            business()
        assert LogEntry.objects.count() == size
        assert not Record.objects.filter(type="etrade.export-declaration").exists()
