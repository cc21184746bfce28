"""Two nodes came back one after the other: an epoch that was begun between is reached again."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from isthmus.apps.etrade.models import Declaration
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import Direction, Offer, OfferState, Stream, StreamState
from isthmus.exchange.services import publish
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.recovery import earlier, epochs, offers, taking
from isthmus.exchange.services.settle import settle
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, Refused
from isthmus.kit.ids import uuid7
from isthmus.wire import batch, jws
from isthmus.wire.receipt import Refusal as WireRefusal
from isthmus.wire.receipt import read_receipt, read_refusal, sign_refusal
from isthmus.wire.record import leaf_hash, sign_record
from tests.exchange.recovery.conftest import KIND, Lost, alarms, body, incoming, item, texts

pytestmark = pytest.mark.django_db


def refused_with(answers: list[str]) -> tuple[str, str, int | None]:
    (token,) = answers
    assert jws.type_of(token) == jws.REFUSAL
    said = read_refusal(token)[1]
    return said.code, said.stream, said.expected


class TestReceiver:
    """This node accepted the epoch cn>mm#2, which closes #1, and forgot it with the last of #1."""

    @pytest.fixture
    def forgot(self, lost: Lost) -> tuple[Lost, list[str], str, str]:
        """The lost records of the closed stream, the offer, and the record behind it."""
        cn = lost.cn
        cn.seq, cn.prev = incoming().last_seq, incoming().last_leaf
        ends = [
            cn.send(KIND, body(f"CN-{number}"), subject=f"CN-{number}", agreement=lost.agreed.uuid)
            for number in (2, 3)
        ]
        closes = {
            "closes": "cn>mm#1",
            "last_seq": incoming().last_seq + 2,
            "last_leaf": leaf_hash(ends[-1]).hex(),
            "diverged_seq": 3,
            "reason": "A snapshot was put back",
        }
        offer = sign_record(
            cn.record("exchange.stream-epoch/1", closes, stream="cn>mm#2", seq=1, prev=""),
            cn.seal_key,
            cn.kid,
        )
        behind = cn.record(
            KIND,
            body("CN-4"),
            subject="CN-4",
            agreement=lost.agreed.uuid,
            stream="cn>mm#2",
            seq=2,
            prev=leaf_hash(offer).hex(),
        )
        return lost, ends, offer, sign_record(behind, cn.seal_key, cn.kid)

    def test_what_is_behind_the_epoch_makes_it_ask_for_what_it_has_not(
        self, forgot: tuple[Lost, list[str], str, str]
    ) -> None:
        lost, _ends, offer, behind = forgot
        asked = ("exchange.gap", "cn>mm#1", 2)
        assert refused_with(receive(lost.partner, [behind])) == asked
        assert refused_with(receive(lost.partner, [offer])) == asked
        assert incoming().name == "cn>mm#1"

    def test_its_word_is_kept_as_soon_as_it_has_what_the_epoch_closes(
        self, forgot: tuple[Lost, list[str], str, str]
    ) -> None:
        lost, ends, offer, behind = forgot
        Offer.objects.create(
            partner=lost.partner,
            kind="epoch",
            leaf=leaf_hash(offer).hex(),
            body={},
            state=OfferState.ACCEPTED,
            arrived_at=clock.now(),
        )
        assert refused_with(receive(lost.partner, [offer]))[0] == "exchange.gap"
        receive(lost.partner, ends)
        assert refused_with(receive(lost.partner, [offer]))[0] == "exchange.epoch-waiting"
        (receipt,) = receive(lost.partner, [offer, behind])
        assert [verdict.status for verdict in read_receipt(receipt)[1].verdicts] == ["accepted"] * 2
        numbers = Declaration.objects.filter(number__startswith="CN-").values_list("number", flat=True)
        assert sorted(numbers) == ["CN-2", "CN-3", "CN-4"]
        assert (incoming().name, incoming().state) == ("cn>mm#2", StreamState.OPEN)

    def test_an_approver_accepts_once_the_missing_has_come(
        self, forgot: tuple[Lost, list[str], str, str]
    ) -> None:
        lost, ends, offer, _behind = forgot
        receive(lost.partner, [offer])
        waiting = Offer.objects.get()
        with pytest.raises(Conflict) as refused:
            offers.decide(waiting, accept=True, reason="called", actor="approver")
        assert "by itself" in refused.value.next_step
        receive(lost.partner, ends)
        offers.decide(waiting, accept=True, reason="called", actor="approver")
        assert incoming().name == "cn>mm#2"

    def test_a_stream_that_was_frozen_then_is_reached_too(
        self, forgot: tuple[Lost, list[str], str, str]
    ) -> None:
        lost, _ends, _offer, behind = forgot
        Stream.objects.filter(direction=Direction.IN).update(state=StreamState.FROZEN)
        assert refused_with(receive(lost.partner, [behind]))[0] == "exchange.gap"


