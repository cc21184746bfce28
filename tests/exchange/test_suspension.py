"""A suspended partner: queued for, not sent to, told so; everything crosses in order once it is resumed."""

import io
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from isthmus.exchange import tokens
from isthmus.exchange.delivery import files, leases, witnessing
from isthmus.exchange.delivery.turns import pull_turn, push_turn
from isthmus.exchange.models import Agreement, Alarm, Direction, Record, Stream, Verdict
from isthmus.exchange.services import publish
from isthmus.exchange.services.bundles.exporting import export_bundle
from isthmus.exchange.services.bundles.importing import import_bundle
from isthmus.exchange.services.countersignatures import countersign
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.keys import roll_over
from isthmus.exchange.services.streams import resume_exchange
from isthmus.kit import clock
from isthmus.kit.errors import Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.services import suspend
from isthmus.wire import batch
from isthmus.wire.record import read_record
from tests.exchange.test_inbox import KIND, declaration
from tests.exchange.test_settle import item
from tests.foreign import ForeignNode
from tests.partner_server import answers, partner_server


def out() -> Stream:
    return Stream.objects.select_related("partner").get(direction=Direction.OUT)


@pytest.fixture
def suspended(partner: Partner, agreed: Agreement) -> Partner:
    return suspend(partner, "Its keys may be stolen", actor="operator")


