"""Third nodes: who shows different histories is found out where its partners meet, and nobody else is."""

import json
from datetime import timedelta
from typing import Any

import pytest

from isthmus.accounts.models import AuditEvent
from isthmus.exchange import tokens
from isthmus.exchange.models import Alarm, Checkpoint, Effect, LogSplit, Record, Witnessed
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.witness import accept_new_history
from isthmus.kit import clock
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.services import introduce, suspend
from isthmus.wire.checkpoint import origin_of, read_checkpoint
from isthmus.wire.cosignature import SplitView, check_split_view, find_split_view
from isthmus.wire.record import read_record
from tests.exchange.witness.logs import Log
from tests.exchange.witness.talk import Talker, confirmed
from tests.foreign import ForeignNode

SPLIT = "exchange.split-view/1"


def alarms() -> list[tuple[str, str]]:
    return sorted(Alarm.objects.filter(cleared_at=None).values_list("code", "subject"))


def evidence_about(owner: ForeignNode, one: Log, other: Log, size: int) -> dict[str, Any]:
    found = find_split_view(
        one.note(owner, size), other.note(owner, size), public_key=owner.log_key.public_key()
    )
    assert found is not None
    return found.to_json()


def sent_to(node_id: str) -> list[SplitView]:
    """The evidence that waits for a partner."""
    rows = Record.objects.filter(type="exchange.split-view", stream__partner__node_id=node_id)
    rows = rows.filter(stream__direction="out")
    return [SplitView.from_json(read_record(tokens.text_of(row.leaf) or "")[1].body) for row in rows]


class TestSplitView:
    def test_a_node_that_shows_two_histories_is_found_at_the_third_contact(
        self, china: Talker, laos: Talker
    ) -> None:
        """First contact: Laos shows us one history. Second: it shows China another. Third: China calls us."""
        laos.say()
        other = laos.log.fork(4).grow(3, "for China")
        china.say(gossip=(other.note(laos.node),))
        assert alarms() == [("exchange.split-view", "la")]
        row = LogSplit.objects.get()
        assert (row.node_id, row.size, row.found_by) == ("la", 7, "")
        evidence = SplitView.from_json(json.loads(row.evidence))
        check_split_view(evidence, public_key=laos.node.log_key.public_key())
        assert {evidence.root, evidence.other_root} == {laos.log.root(7).hex(), other.root(7).hex()}

    def test_the_evidence_goes_to_its_owner_and_to_common_partners(self, china: Talker, laos: Talker) -> None:
        maldives, nigeria = Talker(confirmed("mv"), Log().grow(2)), Talker(confirmed("ng"), Log().grow(2))
        maldives.say(known=("cn",))
        nigeria.say(known=("la", "cn"))
        laos.say()
        china.say(gossip=(laos.log.fork(4).grow(3, "for China").note(laos.node),), known=("la",))
        assert len(sent_to("la")) == len(sent_to("ng")) == len(sent_to("cn")) == 1
        assert sent_to("mv") == [], "it does not know Laos"
        check_split_view(sent_to("ng")[0], public_key=laos.node.log_key.public_key())

    def test_once_is_enough(self, china: Talker, laos: Talker) -> None:
        laos.say()
        note = laos.log.fork(4).grow(3, "for China").note(laos.node)
        for _ in range(3):
            china.say(gossip=(note,))
        laos.say()
        assert len(sent_to("la")) == 1
        assert Alarm.objects.get().times == 1

    def test_another_size_becomes_a_question_to_the_owner_who_tells_on_himself(
        self, china: Talker, laos: Talker
    ) -> None:
        laos.say()
        other = laos.log.fork(4).grow(9, "for China")
        china.say(gossip=(other.note(laos.node),))
        assert alarms() == []
        laos.log.grow(12)
        answer = laos.say(proofs=(laos.log.proof(7),))
        (question,) = [note for note in answer.questions if read_checkpoint(note).size == 13]
        assert read_checkpoint(question).root == other.root(13)
        laos.say(heads=(laos.log.note(laos.node, 13),))
        assert alarms() == [("exchange.split-view", "la")]

    def test_heads_of_a_suspended_partner_are_still_watched(self, china: Talker, laos: Talker) -> None:
        laos.say()
        suspend(Partner.objects.get(node_id="la"), "a dispute", actor="test")
        china.say(gossip=(laos.log.fork(4).grow(3, "x").note(laos.node),))
        assert alarms() == [("exchange.split-view", "la")]


