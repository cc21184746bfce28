"""A worker's turn: push what waits, keep the order, back off, never give up."""

import json
from datetime import timedelta
from typing import Any

import pytest

from isthmus.exchange.delivery import leases
from isthmus.exchange.delivery.client import PartnerLink, fetch_card
from isthmus.exchange.delivery.turns import UNDELIVERED, pull_turn, push_turn, tokens_after
from isthmus.exchange.models import Agreement, Alarm, Direction, Record, Stream, StreamState, Verdict
from isthmus.exchange.services import publish
from isthmus.kit import clock
from isthmus.kit.errors import Fault
from isthmus.trust.models import Partner
from isthmus.trust.services import introduce, suspend
from isthmus.wire import batch
from isthmus.wire.receipt import read_receipt
from isthmus.wire.request import read_request
from tests.exchange.test_inbox import KIND, declaration
from tests.exchange.test_settle import item
from tests.foreign import ForeignNode
from tests.partner_server import answers, partner_server


@pytest.fixture
def stream(agreed: Agreement) -> Stream:
    publish([item(f"EX-{n}") for n in range(5)], to=["cn"])
    return Stream.objects.select_related("partner").get(direction=Direction.OUT)


def move_partner(url: str) -> None:
    Partner.objects.filter(node_id="cn").update(url=url)


def fresh(stream: Stream) -> Stream:
    return Stream.objects.select_related("partner").get(pk=stream.pk)


class TestPush:
    def test_delivers_everything_in_order_and_keeps_the_receipt(
        self, cn: ForeignNode, stream: Stream
    ) -> None:
        seen: list[list[str]] = []

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            assert path == "/exchange/v1/inbox"
            seen.append(batch.unpack(body))
            return answers(cn.receipt(seen[-1]))

        with partner_server(answer) as url:
            move_partner(url)
            assert push_turn(fresh(stream)) is True
        assert [len(tokens) for tokens in seen] == [6]
        assert fresh(stream).waiting == 0
        assert set(Record.objects.filter(stream=stream).values_list("verdict", flat=True)) == {
            Verdict.ACCEPTED
        }
        assert fresh(stream).lease_until is None

    def test_goes_on_batch_after_batch(
        self, cn: ForeignNode, stream: Stream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batch, "MAX_RECORDS", 2)
        sizes: list[int] = []

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            tokens = batch.unpack(body)
            sizes.append(len(tokens))
            return answers(cn.receipt(tokens))

        with partner_server(answer) as url:
            move_partner(url)
            push_turn(fresh(stream))
        assert sizes == [2, 2, 2]

    @pytest.mark.parametrize(
        "reply",
        [
            (500, b"broken"),
            (200, b"not json"),
            (200, b'{"answers": 5}'),
            (200, b'{"answers": ["garbage"]}'),
            (200, b'{"answers": []}'),
            (302, b""),
        ],
        ids=["status", "no-json", "no-list", "garbage", "nothing", "redirect"],
    )
    def test_an_answer_that_proves_nothing_settles_nothing_and_is_tried_again(
        self, stream: Stream, reply: tuple[int, bytes]
    ) -> None:
        with partner_server(lambda *_: reply) as url:
            move_partner(url)
            assert push_turn(fresh(stream)) is False
        after = fresh(stream)
        assert (after.settled_seq, after.failures, after.lease_until) == (0, 1, None)
        assert after.last_error
        assert after.next_attempt_at is not None
        assert after.next_attempt_at > clock.now() - timedelta(seconds=1)

    def test_a_link_that_is_down_is_written_to_the_stream(self, stream: Stream) -> None:
        move_partner("http://127.0.0.1:9")
        assert push_turn(fresh(stream)) is False
        assert "cn could not be reached" in fresh(stream).last_error

    def test_failures_back_off_and_a_success_forgets_them(self, cn: ForeignNode, stream: Stream) -> None:
        Stream.objects.filter(pk=stream.pk).update(failures=6)
        with partner_server(lambda *_: (500, b"")) as url:
            move_partner(url)
            push_turn(fresh(stream))
        later = fresh(stream).next_attempt_at
        assert later is not None
        assert timedelta(seconds=30) < later - clock.now() <= timedelta(seconds=64)
        Stream.objects.filter(pk=stream.pk).update(next_attempt_at=None)
        with partner_server(lambda _, body: answers(cn.receipt(batch.unpack(body)))) as url:
            move_partner(url)
            push_turn(fresh(stream))
        assert (fresh(stream).failures, fresh(stream).last_error) == (0, "")

    def test_a_gap_makes_the_sender_rewind(self, cn: ForeignNode, stream: Stream) -> None:
        Stream.objects.filter(pk=stream.pk).update(settled_seq=4)
        first: list[int] = []

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            tokens = batch.unpack(body)
            first.append(len(tokens))
            if len(first) == 1:
                return answers(cn.refusal("exchange.gap", seq=5, expected=1))
            return answers(cn.receipt(tokens))

        with partner_server(answer) as url:
            move_partner(url)
            push_turn(fresh(stream))
            Stream.objects.update(next_attempt_at=None)
            push_turn(fresh(stream))
        assert first == [2, 6]
        assert fresh(stream).waiting == 0

    def test_the_request_is_signed_for_this_partner_and_body(self, cn: ForeignNode, stream: Stream) -> None:
        from http.server import BaseHTTPRequestHandler

        kept: dict[str, Any] = {}
        original = BaseHTTPRequestHandler.parse_request

        def spy(self: BaseHTTPRequestHandler) -> bool:
            done = original(self)
            kept["authorization"] = self.headers["Authorization"]
            return done

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(BaseHTTPRequestHandler, "parse_request", spy)
            with partner_server(lambda _, body: answers(cn.receipt(batch.unpack(body)))) as url:
                move_partner(url)
                push_turn(fresh(stream))
        _, claim = read_request(kept["authorization"].split()[1])
        assert (claim.issuer, claim.audience, claim.method, claim.target) == (
            "mm",
            "cn",
            "POST",
            "/exchange/v1/inbox",
        )


