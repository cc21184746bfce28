"""The worker's side of a call: whom it calls and when, what it does with the answer and with none."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from isthmus.exchange.delivery.witnessing import due_partners, witness_turn
from isthmus.exchange.models import Alarm, Checkpoint, Cosignature, LogHead, Stream, Witnessed
from isthmus.exchange.services.witness import silence
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.trust.services import suspend
from isthmus.wire.checkpoint import read_checkpoint
from isthmus.wire.witness import WitnessMessage, digest, read_message
from tests.exchange.witness.talk import Talker
from tests.exchange.witness.test_calls import codes, grow_own_log
from tests.partner_server import partner_server


class Answering:
    """An honest partner that answers calls on a socket; keeps what it was told."""

    def __init__(self, talker: Talker) -> None:
        self.talker = talker
        self.heard: list[WitnessMessage] = []
        self.asked: tuple[str, ...] = ()
        self.changes: dict[str, Any] = {}

    def __call__(self, path: str, body: bytes) -> tuple[int, bytes]:
        assert path == "/exchange/v1/witness"
        token = body.decode("ascii")
        _, message = read_message(token)
        self.heard.append(message)
        self.talker.cosign(message.checkpoint)
        log = self.talker.log
        sizes = {read_checkpoint(note).size for note in message.questions}
        if message.cosigned:
            sizes.add(read_checkpoint(message.cosigned).size)
        members: dict[str, Any] = {
            "reply_to": digest(token),
            "proofs": tuple(log.proof(size) for size in sorted(sizes)),
            "questions": self.asked,
        }
        self.asked = ()
        return 200, self.talker.message(**{**members, **self.changes}).encode("ascii")


def reach(url: str) -> Partner:
    Partner.objects.filter(node_id="cn").update(url=url)
    return Partner.objects.get(node_id="cn")


@pytest.mark.django_db(transaction=True)
class TestTurn:
    def test_one_turn_makes_both_witnesses_of_each_other(self, china: Talker) -> None:
        answering = Answering(china)
        with partner_server(answering) as url:
            assert witness_turn(reach(url))
        size = LogHead.objects.get().size
        assert Cosignature.objects.get().size == size
        log = Witnessed.objects.get()
        assert (log.tip_size, log.handed_size, log.failures) == (10, 10, 0)
        assert [read_checkpoint(said.cosigned).size if said.cosigned else 0 for said in answering.heard] == [
            0,
            10,
        ]
        assert due_partners(clock.now() + timedelta(hours=1)) == [], "nothing is left to say"

    def test_a_grown_log_is_a_reason_to_call_again_but_not_at_once(self, china: Talker) -> None:
        with partner_server(Answering(china)) as url:
            partner = reach(url)
            witness_turn(partner)
            grow_own_log()
            assert due_partners(clock.now()) == []
            assert due_partners(clock.now() + timedelta(minutes=6)) == [partner]
            assert not witness_turn(partner), "not before its time"

    def test_questions_in_the_answer_are_answered_in_the_same_turn(self, china: Talker) -> None:
        answering = Answering(china)
        with partner_server(answering) as url:
            partner = reach(url)
            witness_turn(partner)
            first = answering.heard[0].checkpoint
            grow_own_log()
            Witnessed.objects.update(next_call_at=None)
            answering.heard, answering.asked = [], (first,)
            witness_turn(partner)
        sizes = [proof.old_size for said in answering.heard for proof in said.proofs]
        assert read_checkpoint(first).size in sizes
        assert codes() == []

    def test_an_answer_to_another_message_is_not_believed(self, china: Talker) -> None:
        answering = Answering(china)
        answering.changes = {"reply_to": "a" * 64}
        with partner_server(answering) as url:
            assert not witness_turn(reach(url))
        log = Witnessed.objects.get()
        assert (log.failures, log.tip_size) == (1, 0)
        assert "answers another" in log.last_error

    def test_who_cannot_be_reached_is_tried_later_and_owes_nothing(self, china: Talker) -> None:
        partner = reach("http://127.0.0.1:9")
        for failures in (1, 2):
            assert not witness_turn(partner)
            assert Witnessed.objects.get().failures == failures
            assert Witnessed.objects.get().next_call_at > clock.now()
            Witnessed.objects.update(next_call_at=None)
        assert not Alarm.objects.exists()

    def test_who_exchanges_records_but_never_speaks_of_its_log_owes_its_proofs(self, china: Talker) -> None:
        china.say()
        china.log.grow(3)
        china.say()
        partner = reach("http://127.0.0.1:9")
        Stream.objects.create(name="mm>cn#1", partner=partner, direction="out", last_contact_at=clock.now())
        Checkpoint.objects.filter(node_id="cn", size=13).update(asked_at=None)
        Stream.objects.update(failures=3)
        witness_turn(partner)
        assert Checkpoint.objects.get(node_id="cn", size=13).asked_at is None, "no line, no blame"
        Stream.objects.update(failures=0)
        Witnessed.objects.update(next_call_at=None)
        witness_turn(partner)
        assert Checkpoint.objects.get(node_id="cn", size=13).asked_at is not None
        Checkpoint.objects.filter(node_id="cn").update(asked_at=clock.now() - timedelta(hours=25))
        Witnessed.objects.update(next_call_at=None)
        witness_turn(partner)
        assert codes() == ["exchange.proof-owed"]

    def test_who_answers_otherwise_owes_its_proofs(self, china: Talker) -> None:
        china.say()
        china.log.grow(3)
        china.say()
        Checkpoint.objects.filter(node_id="cn", size=13).update(asked_at=None)
        with partner_server(lambda path, body: (404, b"")) as url:
            witness_turn(reach(url))
        assert Checkpoint.objects.get(node_id="cn", size=13).asked_at is not None


class TestSilence:
    """A partner behind a firewall fetches its records, and never calls about its log."""

    def fetch(self, china: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(silence, "_looked", {})
        target = "/exchange/v1/outbox/cn?after=0"
        headers = {"Authorization": china.node.authorization("GET", target)}
        assert Client().get(target, headers=headers).status_code == 200

    def test_owes_its_proofs(self, china: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
        china.say()
        china.log.grow(3)
        china.say()
        Checkpoint.objects.filter(node_id="cn", size=13).update(asked_at=None)
        self.fetch(china, monkeypatch)
        assert Checkpoint.objects.get(node_id="cn", size=13).asked_at is None, "it was heard just now"
        Witnessed.objects.update(heard_at=clock.now() - timedelta(hours=2))
        self.fetch(china, monkeypatch)
        assert Checkpoint.objects.get(node_id="cn", size=13).asked_at is not None
        Checkpoint.objects.filter(node_id="cn").update(asked_at=clock.now() - timedelta(hours=25))
        self.fetch(china, monkeypatch)
        assert codes() == ["exchange.proof-owed"]

    def test_is_looked_at_once_an_hour(self, china: Talker, monkeypatch: pytest.MonkeyPatch) -> None:
        china.say()
        Witnessed.objects.update(heard_at=clock.now() - timedelta(hours=2))
        looks: list[str] = []
        monkeypatch.setattr(silence, "not_heard", lambda partner: looks.append(partner.node_id))
        monkeypatch.setattr(silence, "_looked", {})
        for _ in range(3):
            silence.came_by_line(Partner.objects.get(node_id="cn"))
        assert looks == ["cn"]


class TestDue:
    def due(self) -> list[str]:
        return [partner.node_id for partner in due_partners(clock.now() + timedelta(minutes=6))]

    def test_a_new_partner(self, china: Talker) -> None:
        assert self.due() == ["cn"]

    def test_nobody_while_the_log_is_empty(self, china: Talker) -> None:
        LogHead.objects.update(size=0)
        assert self.due() == []

    def test_not_who_cannot_be_called_and_not_who_is_suspended(
        self, china: Talker, laos: Talker, partner: Partner
    ) -> None:
        Partner.objects.filter(node_id="la").update(reachable=False)
        suspend(partner, "a dispute", actor="test")
        assert self.due() == []

    def test_who_has_our_newest_head_and_our_cosignature_is_left_alone_for_a_day(self, china: Talker) -> None:
        china.greet()
        assert self.due() == []
        Witnessed.objects.update(heard_at=clock.now() - timedelta(days=2))
        assert self.due() == ["cn"]

    def test_a_cosignature_to_hand_over_and_a_head_to_ask_about(self, china: Talker, laos: Talker) -> None:
        china.greet()
        laos.greet()
        Witnessed.objects.filter(partner__node_id="cn").update(handed_size=3)
        assert self.due() == ["cn"]
        china.say(gossip=(laos.log.note(laos.node, 5),))
        assert self.due() == ["la"]
