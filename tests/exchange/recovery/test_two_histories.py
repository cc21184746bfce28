"""A number signed twice: the new epoch, on the side that begins it and on the side that accepts it."""

from datetime import timedelta
from typing import Any

import pytest

from isthmus.apps.etrade.models import Declaration
from isthmus.exchange import tokens
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import (
    Direction,
    LogHistory,
    Offer,
    OfferState,
    Receipt,
    Record,
    Stream,
    StreamState,
    Superseded,
)
from isthmus.exchange.services import publish
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.recovery import epochs, offers, taking
from isthmus.exchange.services.settle import settle
from isthmus.kit.errors import BadInput, Conflict, NotFound, Refused
from isthmus.wire import jws
from isthmus.wire.receipt import read_receipt, read_refusal
from isthmus.wire.record import leaf_hash, read_record, sign_record
from tests.exchange.recovery.conftest import KIND, Lost, alarms, body, incoming, item, outgoing, texts
from tests.foreign import ForeignNode

pytestmark = pytest.mark.django_db


@pytest.fixture
def diverged(lost: Lost) -> Lost:
    """The node has signed number 4 again before it noticed."""
    publish([item("EX-NEW-1"), item("EX-NEW-2")], to=["cn"])
    with pytest.raises(Refused):
        taking.take_back(lost.partner, lost.given())
    return lost


class TestBeginning:
    def test_it_closes_the_stream_where_the_receiver_says_that_it_got(self, diverged: Lost):
        begun = epochs.begin_epoch(epochs.find_stream("cn"), "A snapshot was put back", actor="operator")
        assert (begun.name, begun.epoch, begun.state) == ("mm>cn#2", 2, StreamState.OPEN)
        said = [read_record(text)[1] for text in texts(begun)]
        assert [record.subject for record in said][2:] == ["EX-NEW-1", "EX-NEW-2"]
        assert [record.seq for record in said] == [1, 2, 3, 4]
        assert said[0].body == {
            "closes": "mm>cn#1",
            "last_seq": diverged.last,
            "last_leaf": diverged.last_leaf,
            "diverged_seq": 4,
            "reason": "A snapshot was put back",
        }
        before = tokens.text_of(Superseded.objects.get(seq=4).leaf) or ""
        assert said[2].body == read_record(before)[1].body
        old = Stream.objects.get(name="mm>cn#1")
        assert (old.state, old.last_seq) == (StreamState.RECOVERING, 3)
        assert sorted(Superseded.objects.values_list("seq", flat=True)) == [4, 5]
        assert check_log().ok
        assert "exchange.two-histories" not in alarms()

    def test_what_the_receiver_holds_is_fetched_back_into_the_closed_stream(self, diverged: Lost):
        epochs.begin_epoch(epochs.find_stream("cn"), "why", actor="operator")
        taking.take_back(diverged.partner, diverged.given())
        old = Stream.objects.get(name="mm>cn#1")
        assert (old.state, old.last_seq, old.settled_seq) == (StreamState.CLOSED, 6, 6)
        assert texts(old) == [*diverged.known, *diverged.tokens]
        publish([item("EX-LATER")], to=["cn"])
        assert Record.objects.get(subject="EX-LATER").stream.name == "mm>cn#2"
        assert check_log().ok

    def test_it_needs_a_reason_two_histories_and_the_receivers_word(self, lost: Lost):
        with pytest.raises(NotFound, match="two histories"):
            epochs.find_stream("cn")
        with pytest.raises(BadInput, match="reason"):
            epochs.begin_epoch(outgoing(), "  ", actor="operator")
        with pytest.raises(Conflict, match="one history"):
            epochs.begin_epoch(outgoing(), "why", actor="operator")
        Stream.objects.filter(direction=Direction.OUT).update(state=StreamState.FROZEN, diverged_seq=4)
        with pytest.raises(Conflict, match="has not said"):
            epochs.begin_epoch(outgoing(), "why", actor="operator")

    def test_the_receivers_answer_lets_it_go_at_once_or_stops_it(self, diverged: Lost):
        begun = epochs.begin_epoch(epochs.find_stream("cn"), "why", actor="operator")
        leaf = Record.objects.get(stream=begun, seq=1).leaf
        answer: dict[str, Any] = {
            "opens": "mm>cn#2",
            "closes": "mm>cn#1",
            "last_seq": diverged.last,
            "last_leaf": diverged.last_leaf,
            "leaf": leaf,
            "decision": "accepted",
            "reason": "by telephone",
        }
        Stream.objects.filter(pk=begun.pk).update(failures=3, last_error="waits")
        Stream.objects.filter(direction=Direction.IN).update(state=StreamState.OPEN)
        cn = diverged.cn
        cn.seq, cn.prev = incoming().last_seq, incoming().last_leaf
        kind = "exchange.stream-epoch-answer/1"
        receive(diverged.partner, [cn.send(kind, answer)])
        assert outgoing().failures == 0
        receive(diverged.partner, [cn.send(kind, {**answer, "decision": "declined", "reason": "no"})])
        assert outgoing().state == StreamState.FROZEN
        assert "exchange.epoch-declined" in alarms()
        receive(diverged.partner, [cn.send(kind, {**answer, "leaf": "ab" * 32})])
        assert "has not begun" in Record.objects.get(effect="quarantined").effect_error


