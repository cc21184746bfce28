"""A bundle on a USB stick is as good as a cable: nothing lost, nothing twice, nothing out of order."""

import io
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.accounts.models import AuditEvent
from isthmus.apps.etrade.models import Declaration
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
    Token,
    Verdict,
)
from isthmus.exchange.services import Outgoing, publish
from isthmus.exchange.services.alarms import raise_alarm
from isthmus.exchange.services.bundles import export_bundle, exporting, import_bundle, look_at
from isthmus.exchange.services.erasure import erase
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.settle import settle
from isthmus.kit.errors import BadInput, Conflict, Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, OwnKey, Partner, PartnerKey
from isthmus.trust.services import suspend
from isthmus.wire.bundle import BundleContent
from isthmus.wire.receipt import read_receipt, read_refusal
from isthmus.wire.record import read_record
from tests.foreign import ForeignNode

KIND = "etrade.export-declaration/1"


def declaration(number: str) -> dict[str, Any]:
    return {"declaration_number": number, "items": [{"number": 1, "hs_code": "071331"}]}


def send(cn: ForeignNode, agreed: Agreement, count: int) -> list[str]:
    """The partner's next records: they follow its answer to the agreement, which is number 1."""
    first = cn.seq + 1
    return [
        cn.send(KIND, declaration(f"EX-{n}"), subject=f"EX-{n}", agreement=agreed.uuid)
        for n in range(first, first + count)
    ]


def stick(cn: ForeignNode, tokens: list[str] | tuple[str, ...] = (), **changes: Any) -> bytes:
    """A bundle that the partner wrote for this node."""
    return cn.bundle(tokens, encryption=keystore.in_use(KeyPurpose.ENCRYPTION).certificate, **changes)


def plug_in(data: bytes) -> Any:
    return import_bundle(io.BytesIO(data), actor="operator")


def take_home(cn: ForeignNode, partner: Partner, **options: Any) -> BundleContent:
    """What the partner finds in the bundle that this node writes for it."""
    file = io.BytesIO()
    export_bundle(partner, file, actor="operator", **options)
    return cn.open(file.getvalue(), keystore.in_use(KeyPurpose.SEAL).certificate)


def numbers() -> list[str]:
    return list(Declaration.objects.order_by("id").values_list("number", flat=True))


def state() -> tuple[Any, ...]:
    """Everything that a bundle could change."""
    return (
        LogEntry.objects.count(),
        list(Stream.objects.order_by("name").values_list("name", "last_seq", "settled_seq", "state")),
        list(Record.objects.order_by("pk").values_list("leaf", "verdict", "effect")),
        [kind.objects.count() for kind in (Receipt, Refusal, Checkpoint, Token, Alarm, AuditEvent)],
        numbers(),
    )


@pytest.fixture
def out(agreed: Agreement) -> Stream:
    """The outgoing stream: the proposal of the agreement and three declarations, nothing settled."""
    publish(
        [
            Outgoing(KIND, ExportDeclarationV1.model_validate(declaration(f"MM-{n}")), f"MM-{n}")
            for n in range(3)
        ],
        to=["cn"],
    )
    return Stream.objects.select_related("partner").get(direction=Direction.OUT)


