"""The call in which two nodes cosign each other's logs: what is said, what is believed, what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from isthmus.accounts import audit
from isthmus.exchange.audit_trail import seal_audit_events
from isthmus.exchange.ledger import read_node
from isthmus.exchange.models import Alarm, Checkpoint, Cosignature, LogHead, LogSplit, Standing, Witnessed
from isthmus.exchange.services.witness.notes import head_of_partner
from isthmus.exchange.witnesses import merged_note
from isthmus.kit import clock
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.services import suspend
from isthmus.trust.statements import insert
from isthmus.wire import keys, merkle
from isthmus.wire.checkpoint import Checkpoint as Head
from isthmus.wire.checkpoint import read_checkpoint, sign_checkpoint, verify_checkpoint
from isthmus.wire.cosignature import cosign, verify_cosignature
from isthmus.wire.proof import ConsistencyProof
from tests.exchange.witness.logs import Log
from tests.exchange.witness.talk import TARGET, Talker, own_log_key
from tests.foreign import ForeignNode


def codes() -> list[str]:
    return sorted(Alarm.objects.filter(cleared_at=None).values_list("code", flat=True))


def grow_own_log(number: int = 3) -> None:
    for n in range(number):
        audit.note("test.event", actor="test", subject=str(n))
    seal_audit_events()


def tip() -> tuple[int, int]:
    log = Witnessed.objects.get(partner__node_id="cn")
    return log.tip_size, log.handed_size


class TestMutual:
    def test_a_first_call_cosigns_the_partner_s_head_and_hands_over_our_own(self, china: Talker) -> None:
        answer = china.say()
        head, at = verify_cosignature(answer.cosigned, name="isthmus/mm", public_key=own_log_key())
        assert (head.origin, head.size) == ("isthmus/cn", 10)
        assert clock.now() - at < timedelta(minutes=1)
        verify_checkpoint(answer.cosigned, name="isthmus/cn", public_key=china.node.log_key.public_key())
        ours = verify_checkpoint(answer.checkpoint, name="isthmus/mm", public_key=own_log_key())
        assert ours.size == LogHead.objects.get().size
        assert (answer.proofs, answer.questions, answer.heads) == ((), (), ())
        assert codes() == []

    def test_a_grown_log_is_cosigned_again_with_its_proof_and_not_without(self, china: Talker) -> None:
        china.say()
        china.log.grow(5)
        without = china.say()
        assert read_checkpoint(without.cosigned).size == 10
        assert [read_checkpoint(note).size for note in without.questions] == [15]
        with_proof = china.say(proofs=(china.log.proof(10),))
        assert read_checkpoint(with_proof.cosigned).size == 15
        assert with_proof.questions == ()
        assert codes() == []

    def test_our_own_growth_is_proved_from_what_the_partner_cosigned_last(self, china: Talker) -> None:
        first = china.say()
        china.cosign(first.checkpoint)
        grow_own_log()
        second = china.say()
        old, new = read_checkpoint(first.checkpoint), read_checkpoint(second.checkpoint)
        (proof,) = second.proofs
        assert (proof.old_size, proof.old_root, proof.size) == (old.size, old.root.hex(), new.size)
        assert new.size > old.size
        assert proof.holds(new)

    def test_the_partner_s_cosignature_is_kept_once(self, china: Talker, partner: Partner) -> None:
        china.greet()
        china.say()
        row = Cosignature.objects.get()
        assert (row.partner, row.size) == (partner, LogHead.objects.get().size)
        head, at = verify_cosignature(row.note, name="isthmus/cn", public_key=china.node.log_key.public_key())
        assert (head.root.hex(), at) == (row.root, row.cosigned_at)
        verify_checkpoint(row.note, name="isthmus/mm", public_key=own_log_key())

    def test_a_call_adds_nothing_to_the_log(self, china: Talker) -> None:
        before = LogHead.objects.get().size
        china.greet()
        seal_audit_events()
        assert LogHead.objects.get().size == before

    def test_heads_that_came_with_receipts_are_asked_about_and_proved(
        self, china: Talker, partner: Partner
    ) -> None:
        insert([head_of_partner(partner, china.log.note(china.node, size)) for size in (4, 8)])
        answer = china.say()
        assert answer.cosigned == "", "a first look wants to see one head connected"
        assert {read_checkpoint(note).size for note in answer.questions} == {4, 8, 10}
        second = china.say(proofs=tuple(china.log.proof(size) for size in (4, 8)))
        assert read_checkpoint(second.cosigned).size == 10
        assert set(Checkpoint.objects.filter(node_id="cn").values_list("standing", flat=True)) == {"held"}

    def test_no_more_is_asked_at_once_than_a_call_can_answer(self, china: Talker, partner: Partner) -> None:
        china.log.grow(50)
        insert([head_of_partner(partner, china.log.note(china.node, size)) for size in range(1, 50)])
        assert len(china.say().questions) == 16


class TestQuestions:
    def test_a_head_of_ours_is_proved_to_who_asks(self, china: Talker) -> None:
        first = china.say().checkpoint
        grow_own_log()
        answer = china.say(questions=(first,))
        assert [proof.old_size for proof in answer.proofs] == [read_checkpoint(first).size]
        assert answer.proofs[0].holds(read_checkpoint(answer.checkpoint))

    def test_what_this_node_never_signed_is_not_answered(self, china: Talker) -> None:
        stranger = ForeignNode(node_id="mm")
        answer = china.say(questions=(china.log.note(stranger, 3), china.log.note(china.node, 3)))
        assert (answer.proofs, answer.heads) == ((), ())
        assert codes() == []


class TestOwnFault:
    """This node lost or changed a part of its own log: whoever holds an older head makes it known."""

    def forked(self, china: Talker, size: int) -> str:
        key = keystore.in_use(KeyPurpose.LOG).private_key
        head = Head("isthmus/mm", size, b"x" * 32, clock.now())
        return sign_checkpoint(head, name="isthmus/mm", key=key)

    def test_a_head_beyond_the_end_says_that_the_tail_is_gone(self, china: Talker) -> None:
        note = china.cosign(self.forked(china, LogHead.objects.get().size + 5))
        answer = china.say(cosigned=note)
        assert codes() == ["exchange.own-log-behind"]
        assert (answer.proofs, answer.heads) == ((), ())
        assert Cosignature.objects.count() == 0
        assert Alarm.objects.get().subject == "cn"
        china.cosigned = ""
        china.say()
        assert codes() == [], "the partner has accepted what happened"

    def test_a_head_with_another_root_is_answered_with_what_the_log_says(self, china: Talker) -> None:
        note = china.cosign(self.forked(china, 2))
        answer = china.say(cosigned=note, questions=(note,))
        assert codes() == ["exchange.own-log-forked"]
        (head,) = {read_checkpoint(found).root for found in answer.heads}
        assert head == merkle.root_at(2, read_node)
        evidence = LogSplit.objects.get()
        assert (evidence.node_id, evidence.found_by, evidence.size) == ("mm", "cn", 2)

    def test_what_is_ours_is_proved_beside_what_is_not(self, china: Talker) -> None:
        ours = china.say().checkpoint
        grow_own_log()
        answer = china.say(questions=(self.forked(china, 2), ours))
        assert codes() == ["exchange.own-log-forked"]
        assert [read_checkpoint(note).size for note in answer.heads] == [2]
        assert answer.proofs[0].holds(read_checkpoint(answer.checkpoint))


class TestFaults:
    def test_a_second_head_of_one_size_is_a_split_view(self, china: Talker) -> None:
        china.say()
        china.log = china.log.fork(6).grow(4, "other")
        answer = china.say()
        assert codes() == ["exchange.split-view"]
        assert read_checkpoint(answer.cosigned).root == Log().grow(10).root(10), "the old one stays cosigned"
        standings = Checkpoint.objects.filter(node_id="cn").values_list("root", "standing")
        assert dict(standings)[china.log.root(10).hex()] == "split"
        assert sorted(standing for _root, standing in standings) == ["held", "split"]

    def test_a_log_with_two_histories_is_not_cosigned_any_more(self, china: Talker) -> None:
        honest = china.log
        china.say()
        china.log = honest.fork(6).grow(4, "other")
        china.say()
        china.log = honest.grow(5)
        answer = china.say(proofs=(honest.proof(10),))
        assert read_checkpoint(answer.cosigned).size == 10
        alarm = Alarm.objects.get()
        assert (alarm.subject, alarm.times) == ("cn", 1)

    def test_a_fork_that_avoids_the_same_size_owes_its_proof(self, china: Talker) -> None:
        china.say()
        china.log = china.log.fork(6).grow(9, "other")
        for _ in range(2):
            answer = china.say()
        assert read_checkpoint(answer.cosigned).size == 10
        assert codes() == []
        Checkpoint.objects.filter(standing=Standing.NEW).update(asked_at=clock.now() - timedelta(hours=25))
        china.say()
        assert codes() == ["exchange.proof-owed"]

    def test_a_proof_that_comes_ends_the_alarm(self, china: Talker) -> None:
        china.say()
        china.log.grow(5)
        china.say()
        Checkpoint.objects.filter(standing=Standing.NEW).update(asked_at=clock.now() - timedelta(hours=25))
        china.say()
        assert codes() == ["exchange.proof-owed"]
        china.say(proofs=(china.log.proof(10),))
        assert codes() == []

    def test_a_proof_of_another_log_is_wrong(self, china: Talker) -> None:
        china.say()
        china.log.grow(5)
        other = Log().grow(15, "other")
        answer = china.say(proofs=(other.proof(10),))
        assert codes() == ["exchange.proof-wrong"]
        assert read_checkpoint(answer.cosigned).size == 10

    def test_a_head_that_answers_a_question_convicts_a_log_that_was_restored(self, china: Talker) -> None:
        old = china.log
        china.say()
        china.log = old.fork(6).grow(8, "restored")
        answer = china.say()
        assert codes() == []
        shown = read_checkpoint(answer.cosigned).size
        china.say(heads=(china.log.note(china.node, shown),))
        assert codes() == ["exchange.split-view"]

    def test_a_smaller_head_than_before_is_no_alarm(self, china: Talker) -> None:
        china.say()
        answer = china.say(checkpoint=china.log.note(china.node, 7))
        assert codes() == []
        assert [read_checkpoint(note).size for note in answer.questions] == [7]
        china.log.grow(2)
        china.say(proofs=(china.log.proof(10), china.log.proof(7)))
        assert Checkpoint.objects.get(node_id="cn", size=7).standing == "held"
        assert codes() == []

    def test_an_old_message_once_more_changes_nothing(self, china: Talker) -> None:
        token = china.message()
        china.post(token.encode())
        china.log.grow(5)
        china.say(proofs=(china.log.proof(10),))
        before = tip()
        assert china.post(token.encode()).status_code == 200
        assert (tip(), codes()) == (before, [])


class TestRefused:
    def ask(self, talker: Talker, token: str) -> str:
        response = talker.post(token.encode("ascii"))
        assert response.status_code in {403, 422}, response.content
        assert codes() == []
        assert Checkpoint.objects.filter(node_id="cn").count() == 0
        return str(response.json()["title"])

    def test_a_head_that_the_log_key_did_not_sign(self, china: Talker) -> None:
        stranger = ForeignNode()
        assert (
            self.ask(china, china.message(checkpoint=china.log.note(stranger))) == "wire.checkpoint.unsigned"
        )

    def test_the_head_of_another_log(self, china: Talker) -> None:
        other = ForeignNode(node_id="la")
        other.log_key = china.node.log_key
        title = self.ask(china, china.message(checkpoint=china.log.note(other)))
        assert title == "wire.checkpoint.unsigned"

    def test_a_message_to_somebody_else_or_by_somebody_else(self, china: Talker) -> None:
        assert self.ask(china, china.message(receiver="la")) == "wire.witness.address"
        assert self.ask(china, china.message(sender="la")) == "wire.witness.address"
        stranger = Talker(ForeignNode(), china.log)
        assert self.ask(china, stranger.message()) == "trust.unknown-key"

    def test_an_answer_that_nobody_asked_for(self, china: Talker) -> None:
        assert self.ask(china, china.message(reply_to="a" * 64)) == "wire.witness.reply"

    def test_what_is_no_message(self, china: Talker) -> None:
        assert self.ask(china, "x") == "wire.jws.form"
        for body, kind in ((b"\xff", "application/jose"), (b"x", "text/plain")):
            assert china.post(body, kind).json()["title"] == "exchange.content-type"

    def test_a_suspended_partner(self, china: Talker, partner: Partner) -> None:
        suspend(partner, "a dispute", actor="test")
        assert self.ask(china, china.message()) == "exchange.suspended"

    def test_a_caller_who_proves_nothing(self, china: Talker) -> None:
        response = Client().post(TARGET, china.message(), content_type="application/jose")
        assert response.json()["title"] == "exchange.unsigned"

    def test_cosignatures_that_are_none_are_passed_over(self, china: Talker, laos: Talker) -> None:
        ours = china.say().checkpoint
        stranger = Talker(ForeignNode(), china.log)
        future = clock.now() + timedelta(days=400)
        for note in (
            ours,
            stranger.cosign(ours),
            laos.cosign(ours),
            china.cosign(china.log.note(china.node)),
            cosign(ours, name="isthmus/cn", key=china.node.log_key, at=future),
            "no note",
        ):
            china.say(cosigned=note)
        assert (Cosignature.objects.count(), codes()) == (0, [])


class TestOtherEdges:
    def test_the_checkpoint_is_the_newest_cosigned_one(self, china: Talker, laos: Talker) -> None:
        china.greet()
        laos.greet()
        grow_own_log()
        note = Client().get("/exchange/v1/checkpoint").content.decode()
        for talker in (china, laos):
            head, _at = verify_cosignature(
                note,
                name=f"isthmus/{talker.node.node_id}",
                public_key=talker.node.log_key.public_key(),
            )
        assert head.size == Cosignature.objects.order_by("-size")[0].size
        verify_checkpoint(note, name="isthmus/mm", public_key=own_log_key())

    def ask(self, node: ForeignNode, query: str) -> Any:
        target = f"/exchange/v1/consistency{query}"
        return Client().get(target, headers={"Authorization": node.authorization("GET", target)})

    def test_a_partner_may_ask_for_any_proof_of_growth(self, china: Talker) -> None:
        size = LogHead.objects.get().size
        answer = self.ask(china.node, f"?old=1&new={size}")
        proof = ConsistencyProof.from_json(answer.json())
        assert proof.holds(read_checkpoint(china.say().checkpoint))

    @pytest.mark.parametrize("query", ["", "?old=1", "?old=x&new=2", "?old=1&new=9999", "?old=3&new=2"])
    def test_sizes_that_it_never_had(self, china: Talker, query: str) -> None:
        answer = self.ask(china.node, query)
        assert answer.json()["title"] == "exchange.log-size"

    def test_nobody_else_may(self, china: Talker) -> None:
        assert Client().get("/exchange/v1/consistency?old=1&new=2").status_code == 403


class TestManyCosigners:
    def test_a_note_bears_the_fifteen_newest_cosignatures(self, china: Talker) -> None:
        china.greet()
        row = Cosignature.objects.get()
        notes = [
            cosign(row.note, name=f"isthmus/n{number}", key=keys.generate_ed25519(), at=clock.now())
            for number in range(20)
        ]
        merged = merged_note(row.note, notes)
        lines = merged.partition("\n\n")[2].splitlines()
        assert len(lines) == 16
        assert lines[1].startswith("— isthmus/cn ")
        other = Log().grow(3).note(china.node)
        assert merged_note(row.note, [other]) == row.note, "another text is no copy of it"