@pytest.fixture
def offered(lost: Lost) -> tuple[Lost, str]:
    """The partner came back itself; its stream of one record is to be closed, and a new epoch offered."""
    cn = lost.cn
    offer = {
        "closes": "cn>mm#1",
        "last_seq": 1,
        "last_leaf": incoming().last_leaf,
        "diverged_seq": 1,
        "reason": "The disk failed",
    }
    record = cn.record("exchange.stream-epoch/1", offer, stream="cn>mm#2", seq=1, prev="")
    return lost, sign_record(record, cn.seal_key, cn.kid)


def refused_with(answers: list[str]) -> str:
    (token,) = answers
    assert jws.type_of(token) == jws.REFUSAL
    return read_refusal(token)[1].code


class TestAccepting:
    def test_an_offer_waits_for_an_approver_and_gets_no_place(self, offered: tuple[Lost, str]):
        lost, token = offered
        assert refused_with(receive(lost.partner, [token])) == "exchange.epoch-waiting"
        assert refused_with(receive(lost.partner, [token])) == "exchange.epoch-waiting"
        assert Offer.objects.get().state == OfferState.WAITING
        assert alarms() == {"exchange.partner-restored"}
        assert incoming().name == "cn>mm#1"

    def test_accepted_it_opens_the_next_epoch_and_closes_the_frozen_one(self, offered: tuple[Lost, str]):
        lost, token = offered
        Stream.objects.filter(direction=Direction.IN).update(state=StreamState.FROZEN)
        receive(lost.partner, [token])
        offers.decide(offers.find(Offer.objects.get().pk), accept=True, reason="called", actor="approver")
        assert Stream.objects.get(name="cn>mm#1").state == StreamState.CLOSED
        (receipt,) = receive(lost.partner, [token])
        assert [verdict.status for verdict in read_receipt(receipt)[1].verdicts] == ["accepted"]
        assert (incoming().name, incoming().last_seq) == ("cn>mm#2", 1)
        answer = read_record(texts(outgoing())[-1])[1]
        assert (answer.type, answer.body["decision"]) == ("exchange.stream-epoch-answer", "accepted")
        assert answer.body["leaf"] == leaf_hash(token).hex()
        assert alarms() == set()
        following = lost.cn.record(
            KIND,
            body("CN-AGAIN"),
            subject="CN-AGAIN",
            agreement=lost.agreed.uuid,
            stream="cn>mm#2",
            seq=2,
            prev=leaf_hash(token).hex(),
        )
        receive(lost.partner, [sign_record(following, lost.cn.seal_key, lost.cn.kid)])
        assert Declaration.objects.filter(number="CN-AGAIN").exists()

    def test_declined_it_is_answered_so_and_may_still_be_accepted(self, offered: tuple[Lost, str]):
        lost, token = offered
        receive(lost.partner, [token])
        offer = Offer.objects.get()
        offers.decide(offer, accept=False, reason="nobody knows of it", actor="approver")
        assert refused_with(receive(lost.partner, [token])) == "exchange.epoch-declined"
        with pytest.raises(Conflict, match="decided before"):
            offers.decide(offer, accept=False, reason="again", actor="approver")
        offers.decide(offer, accept=True, reason="now they do", actor="approver")
        with pytest.raises(Conflict, match="decided before"):
            offers.decide(offer, accept=True, reason="again", actor="approver")

    def test_it_must_end_where_the_stream_ends_here(self, offered: tuple[Lost, str]):
        lost, token = offered
        receive(lost.partner, [token])
        lost.cn.seq, lost.cn.prev = 1, incoming().last_leaf
        receive(lost.partner, [lost.cn.send(KIND, body("CN-2"), subject="CN-2", agreement=lost.agreed.uuid)])
        with pytest.raises(Conflict, match="ends at number 2"):
            offers.decide(Offer.objects.get(), accept=True, reason="called", actor="approver")
        assert Offer.objects.get().state == OfferState.WAITING

    def test_a_reason_is_asked_for_and_an_offer_must_be_here(self, offered: tuple[Lost, str]):
        lost, token = offered
        receive(lost.partner, [token])
        with pytest.raises(BadInput, match="reason"):
            offers.decide(Offer.objects.get(), accept=True, reason=" ", actor="approver")
        with pytest.raises(NotFound):
            offers.find(10_000)

    def test_what_cannot_be_read_is_no_offer(self, lost: Lost):
        record = lost.cn.record("exchange.stream-epoch/1", {"closes": "x"}, stream="cn>mm#2", seq=1, prev="")
        token = sign_record(record, lost.cn.seal_key, lost.cn.kid)
        assert refused_with(receive(lost.partner, [token])) == "exchange.schema"
        assert not Offer.objects.exists()

    def test_another_beginning_of_an_accepted_epoch_has_no_effect(self, offered: tuple[Lost, str]):
        lost, token = offered
        receive(lost.partner, [token])
        offers.decide(Offer.objects.get(), accept=True, reason="called", actor="approver")
        other = sign_record(
            read_record(token)[1].model_copy(update={"subject": "other"}), lost.cn.seal_key, lost.cn.kid
        )
        receive(lost.partner, [other])
        assert "Another beginning" in Record.objects.get(effect="quarantined").effect_error

    def test_a_word_given_before_this_node_itself_came_back_holds(self, offered: tuple[Lost, str]):
        lost, token = offered
        Offer.objects.create(
            partner=lost.partner,
            kind="epoch",
            leaf=leaf_hash(token).hex(),
            body={},
            state=OfferState.ACCEPTED,
            arrived_at=lost.agreed.proposed_at,
        )
        assert refused_with(receive(lost.partner, [token])) == "exchange.epoch-waiting"
        assert incoming().name == "cn>mm#2"
        assert Stream.objects.get(name="cn>mm#1").state == StreamState.CLOSED