def gap(lost: Lost, stream: str, expected: int) -> str:
    content = WireRefusal(
        id=uuid7(),
        sender="cn",
        receiver="mm",
        stream=stream,
        seq=None,
        leaf="",
        other_leaf="",
        code="exchange.gap",
        reason="cn came back",
        expected=expected,
        issued=clock.now(),
    )
    return sign_refusal(content, lost.cn.seal_key, lost.cn.kid)


class TestSender:
    """This node began the epoch mm>cn#2; the partner took it, and then forgot it."""

    @pytest.fixture
    def taken(self, lost: Lost) -> Lost:
        publish([item("EX-NEW")], to=["cn"])
        with pytest.raises(Refused):
            taking.take_back(lost.partner, lost.given())
        epochs.begin_epoch(epochs.find_stream("cn"), "A snapshot was put back", actor="operator")
        taking.take_back(lost.partner, lost.given())
        settle(self.present(), [lost.cn.receipt(texts(self.present()))])
        assert (self.closed().state, self.present().waiting) == (StreamState.CLOSED, 0)
        return lost

    def closed(self) -> Stream:
        return Stream.objects.select_related("partner").get(name="mm>cn#1")

    def present(self) -> Stream:
        return Stream.objects.select_related("partner").get(name="mm>cn#2")

    def test_the_end_of_the_closed_stream_goes_out_again_and_then_the_epoch(self, taken: Lost) -> None:
        settle(self.present(), [gap(taken, "mm>cn#1", 5)])
        assert (self.closed().state, self.closed().settled_seq) == (StreamState.OPEN, 4)
        assert self.present().settled_seq == 0
        assert "exchange.partner-behind" in alarms()
        assert earlier.to_send(taken.partner) == self.closed()
        again = texts(self.closed())[4:]
        settle(self.closed(), [taken.cn.receipt(again)])
        assert earlier.to_send(taken.partner) == self.present()
        settle(self.present(), [taken.cn.receipt(texts(self.present()))])
        assert (self.closed().state, self.closed().waiting) == (StreamState.CLOSED, 0)
        assert self.present().waiting == 0
        assert check_log().ok

    def test_a_partner_that_lost_the_epoch_alone_gets_it_from_its_beginning(self, taken: Lost) -> None:
        settle(self.present(), [gap(taken, "mm>cn#1", taken.last + 1)])
        assert self.closed().state == StreamState.CLOSED
        assert self.present().settled_seq == 0

    @pytest.mark.parametrize(("stream", "expected"), [("mm>cn#1", 99), ("mm>cn#9", 1)])
    def test_what_was_never_sent_is_not_sent_again(self, taken: Lost, stream: str, expected: int) -> None:
        before = self.present().settled_seq
        settle(self.present(), [gap(taken, stream, expected)])
        assert (self.present().settled_seq, self.closed().state) == (before, StreamState.CLOSED)

    def test_a_partner_that_fetches_gets_both_in_their_order(self, taken: Lost) -> None:
        def fetch(after: int, stream: str) -> list[str]:
            target = f"/exchange/v1/outbox/cn?{urlencode({'after': after, 'stream': stream})}"
            answer = Client().get(target, headers={"Authorization": taken.cn.authorization("GET", target)})
            assert answer.status_code == 200
            return batch.unpack(answer.content) if answer.content else []

        assert fetch(self.present().last_seq, "mm>cn#2") == []
        assert earlier.settle_each(taken.partner, [gap(taken, "mm>cn#1", 5)])
        assert fetch(4, "mm>cn#1") == texts(self.closed())[4:]
        assert earlier.settle_each(taken.partner, [taken.cn.receipt(texts(self.closed())[4:])]) == []
        assert fetch(taken.last, "mm>cn#1") == texts(self.present())
        assert self.present().state == StreamState.OPEN
        assert earlier.settle_each(taken.partner, [taken.cn.receipt(texts(self.present()))]) == []
        assert self.closed().state == StreamState.CLOSED

    def test_answers_that_cannot_be_read_are_said_to_be_so(self, taken: Lost) -> None:
        settle(self.present(), [gap(taken, "mm>cn#1", 5)])
        assert len(earlier.settle_each(taken.partner, ["not a token"]) or []) == 1
