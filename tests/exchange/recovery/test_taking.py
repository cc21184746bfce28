"""What a node takes back from a partner, and what it does not."""

from typing import Any

import pytest

from isthmus.apps.etrade.models import Declaration, Sending
from isthmus.exchange import registry, tokens
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import (
    Effect,
    Held,
    OwnVerdict,
    Record,
    Restoration,
    Stream,
    StreamState,
    Verdict,
)
from isthmus.exchange.services import publish
from isthmus.exchange.services.quarantine import run_again
from isthmus.exchange.services.recovery import reopening, taking
from isthmus.exchange.services.recovery.marking import ask_now, log_size, mark_older
from isthmus.exchange.services.streams import thaw
from isthmus.kit.errors import Conflict, Refused
from isthmus.wire.record import leaf_hash, read_record, sign_record
from tests.exchange.recovery.conftest import Lost, alarms, forget, incoming, item, outgoing, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def restored(lost: Lost) -> Lost:
    """The node knows that it came back."""
    mark_older(actor="operator", kept_size=log_size())
    return lost


def test_marking_stops_every_stream_and_says_what_is_wanted(restored: Lost):
    assert {stream.state for stream in Stream.objects.all()} == {StreamState.RECOVERING}
    wanted = taking.wanted(restored.partner)
    assert wanted is not None
    assert (wanted.stream, wanted.after, wanted.incoming, wanted.receipted) == ("mm>cn#1", 3, "cn>mm#1", 1)
    assert len(wanted.answers) == 1
    assert taking.wanted(restored.partner) == wanted, "the same answer is said again, not signed again"


def test_own_records_and_their_receipts_come_back(restored: Lost):
    brought = taking.take_back(restored.partner, restored.given())
    assert (brought.records, brought.wanted) == (3, None)
    stream = outgoing()
    assert stream.state == StreamState.OPEN
    assert texts(stream)[: restored.last] == [*restored.known, *restored.tokens]
    rows = Record.objects.filter(stream=stream, seq__lte=restored.last)
    assert {row.verdict for row in rows} == {Verdict.ACCEPTED}
    assert stream.settled_seq == restored.last
    assert check_log().ok
    assert alarms() == set()


def test_applications_get_them_back(restored: Lost):
    Declaration.objects.filter(number="EX-1").update(number="EX-2")
    Sending.objects.filter(declaration__number="EX-2").delete()  # read before the backup, sent after it
    taking.take_back(restored.partner, restored.given())
    assert set(Declaration.objects.values_list("number", flat=True)) == {"EX-0", "EX-2", "EX-3", "EX-4"}
    sent = Sending.objects.order_by("id").values_list("declaration__number", "leaf")
    assert list(sent)[1:] == [
        (f"EX-{number}", leaf_hash(token).hex())
        for number, token in zip((2, 3, 4), restored.tokens, strict=True)
    ]


def test_a_hook_that_fails_loses_nothing(restored: Lost, monkeypatch: pytest.MonkeyPatch):
    real = registry.resolve

    def failing(path: str) -> Any:
        def fail(received: object) -> None:
            raise RuntimeError("the shelf is full")

        return fail if path.endswith("restore_declaration") else real(path)

    with monkeypatch.context() as patch:
        patch.setattr(registry, "resolve", failing)
        assert taking.take_back(restored.partner, restored.given()).records == 3
    rows = list(Record.objects.filter(effect=Effect.QUARANTINED).order_by("seq"))
    assert [row.effect_error for row in rows] == ["RuntimeError: the shelf is full"] * 3
    run_again(rows[0], actor="operator")
    assert Sending.objects.filter(leaf=rows[0].leaf).exists()


def test_the_same_portion_twice_changes_nothing(restored: Lost):
    given = restored.given()
    taking.take_back(restored.partner, given)
    size = log_size()
    brought = taking.take_back(restored.partner, given)
    assert (brought.records, brought.wanted) == (0, None)
    assert log_size() == size


def test_portions_follow_one_another(restored: Lost):
    first = restored.given(
        records=restored.tokens[:1], answers=[restored.position(restored.last + 1)], more=True
    )
    brought = taking.take_back(restored.partner, first)
    assert brought.wanted is not None
    assert brought.wanted.after == 4
    assert outgoing().state == StreamState.RECOVERING
    rest = restored.given(records=restored.tokens[1:])
    assert taking.take_back(restored.partner, rest).records == 2
    assert outgoing().state == StreamState.OPEN


def test_a_partner_that_holds_nothing_more_lets_the_stream_go_on(restored: Lost):
    given = restored.given(
        position=3, records=[], answers=[restored.position(4)], leaf=leaf_hash(restored.known[-1]).hex()
    )
    assert taking.take_back(restored.partner, given).records == 0
    assert outgoing().state == StreamState.OPEN


def test_a_partner_that_lost_records_too_gets_them_again(restored: Lost):
    given = restored.given(position=1, records=[], answers=[restored.position(2)])
    taking.take_back(restored.partner, given)
    assert (outgoing().state, outgoing().settled_seq) == (StreamState.OPEN, 1)


def test_the_partner_is_told_from_where_the_log_has_a_new_history(restored: Lost):
    taking.take_back(restored.partner, restored.given())
    told = Record.objects.get(type="exchange.recovery")
    said = read_record(tokens.text_of(told.leaf) or "")[1].body
    assert said["kept_size"] == Restoration.objects.get().kept_size
    assert told.seq == restored.last + 1