class TestExport:
    def test_carries_what_is_not_settled_and_the_answers_and_a_signed_head(
        self, cn: ForeignNode, partner: Partner, out: Stream
    ) -> None:
        content = take_home(cn, partner)
        assert list(content.records) == tokens_after(out, 0)
        (receipt,) = (read_receipt(token)[1] for token in content.receipts)
        assert (receipt.stream, receipt.from_seq, receipt.to_seq) == ("cn>mm#1", 1, 1)
        assert content.checkpoint == Checkpoint.objects.filter(node_id="mm").latest("size").note

    def test_leaves_the_position_and_the_verdicts_as_they_were_and_is_audited(
        self, cn: ForeignNode, partner: Partner, out: Stream
    ) -> None:
        before = (out.settled_seq, out.last_seq, LogEntry.objects.count())
        take_home(cn, partner)
        out.refresh_from_db()
        assert (out.settled_seq, out.last_seq, LogEntry.objects.count()) == before
        assert set(Record.objects.filter(stream=out).values_list("verdict", flat=True)) == {Verdict.WAITING}
        event = AuditEvent.objects.get(kind="exchange.bundle-exported")
        assert (event.actor, event.subject) == ("operator", "cn")
        assert event.detail["ranges"] == ["mm>cn#1 1-4"]

    def test_begins_behind_what_a_receipt_covers(
        self, cn: ForeignNode, partner: Partner, out: Stream
    ) -> None:
        tokens = tokens_after(out, 0)
        settle(out, [cn.receipt(tokens[:3])])
        assert list(take_home(cn, partner).records) == tokens[3:]

    def test_of_more_than_one_stick_holds_says_what_is_left(
        self, cn: ForeignNode, partner: Partner, out: Stream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exporting, "MAX_RECORDS", 3)
        first = export_bundle(partner, io.BytesIO(), actor="operator")
        assert (first.left, first.last) == (1, 3)
        rest = take_home(cn, partner, after=first.last)
        assert [read_record(token)[1].seq for token in rest.records] == [4]

    def test_of_records_that_are_large_stops_at_its_limit(
        self, cn: ForeignNode, partner: Partner, out: Stream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sizes = [len(token) for token in tokens_after(out, 0)]
        monkeypatch.setattr(exporting, "MAX_RECORD_BYTES", sum(sizes[:2]))
        assert export_bundle(partner, io.BytesIO(), actor="operator").left == 2

    @pytest.mark.parametrize("after", [-1, 5])
    def test_behind_a_number_that_no_record_has_is_bad_input(
        self, partner: Partner, out: Stream, after: int
    ) -> None:
        with pytest.raises(BadInput, match="has the number"):
            export_bundle(partner, io.BytesIO(), actor="operator", after=after)

    def test_names_the_place_of_an_erased_record(
        self, cn: ForeignNode, partner: Partner, out: Stream
    ) -> None:
        erased = Record.objects.select_related("stream__partner").get(stream=out, seq=3)
        erase([erased], ground="person", reason="The person asked for it.", actor="approver")
        content = take_home(cn, partner)
        assert [(place.seq, place.leaf) for place in content.erased] == [(3, erased.leaf)]
        assert len(content.records) == 4, "three records and the tombstone"

    def test_for_a_suspended_partner_is_refused(self, partner: Partner, out: Stream) -> None:
        file = io.BytesIO()
        with pytest.raises(Refused, match="not an active partner"):
            export_bundle(suspend(partner, "doubts", actor="test"), file, actor="operator")
        assert file.getvalue() == b""

    def test_with_nothing_to_carry_says_so(self, partner: Partner) -> None:
        with pytest.raises(Conflict, match="Nothing waits"):
            export_bundle(partner, io.BytesIO(), actor="operator")

    def test_without_a_key_to_encrypt_to_is_refused(self, partner: Partner, out: Stream) -> None:
        PartnerKey.objects.filter(purpose=KeyPurpose.ENCRYPTION).update(valid_until="2026-02-01T00:00:00Z")
        with pytest.raises(Refused, match="No encryption key"):
            export_bundle(partner, io.BytesIO(), actor="operator")

    def test_of_a_frozen_stream_carries_the_answers_alone(
        self, cn: ForeignNode, partner: Partner, out: Stream
    ) -> None:
        Stream.objects.filter(pk=out.pk).update(state=StreamState.FROZEN)
        content = take_home(cn, partner)
        assert (len(content.records), len(content.receipts)) == (0, 1)
        done = export_bundle(partner, io.BytesIO(), actor="operator")
        assert (done.frozen, done.left) == (True, 4)


class TestImport:
    def test_brings_records_to_effect_and_gives_their_receipt(
        self, cn: ForeignNode, agreed: Agreement
    ) -> None:
        report = plug_in(stick(cn, send(cn, agreed, 3)))
        assert (report.taken, report.repeated, report.refused, report.problems) == (3, 0, 0, [])
        assert numbers() == ["EX-2", "EX-3", "EX-4"]
        (answer,) = report.answers
        receipt = read_receipt(answer)[1]
        assert (receipt.from_seq, receipt.to_seq) == (2, 4)
        assert Receipt.objects.filter(uuid=receipt.id).exists()
        event = AuditEvent.objects.get(kind="exchange.bundle-imported")
        assert (event.actor, event.subject, event.detail["taken"]) == ("operator", "cn", 3)

    def test_keeps_the_partners_log_head(self, cn: ForeignNode, agreed: Agreement) -> None:
        cn.frontier, _ = cn.frontier.append(b"\1" * 32)
        plug_in(stick(cn, send(cn, agreed, 1)))
        assert Checkpoint.objects.get(node_id="cn").root == cn.frontier.root().hex()

    def test_twice_has_one_effect(self, cn: ForeignNode, agreed: Agreement) -> None:
        data = stick(cn, send(cn, agreed, 3))
        plug_in(data)
        report = plug_in(data)
        assert (report.taken, report.repeated, report.problems) == (0, 3, [])
        assert numbers() == ["EX-2", "EX-3", "EX-4"]

    def test_out_of_order_loses_nothing_and_says_what_comes_first(
        self, cn: ForeignNode, agreed: Agreement
    ) -> None:
        tokens = send(cn, agreed, 4)
        early, late = stick(cn, tokens[:2]), stick(cn, tokens[2:])
        report = plug_in(late)
        assert report.taken == 0
        (problem,) = report.problems
        assert "Record 2 is expected first; import the earlier bundle or connect." in problem
        assert numbers() == []
        assert plug_in(early).problems == []
        assert plug_in(late).taken == 2
        assert numbers() == ["EX-2", "EX-3", "EX-4", "EX-5"]

    def test_mixes_with_delivery_over_the_network(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        tokens = send(cn, agreed, 5)
        receive(partner, tokens[:2])
        report = plug_in(stick(cn, tokens[1:4]))
        assert (report.taken, report.repeated) == (2, 1)
        receive(partner, tokens)
        assert numbers() == [f"EX-{n}" for n in range(2, 7)]

    def test_of_more_than_one_batch_takes_them_all(
        self, cn: ForeignNode, agreed: Agreement, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("isthmus.wire.batch.MAX_RECORDS", 2)
        report = plug_in(stick(cn, send(cn, agreed, 5)))
        assert (report.taken, len(report.answers)) == (5, 3)
        assert numbers() == [f"EX-{n}" for n in range(2, 7)]

    def test_counts_records_that_are_refused_with_a_reason(self, cn: ForeignNode, agreed: Agreement) -> None:
        token = cn.send(KIND, declaration("EX-9") | {"agent_name": "not agreed"}, agreement=agreed.uuid)
        report = plug_in(stick(cn, [token]))
        assert (report.taken, report.refused, report.problems) == (1, 1, [])
        assert numbers() == []

    def test_opens_what_was_written_for_a_key_that_has_retired(
        self, cn: ForeignNode, agreed: Agreement
    ) -> None:
        data = stick(cn, send(cn, agreed, 1))
        OwnKey.objects.filter(purpose=KeyPurpose.ENCRYPTION).update(retired_at="2026-11-01T00:00:00Z")
        assert plug_in(data).taken == 1

    def test_two_histories_freeze_the_stream_and_the_way_back_says_so(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        place = cn.record(KIND, declaration("EX-A"), agreement=agreed.uuid)
        receive(partner, [cn.sign(place)])
        other = cn.record(KIND, declaration("EX-B"), agreement=agreed.uuid)
        report = plug_in(stick(cn, [cn.sign(other)]))
        assert "signed twice" in report.problems[0]
        assert Stream.objects.get(direction=Direction.IN).state == StreamState.FROZEN
        (refusal,) = take_home(cn, partner).refusals
        assert read_refusal(refusal)[1].code == "exchange.equivocation"


class TestTheWayBack:
    def test_receipts_settle_the_sender(self, cn: ForeignNode, partner: Partner, out: Stream) -> None:
        raise_alarm("exchange.undelivered", out.name, "4 records wait.")
        sent = take_home(cn, partner).records
        report = plug_in(stick(cn, receipts=[cn.receipt(list(sent))]))
        assert (report.settled, report.problems) == (4, [])
        out.refresh_from_db()
        assert out.settled_seq == 4
        assert set(Record.objects.filter(stream=out).values_list("verdict", flat=True)) == {Verdict.ACCEPTED}
        assert not Alarm.objects.filter(cleared_at=None).exists()

    def test_a_gap_rewinds_the_sender_and_an_old_one_does_not_do_so_again(
        self, cn: ForeignNode, partner: Partner, out: Stream
    ) -> None:
        tokens = tokens_after(out, 0)
        settle(out, [cn.receipt(tokens)])
        data = stick(cn, refusals=[cn.refusal("exchange.gap", seq=4, expected=3)])
        assert plug_in(data).problems == ["exchange.gap says the partner"]
        assert list(take_home(cn, partner).records) == tokens[2:]
        settle(out, [cn.receipt(tokens[2:])])
        assert plug_in(data).problems == []
        out.refresh_from_db()
        assert out.settled_seq == 4

    def test_answers_of_a_bundle_are_carried_back_by_the_next(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        tokens = send(cn, agreed, 4)
        plug_in(stick(cn, tokens[2:]))
        refused = take_home(cn, partner).refusals
        assert [read_refusal(token)[1].expected for token in refused] == [2]
        plug_in(stick(cn, tokens))
        plug_in(stick(cn, tokens[2:]))
        content = take_home(cn, partner)
        assert content.refusals == (), "what was missing has come"
        covered = [read_receipt(token)[1] for token in content.receipts]
        assert [(receipt.from_seq, receipt.to_seq) for receipt in covered] == [(1, 1), (2, 5), (4, 5)]

    def test_a_thawed_stream_does_not_freeze_the_partner_any_more(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        incoming = Stream.objects.filter(direction=Direction.IN)
        incoming.update(state=StreamState.FROZEN)
        plug_in(stick(cn, send(cn, agreed, 1)))
        assert len(take_home(cn, partner).refusals) == 1
        incoming.update(state=StreamState.OPEN)
        assert take_home(cn, partner).refusals == ()

    def test_receipts_are_bounded_and_the_newest_come_first(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for token in send(cn, agreed, 4):
            receive(partner, [token])
        monkeypatch.setattr(exporting, "MAX_RECEIPTS", 2)
        kept = [read_receipt(token)[1].to_seq for token in take_home(cn, partner).receipts]
        assert kept == [4, 5]


class TestLookingAtOne:
    def test_says_that_it_is_whole_without_opening_it(
        self, cn: ForeignNode, partner: Partner, out: Stream
    ) -> None:
        file = io.BytesIO()
        export_bundle(partner, file, actor="operator")
        assert look_at(file).problem == ""
        assert look_at(io.BytesIO(stick(cn, receipts=["a.b.c"]))).problem == ""

    def test_says_what_is_wrong_with_it(self, cn: ForeignNode) -> None:
        data = stick(cn, receipts=["a.b.c"])
        assert "ends 1 bytes early" in look_at(io.BytesIO(data[:-1])).problem
        stranger = stick(ForeignNode("la", "Laos test node", "LA"), receipts=["a.b.c"])
        assert "not a confirmed partner" in look_at(io.BytesIO(stranger)).problem


COUNT = 6
RUNS = st.tuples(st.integers(0, COUNT - 1), st.integers(1, COUNT)).map(
    lambda run: (run[0], min(run[0] + run[1], COUNT))
)


class TestAnyOrder:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(deeds=st.lists(st.tuples(RUNS, st.booleans()), min_size=1, max_size=8))
    def test_has_the_effect_of_delivery_in_order_once_all_is_in(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement, deeds: list[Any]
    ) -> None:
        seq, prev = cn.seq, cn.prev
        with transaction.atomic():
            tokens = send(cn, agreed, COUNT)
            # A bundle, or a batch over the network, of any run; then those that make it complete.
            for (first, last), by_stick in [*deeds, ((COUNT // 2, COUNT), True), ((0, COUNT // 2 + 1), True)]:
                if by_stick:
                    plug_in(stick(cn, tokens[first:last]))
                else:
                    receive(partner, tokens[first:last])
                held = numbers()
                assert held == [f"EX-{seq + 1 + n}" for n in range(len(held))], "in order, each once"
            plug_in(stick(cn, tokens[COUNT // 2 :]))
            assert numbers() == [f"EX-{seq + 1 + n}" for n in range(COUNT)]
            assert Stream.objects.get(direction=Direction.IN).last_seq == seq + COUNT
            transaction.set_rollback(True)
        cn.seq, cn.prev = seq, prev