class TestLease:
    def test_only_one_worker_at_a_time(self, stream: Stream) -> None:
        moment = clock.now()
        assert leases.claim(stream.pk, "one", moment=moment, seconds=60) is True
        assert leases.claim(stream.pk, "two", moment=moment, seconds=60) is False
        assert leases.due_streams(moment) == []

    def test_of_a_lost_worker_ends_by_itself(self, stream: Stream) -> None:
        moment = clock.now()
        leases.claim(stream.pk, "one", moment=moment, seconds=60)
        later = moment + timedelta(seconds=61)
        assert leases.claim(stream.pk, "two", moment=later, seconds=60) is True
        leases.release(stream.pk, "one", failures=9, error="late", next_attempt_at=None)
        assert (fresh(stream).lease_holder, fresh(stream).failures) == ("two", 0)

    def test_is_kept_by_a_worker_between_its_turns(
        self, cn: ForeignNode, stream: Stream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        holding, other = leases.Holding(), leases.Holding()
        holders: list[str] = []

        def push(_link: PartnerLink, data: bytes) -> tuple[str, ...]:
            holders.append(fresh(stream).lease_holder)
            return (cn.receipt(batch.unpack(data)),)

        monkeypatch.setattr(PartnerLink, "push", push)
        assert push_turn(fresh(stream), holding) is True
        until = fresh(stream).lease_until
        publish([item("EX-7")], to=["cn"])
        (due,) = leases.due_streams(clock.now(), holding.name)
        assert leases.due_streams(clock.now(), other.name) == []
        assert push_turn(due, other) is False
        assert push_turn(due, holding) is True
        assert holders == [holding.name, holding.name]
        assert (fresh(stream).waiting, fresh(stream).lease_until) == (0, until)
        holding.give_all_back()
        assert (fresh(stream).lease_holder, fresh(stream).lease_until) == ("", None)
        assert holding.has(stream.pk, clock.now()) is False

    def test_is_taken_anew_before_it_runs_out(
        self, cn: ForeignNode, stream: Stream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        holding = leases.Holding()
        with partner_server(lambda _, body: answers(cn.receipt(batch.unpack(body)))) as url:
            move_partner(url)
            assert push_turn(fresh(stream), holding) is True
            first = fresh(stream).lease_until
            later = clock.now() + timedelta(seconds=120)
            monkeypatch.setattr(clock, "now", lambda: later)
            publish([item("EX-7")], to=["cn"])
            assert push_turn(fresh(stream), holding) is True
        assert first is not None
        assert fresh(stream).lease_until > first

    def test_kept_but_lost_to_another_worker_is_not_given_back(
        self, cn: ForeignNode, stream: Stream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        holding = leases.Holding()

        def push(_link: PartnerLink, data: bytes) -> tuple[str, ...]:
            Stream.objects.update(lease_holder="another", lease_until=clock.now() + timedelta(seconds=90))
            return (cn.receipt(batch.unpack(data)),)

        monkeypatch.setattr(PartnerLink, "push", push)
        assert push_turn(fresh(stream), holding) is True
        assert (fresh(stream).lease_holder, fresh(stream).waiting) == ("another", 0)
        assert holding.has(stream.pk, clock.now()) is False

    def test_is_given_back_when_the_partner_cannot_be_reached(self, stream: Stream) -> None:
        holding = leases.Holding()
        move_partner("http://127.0.0.1:9")
        assert push_turn(fresh(stream), holding) is False
        after = fresh(stream)
        assert (after.lease_holder, after.lease_until, after.failures) == ("", None, 1)
        assert holding.has(stream.pk, clock.now()) is False

    def test_a_failure_is_forgotten_by_the_turn_that_delivers(self, cn: ForeignNode, stream: Stream) -> None:
        Stream.objects.update(failures=3, last_error="was away")
        with partner_server(lambda _, body: answers(cn.receipt(batch.unpack(body)))) as url:
            move_partner(url)
            assert push_turn(fresh(stream), leases.Holding()) is True
        assert (fresh(stream).failures, fresh(stream).last_error) == (0, "")

    def test_suspended_unreachable_and_frozen_are_not_due(self, stream: Stream) -> None:
        assert [s.pk for s in leases.due_streams(clock.now())] == [stream.pk]
        partner = suspend(stream.partner, "under review", actor="test")
        assert leases.due_streams(clock.now()) == []
        Partner.objects.filter(pk=partner.pk).update(state="active", reachable=False)
        assert leases.due_streams(clock.now()) == []
        Partner.objects.filter(pk=partner.pk).update(reachable=True)
        Stream.objects.update(state=StreamState.FROZEN)
        assert leases.due_streams(clock.now()) == []


class TestPull:
    def test_fetches_and_hands_back_the_answers(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        waiting = [cn.send(KIND, declaration(f"EX-{n}"), agreement=agreed.uuid) for n in range(3)]
        posted: list[str] = []

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            if path.startswith("/exchange/v1/outbox/mm?stream=cn%3Emm%231&after="):
                after = int(path.rpartition("=")[2])
                rest = waiting[max(0, after - 1) :]
                return 200, batch.pack(rest) if rest else b""
            posted.extend(json.loads(body)["answers"])
            return 200, b'{"problems": []}'

        with partner_server(answer) as url:
            move_partner(url)
            assert pull_turn(Partner.objects.get(pk=partner.pk)) == 3
        assert read_receipt(posted[0])[1].to_seq == 4

    def test_a_broken_link_is_our_fault_to_report(self, partner: Partner) -> None:
        move_partner("http://127.0.0.1:9")
        with pytest.raises(Fault, match="could not be reached"):
            pull_turn(Partner.objects.get(pk=partner.pk))


class TestAge:
    def test_records_that_wait_too_long_raise_one_alarm_until_they_are_through(
        self, cn: ForeignNode, stream: Stream
    ) -> None:
        Record.objects.filter(stream=stream).update(issued=clock.now() - timedelta(days=2))
        for _ in range(2):
            Stream.objects.update(next_attempt_at=None)
            move_partner("http://127.0.0.1:9")
            push_turn(fresh(stream))
        alarm = Alarm.objects.get(code=UNDELIVERED)
        assert (alarm.subject, alarm.times, alarm.cleared_at) == ("mm>cn#1", 2, None)
        Stream.objects.update(next_attempt_at=None)
        with partner_server(lambda _, body: answers(cn.receipt(batch.unpack(body)))) as url:
            move_partner(url)
            push_turn(fresh(stream))
        alarm.refresh_from_db()
        assert alarm.cleared_at is not None


def test_the_card_of_a_partner_is_fetched_from_its_address(node: str) -> None:
    foreign = ForeignNode()
    with partner_server(lambda *_: (200, foreign.card_token.encode())) as url:
        assert introduce(fetch_card(url), actor="test").node_id == "cn"
    with pytest.raises(Fault, match="No card could be fetched"):
        fetch_card("http://127.0.0.1:9")
    with (
        partner_server(lambda *_: (200, b"x" * 1_000_000)) as url,
        pytest.raises(Fault, match="too long for a card"),
    ):
        fetch_card(url)


def test_a_batch_stops_at_its_limit_and_keeps_the_order(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = tokens_after(stream, 0)
    monkeypatch.setattr(batch, "MAX_BYTES", sum(len(t) + 1 for t in everything[:3]))
    assert tokens_after(stream, 0) == everything[:3]


class TestClock:
    def test_what_was_put_off_by_a_clock_that_was_ahead_is_due_at_once(self, stream: Stream) -> None:
        ahead = clock.now() + timedelta(days=1)
        assert leases.claim(stream.pk, "one", moment=ahead, seconds=60) is True
        assert leases.claim(stream.pk, "two", moment=clock.now(), seconds=60) is True
        leases.release(stream.pk, "two", failures=1, error="away", next_attempt_at=ahead)
        assert [s.pk for s in leases.due_streams(clock.now())] == [stream.pk]