class TestMeanwhile:
    def test_everything_is_queued_and_nothing_is_due(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        receive(partner, [cn.send(KIND, declaration("A"), subject="A", agreement=agreed.uuid)])
        row = Record.objects.get(subject="A")
        suspend(partner, "for a test", actor="operator")
        before = out().last_seq
        publish([item("EX-1")], to=["cn"])
        roll_over(KeyPurpose.SEAL, actor="operator")
        countersign(row, "We agree", actor="officer")
        assert out().last_seq == before + 3
        moment = clock.now()
        assert leases.due_streams(moment) == []
        assert witnessing.due_partners(moment) == []
        assert files.due_partners(moment) == []

    def test_what_it_sends_is_answered_clearly_by_each_way(
        self, cn: ForeignNode, suspended: Partner, agreed: Agreement
    ) -> None:
        token = cn.send(KIND, declaration("A"), subject="A", agreement=agreed.uuid)
        for method, target in (
            ("GET", "/exchange/v1/outbox/cn?after=0"),
            ("POST", "/exchange/v1/inbox"),
            ("POST", "/exchange/v1/receipts"),
            ("GET", "/exchange/v1/keys"),
        ):
            body = batch.pack([token]) if method == "POST" else b""
            headers = {"Authorization": cn.authorization(method, target, body)}
            call = Client().post if method == "POST" else Client().get
            given: Any = {"content_type": "application/octet-stream"} if method == "POST" else {}
            answer = call(target, body, headers=headers, **given) if body else call(target, headers=headers)
            assert (answer.status_code, answer.json()["title"]) == (403, "exchange.suspended"), target
            assert "suspended the exchange with you" in answer.json()["detail"]
        with pytest.raises(Refused) as caught:
            receive(suspended, [token])
        assert caught.value.code == "exchange.partner-suspended"
        assert not Record.objects.filter(subject="A").exists()

    def test_no_stick_is_written_or_read(
        self, cn: ForeignNode, suspended: Partner, agreed: Agreement
    ) -> None:
        encryption = keystore.in_use(KeyPurpose.ENCRYPTION).certificate
        stick = cn.bundle([cn.send(KIND, declaration("A"), agreement=agreed.uuid)], encryption=encryption)
        with pytest.raises(Refused) as caught:
            import_bundle(io.BytesIO(stick), actor="operator")
        assert (caught.value.code, "Keep the file" in caught.value.next_step) == (
            "exchange.partner-suspended",
            True,
        )
        with pytest.raises(Refused) as caught:
            export_bundle(suspended, io.BytesIO(), actor="operator")
        assert "stays here" in caught.value.next_step
        resume_exchange(suspended, actor="operator")
        assert import_bundle(io.BytesIO(stick), actor="operator").taken == 1

    def test_suspending_in_the_middle_of_a_turn_stops_after_the_batch(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish([item(f"EX-{n}") for n in range(3)], to=["cn"])
        monkeypatch.setattr(batch, "MAX_RECORDS", 2)
        pushed: list[list[str]] = []

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            pushed.append(batch.unpack(body))
            return answers(cn.receipt(pushed[-1]))

        real = __import__("isthmus.exchange.delivery.turns", fromlist=["settle"]).settle

        def suspending(stream: Stream, given: Any, **named: Any) -> tuple[str, ...]:
            problems: tuple[str, ...] = real(stream, given, **named)
            suspend(Partner.objects.get(), "now", actor="operator")
            return problems

        monkeypatch.setattr("isthmus.exchange.delivery.turns.settle", suspending)
        with partner_server(answer) as url:
            Partner.objects.update(url=url)
            assert not push_turn(out())
        assert len(pushed) == 1
        assert (out().waiting, out().last_error) == (2, "The partner was suspended.")


class TestResumed:
    def test_everything_crosses_in_order_at_once(self, cn: ForeignNode, suspended: Partner) -> None:
        publish([item(f"EX-{n}") for n in range(3)], to=["cn"])
        roll_over(KeyPurpose.SEAL, actor="operator")
        publish([item("EX-3")], to=["cn"])
        Stream.objects.update(failures=9, last_error="No.", next_attempt_at=clock.now().replace(year=2099))
        seen: list[str] = []

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            seen.extend(batch.unpack(body))
            return answers(cn.receipt(batch.unpack(body)))

        with partner_server(answer) as url:
            Partner.objects.update(url=url)
            resume_exchange(suspended, actor="operator")
            (due,) = leases.due_streams(clock.now())
            assert push_turn(due)
        records = [read_record(token)[1] for token in seen]
        assert [record.seq for record in records] == list(range(1, out().last_seq + 1))
        assert [record.subject for record in records][-5:-2] == ["EX-0", "EX-1", "EX-2"]
        assert (out().waiting, out().failures, Alarm.objects.count()) == (0, 0, 0)


class TestLostAnswers:
    """A node that nobody can call fetches; its answers may be lost on the way back."""

    def test_what_was_fetched_but_not_receipted_is_handed_out_again(
        self, cn: ForeignNode, agreed: Agreement
    ) -> None:
        publish([item("EX-1")], to=["cn"])
        target = f"/exchange/v1/outbox/cn?after={out().last_seq}"
        answer = Client().get(target, headers={"Authorization": cn.authorization("GET", target)})
        again = batch.unpack(answer.content)
        assert len(again) == out().last_seq
        body = f'{{"answers": ["{cn.receipt(again)}"]}}'.encode()
        target = "/exchange/v1/receipts"
        Client().post(
            target,
            body,
            content_type="application/json",
            headers={"Authorization": cn.authorization("POST", target, body)},
        )
        assert out().waiting == 0
        assert not Record.objects.filter(verdict=Verdict.WAITING).exists()

    def test_this_node_answers_again_once_a_turn(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        token = cn.send(KIND, declaration("A"), subject="A", agreement=agreed.uuid)
        calls: list[str] = []

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            calls.append(path.partition("?")[0])
            if path.startswith("/exchange/v1/outbox/"):
                return 200, batch.pack([token])
            return (500, b"") if calls.count(path) == 1 else (200, b"{}")

        with partner_server(answer) as url:
            Partner.objects.update(url=url)
            partner.refresh_from_db()
            from isthmus.kit.errors import Fault

            with pytest.raises(Fault):
                pull_turn(partner)
            calls_before = len(calls)
            assert pull_turn(partner) == 0
        assert len(calls) == calls_before + 2
        assert Record.objects.filter(subject="A").count() == 1
        assert tokens.text_of(Record.objects.get(subject="A").leaf) == token
        assert settings.ISTHMUS.node_id == "mm"