def history(cn: ForeignNode, kept: int) -> dict[str, Any]:
    cn.frontier, _ = cn.frontier.append(b"\1" * 32)
    return {
        "restored_at": "2026-11-20T08:00:00Z",
        "kept_size": kept,
        "kept_root": "ab" * 32,
        "checkpoint": cn.checkpoint(),
        "reason": "The disk failed",
    }


def test_a_new_history_of_a_partners_log_is_accepted_by_an_approver(lost: Lost):
    lost.cn.seq, lost.cn.prev = incoming().last_seq, incoming().last_leaf
    receive(lost.partner, [lost.cn.send("exchange.recovery/1", history(lost.cn, 2))])
    assert alarms() == {"exchange.partner-restored"}
    offers.decide(Offer.objects.get(), accept=True, reason="called", actor="approver")
    assert LogHistory.objects.get().kept_size == 2
    assert alarms() == set()


class TestSigns:
    def test_a_partner_that_asks_again_is_noticed_and_served(self, lost: Lost):
        settle(outgoing(), [lost.cn.refusal("exchange.gap", seq=4, expected=2)])
        assert outgoing().settled_seq == 1
        assert alarms() == {"exchange.partner-behind"}

    def test_a_question_that_a_receipt_has_overtaken_is_served_and_nothing_to_notice(self, lost: Lost):
        before = Receipt.objects.filter(stream=outgoing()).earliest("issued").issued - timedelta(seconds=1)
        settle(outgoing(), [lost.cn.refusal("exchange.gap", seq=4, expected=2, issued=before)])
        assert outgoing().settled_seq == 1
        assert alarms() == set()

    def test_a_receipt_that_contradicts_the_first_is_noticed(self, lost: Lost):
        settle(outgoing(), [lost.cn.receipt(lost.known, status="refused", code="exchange.schema")])
        assert alarms() == {"exchange.verdict-changed"}
        assert {row.verdict for row in Record.objects.filter(stream=outgoing())} == {"accepted"}

    def test_a_receipt_for_forgotten_records_stops_the_streams_with_its_giver(self, lost: Lost):
        settle(outgoing(), [lost.receipt])
        assert outgoing().state == StreamState.RECOVERING
        assert alarms() == {"exchange.older-claimed"}
        settle(outgoing(), [lost.receipt])
        assert outgoing().state == StreamState.RECOVERING


class TestSameVerdict:
    def test_a_record_judged_before_gets_the_same_verdict_though_nothing_is_agreed_any_more(self, lost: Lost):
        taking.take_back(lost.partner, lost.given())
        lost.agreed.state = "withdrawn"
        lost.agreed.save()
        token = lost.cn_token()
        (receipt,) = receive(lost.partner, [token])
        assert [verdict.status for verdict in read_receipt(receipt)[1].verdicts] == ["accepted"]
        assert Declaration.objects.filter(number="CN-1").count() == 1

    def test_a_batch_waits_while_the_stream_recovers(self, lost: Lost):
        Stream.objects.filter(direction=Direction.IN).update(state=StreamState.RECOVERING)
        assert refused_with(receive(lost.partner, [lost.cn_token()])) == "exchange.recovering"

    def test_another_record_under_a_number_that_was_receipted_is_equivocation(self, lost: Lost):
        taking.take_back(lost.partner, lost.given())
        lost.cn.seq, lost.cn.prev = incoming().last_seq, incoming().last_leaf
        other = lost.cn.send(KIND, body("CN-OTHER"), subject="CN-OTHER", agreement=lost.agreed.uuid)
        assert refused_with(receive(lost.partner, [other])) == "exchange.equivocation"


def test_a_text_that_is_gone_is_no_position(lost: Lost):
    assert epochs.stated_position(outgoing()) is None
    assert tokens.text_of("ab" * 32) is None