class TestRefusals:
    def test_records_of_another_signer(self, restored: Lost):
        record = read_record(restored.tokens[0])[1]
        forged = sign_record(record, restored.cn.seal_key, restored.cn.kid)
        with pytest.raises(Refused, match="not what this node signed"):
            taking.take_back(restored.partner, restored.given(records=[forged]))
        assert alarms() == {"exchange.not-ours"}
        assert outgoing().last_seq == 3

    def test_records_of_another_stream(self, restored: Lost):
        with pytest.raises(Refused, match="belongs to mm>cn#1"):
            taking.take_back(restored.partner, restored.given(stream="mm>cn#2"))

    def test_records_with_a_gap_before_them(self, restored: Lost):
        with pytest.raises(Refused, match="does not follow"):
            taking.take_back(restored.partner, restored.given(records=restored.tokens[1:]))
        assert outgoing().last_seq == 3

    def test_a_stream_that_this_node_never_had(self, restored: Lost):
        with pytest.raises(Refused, match="no stream mm>cn#7"):
            taking.take_back(restored.partner, restored.given(stream="mm>cn#7", records=[], answers=[]))

    @pytest.mark.parametrize("what", ["none", "other stream", "stranger"])
    def test_no_signed_position(self, restored: Lost, what: str):
        answers = {
            "none": [restored.receipt],
            "other stream": [restored.position(9, "mm>cn#2")],
            "stranger": [restored.position(9).replace(".", ".A", 1)],
        }[what]
        with pytest.raises(Exception, match=r"has not signed|wire|signature|canonical|read"):
            taking.take_back(restored.partner, restored.given(answers=answers))
        assert outgoing().state == StreamState.RECOVERING

    def test_less_than_the_partner_has_signed_to_hold(self, restored: Lost):
        given = restored.given(records=restored.tokens[:1], answers=[restored.position(restored.last + 1)])
        taking.take_back(restored.partner, given)
        assert outgoing().state == StreamState.RECOVERING
        assert alarms() == {"exchange.not-returned"}
        taking.take_back(restored.partner, restored.given(records=restored.tokens[1:]))
        assert (outgoing().state, alarms()) == (StreamState.OPEN, set())

    def test_receipts_that_this_node_did_not_give(self, restored: Lost):
        with pytest.raises(Refused, match="receipt"):
            taking.take_back(restored.partner, restored.given(own_receipts=[restored.receipt]))


class TestSilence:
    def test_a_record_that_this_node_does_not_know_shows_its_age(self, lost: Lost):
        assert taking.take_back(lost.partner, lost.given()).records == 3
        assert outgoing().state == StreamState.OPEN
        assert "behind number 3" in Restoration.objects.get().found
        assert alarms() == {"exchange.older-state"}
        reopening.clear_unannounced("node")
        assert alarms() == set()

    def test_a_receipt_that_it_does_not_know_shows_it_too(self, lost: Lost):
        given = lost.given(records=[], answers=[lost.position(4)], position=3, more=True)
        brought = taking.take_back(lost.partner, given)
        assert brought.wanted is not None
        assert "receipt of this node for number 2" in Restoration.objects.get().found
        assert OwnVerdict.objects.get().seq == 2

    def test_a_number_signed_twice_stops_the_stream_for_people(self, lost: Lost):
        publish([item("EX-NEW")], to=["cn"])
        with pytest.raises(Refused, match="number 4"):
            taking.take_back(lost.partner, lost.given())
        stream = outgoing()
        assert (stream.state, stream.diverged_seq) == (StreamState.FROZEN, 4)
        assert alarms() == {"exchange.two-histories", "exchange.older-state"}
        with pytest.raises(Conflict, match="two histories"):
            thaw(stream, "we talked", actor="operator")
        with pytest.raises(Conflict):
            ask_now(lost.partner, actor="operator") if incoming().state == "open" else thaw(
                stream, "x", actor="o"
            )


def test_asking_now_needs_something_to_ask(lost: Lost):
    with pytest.raises(Conflict, match="is sure"):
        ask_now(lost.partner, actor="operator")
    stream = outgoing()
    Stream.objects.filter(pk=stream.pk).update(state=StreamState.FROZEN)
    ask_now(lost.partner, actor="operator")
    assert outgoing().state == StreamState.RECOVERING


class TestWaiting:
    def test_what_is_published_meanwhile_waits_and_then_goes_on(self, restored: Lost):
        held = publish([item("EX-5"), item("EX-6")], to=["cn"])
        assert [row.seq for row in held] == [-1, -2]
        assert outgoing().last_seq == 3
        declaration = Declaration.objects.get(number="EX-0")
        Sending.objects.filter(declaration=declaration).delete()
        Sending.objects.create(
            declaration=declaration, partner="cn", leaf=held[0].leaf, sent_at=held[0].issued
        )
        taking.take_back(restored.partner, restored.given())
        assert not Held.objects.exists()
        row = Record.objects.get(subject="EX-5")
        assert row.seq == restored.last + 1
        assert Sending.objects.filter(leaf=row.leaf).exists()
        assert [read_record(text)[1].subject for text in texts(outgoing())][-3:-1] == ["EX-5", "EX-6"]
        assert check_log().ok

    def test_a_node_that_rolls_back_holds_nothing(self, restored: Lost):
        forget(lambda: publish([item("EX-5")], to=["cn"]))
        assert not Held.objects.exists()