class TestInnocence:
    def test_late_and_early_heads_of_an_honest_log_accuse_nobody(self, china: Talker, laos: Talker) -> None:
        laos.say()
        china.say(gossip=(laos.log.note(laos.node, 3),))
        laos.log.grow(5)
        china.say(gossip=(laos.log.note(laos.node),))
        laos.say(proofs=tuple(laos.log.proof(size) for size in (3, 7)))
        assert alarms() == []
        assert Witnessed.objects.get(partner__node_id="la").tip_size == 12

    @pytest.mark.parametrize("kind", ["forged", "unknown", "own word about itself", "no note", "no node"])
    def test_what_does_not_prove_itself_is_passed_over(self, china: Talker, laos: Talker, kind: str) -> None:
        laos.say()
        fork = laos.log.fork(4).grow(3, "x")
        stranger = ForeignNode(node_id="zz")
        note = {
            "forged": fork.note(ForeignNode(node_id="la")),
            "unknown": fork.note(stranger),
            "own word about itself": china.log.fork(3).grow(7, "x").note(china.node),
            "no note": "no note",
            "no node": fork.note(ForeignNode(node_id="la")).replace("isthmus/la", "elsewhere/la"),
        }[kind]
        china.say(gossip=(note,))
        assert alarms() == []
        assert not Checkpoint.objects.filter(node_id="la").exclude(root=laos.log.root(7).hex()).exists()

    def test_the_head_of_a_partner_that_is_not_confirmed_says_nothing(self, china: Talker) -> None:
        pending = ForeignNode(node_id="md", name="Moldova")
        introduce(pending.card_token, actor="test")
        china.say(gossip=(Log().grow(3).note(pending),))
        assert not Checkpoint.objects.filter(node_id="md").exists()

    def test_our_own_head_may_come_back_to_us(self, china: Talker, laos: Talker) -> None:
        ours = laos.say().checkpoint
        china.say(gossip=(laos.cosign(ours),))
        assert alarms() == []


class TestTelling:
    def test_partners_hear_of_third_nodes_that_they_know(self, china: Talker, laos: Talker) -> None:
        laos.say()
        answer = china.say(known=("la", "zz"))
        assert answer.known == ("la",)
        (note,) = answer.gossip
        assert read_checkpoint(note).origin == origin_of("la")
        assert china.say(known=("la",)).gossip == (), "it was told already"
        laos.log.grow(2)
        laos.say(proofs=(laos.log.proof(7),))
        assert len(china.say(known=("la",)).gossip) == 1

    def test_not_of_those_they_do_not_know(self, china: Talker, laos: Talker) -> None:
        laos.say()
        assert china.say(known=("zz",)).gossip == ()

    def test_a_node_may_keep_to_itself_whom_it_knows(
        self, china: Talker, laos: Talker, settings: Any
    ) -> None:
        settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"witness_gossip": False})
        laos.say()
        answer = china.say(known=("la",))
        assert (answer.known, answer.gossip) == (None, ())


class TestEvidenceThatArrives:
    def receive(self, sender: Talker, body: dict[str, Any]) -> Record:
        partner = Partner.objects.get(node_id=sender.node.node_id)
        receive(partner, [sender.node.send(SPLIT, body)])
        return Record.objects.get(stream__partner=partner, type="exchange.split-view", stream__direction="in")

    def test_is_proved_kept_alarmed_about_and_passed_on(self, china: Talker, laos: Talker) -> None:
        confirmed("mv")
        fork = laos.log.fork(4).grow(3, "x")
        row = self.receive(china, evidence_about(laos.node, laos.log, fork, 7))
        assert (row.verdict, row.effect) == ("accepted", Effect.APPLIED)
        assert alarms() == [("exchange.split-view", "la")]
        assert LogSplit.objects.get().found_by == "cn"
        assert (len(sent_to("mv")), len(sent_to("cn"))) == (1, 0)
        answer = laos.say()
        assert answer.cosigned == "", "a log with two histories is not cosigned"

    def test_about_this_node_itself(self, china: Talker) -> None:
        me = ForeignNode(node_id="mm")
        me.log_key = keystore.in_use(KeyPurpose.LOG).private_key
        log = Log().grow(9)
        self.receive(china, evidence_about(me, log, log.fork(2).grow(7, "x"), 9))
        assert alarms() == [("exchange.own-log-forked", "mm")]

    @pytest.mark.parametrize("case", ["forged", "unknown", "altered", "no log of a node"])
    def test_what_proves_nothing_accuses_nobody(self, china: Talker, laos: Talker, case: str) -> None:
        fork = laos.log.fork(4).grow(3, "x")
        body = evidence_about(laos.node, laos.log, fork, 7)
        if case == "forged":
            body = evidence_about(ForeignNode(node_id="la"), laos.log, fork, 7)
        elif case == "unknown":
            body = evidence_about(ForeignNode(node_id="zz"), laos.log, fork, 7)
        elif case == "altered":
            body["other_root"] = "f" * 64
        else:
            body["origin"] = "elsewhere"
        row = self.receive(china, body)
        assert (row.verdict, row.effect) == ("accepted", Effect.APPLIED)
        assert (alarms(), LogSplit.objects.count()) == ([], 0)
        noted = AuditEvent.objects.filter(kind="exchange.evidence-unproved").count()
        assert noted == (0 if case == "unknown" else 1)

    def test_about_a_history_that_was_closed_here(self, china: Talker, laos: Talker) -> None:
        laos.say()
        partner = Partner.objects.get(node_id="la")
        before = clock.now() - timedelta(hours=2)
        restored = laos.log.fork(4).grow(5, "restored")
        accept_new_history(partner, 4, restored.note(laos.node), "The disk broke.", actor="approver")
        found = find_split_view(
            laos.log.note(laos.node, 7, issued=before),
            restored.note(laos.node, 7),
            public_key=laos.node.log_key.public_key(),
        )
        assert found is not None
        self.receive(china, found.to_json())
        assert (alarms(), LogSplit.objects.count()) == ([], 0)
        kept = dict(Checkpoint.objects.filter(node_id="la", size=7).values_list("root", "standing"))
        assert kept == {laos.log.root(7).hex(): "closed", restored.root(7).hex(): "new"}
