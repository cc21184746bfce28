"""A partner's keys change: roll-overs in and ahead of the stream, revocations, new cards."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from isthmus.exchange import tokens
from isthmus.exchange.delivery import key_news
from isthmus.exchange.delivery.turns import push_turn
from isthmus.exchange.models import Agreement, Alarm, Direction, Effect, Record, Stream
from isthmus.exchange.services import publish
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.keys import revoke_partner_key, take_news
from isthmus.exchange.services.settle import settle
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, Refused
from isthmus.trust.models import Partner, PartnerKey
from isthmus.trust.services import introduce, suspend
from isthmus.wire import batch as wire_batch
from isthmus.wire import keys
from isthmus.wire.receipt import read_receipt, read_refusal
from tests.exchange.test_inbox import KIND, declaration
from tests.exchange.test_settle import item
from tests.foreign import ForeignNode
from tests.partner_server import answers, partner_server

HOUR = timedelta(hours=1)


def verdicts(given: list[str]) -> list[tuple[int, str]]:
    """(number, code or status) of every verdict in receipts; fails on a refusal."""
    found = [read_receipt(token)[1] for token in given]
    return [(v.seq, v.code or v.status) for receipt in found for v in receipt.verdicts]


def key_of(kid: str) -> PartnerKey:
    return PartnerKey.objects.get(kid=kid)


def send(cn: ForeignNode, agreed: Agreement, number: str, **changes: Any) -> str:
    return cn.send(KIND, declaration(number), subject=number, agreement=agreed.uuid, **changes)


class TestRollOver:
    def test_the_new_seal_signs_from_then_on_in_the_same_batch(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        old = cn.kid
        batch = [send(cn, agreed, "A"), cn.roll("seal"), send(cn, agreed, "B")]
        given = receive(partner, batch)
        assert verdicts(given) == [(2, "accepted"), (3, "accepted"), (4, "accepted")]
        assert len(given) == 2
        first, second = key_of(old), key_of(cn.kid)
        assert (first.successor, first.superseded_at) == (second.kid, second.effective_from)
        assert second.fault_at(clock.now()) == ""
        assert first.fault_at(clock.now()) == "superseded"
        assert Record.objects.get(subject="B").effect == Effect.APPLIED

    def test_several_times_in_one_batch(self, cn: ForeignNode, partner: Partner, agreed: Agreement) -> None:
        batch = [
            send(cn, agreed, "A"),
            cn.roll("seal"),
            cn.roll("seal"),
            cn.roll("log"),
            send(cn, agreed, "B"),
        ]
        assert [code for _, code in verdicts(receive(partner, batch))] == ["accepted"] * 5
        assert PartnerKey.objects.filter(partner=partner, purpose="seal").count() == 3

    def test_after_its_successor_took_over_the_old_seal_signs_nothing_later(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        old_key, old_certificate = cn.seal_key, cn.certificates["seal"]
        receive(partner, [cn.roll("seal")])
        new_key, new_certificate = cn.seal_key, cn.certificates["seal"]
        before = clock.now() - HOUR
        cn.use("seal", old_key, old_certificate)
        late, early = send(cn, agreed, "LATE"), send(cn, agreed, "EARLY", issued=before)
        cn.use("seal", new_key, new_certificate)
        assert verdicts(receive(partner, [late, early])) == [(3, "trust.key-superseded"), (4, "accepted")]
        row = Record.objects.get(subject="LATE")
        assert (row.effect, "replaced by its successor" in row.verdict_reason) == (Effect.NONE, True)

    def test_a_key_that_takes_over_later_does_not_sign_before(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        old_key, old_certificate = cn.seal_key, cn.certificates["seal"]
        token = cn.roll("seal", effective_from=clock.now() + HOUR)
        assert verdicts(receive(partner, [token, send(cn, agreed, "EARLY")])) == [
            (2, "accepted"),
            (3, "trust.key-not-yet-valid"),
        ]
        cn.use("seal", old_key, old_certificate)
        assert verdicts(receive(partner, [send(cn, agreed, "OLD")])) == [(4, "accepted")]

    def test_one_that_does_not_hold_is_refused_signed_and_changes_nothing(
        self, cn: ForeignNode, partner: Partner
    ) -> None:
        stranger = ForeignNode()
        _, certificate = stranger.successor("seal")
        body = {
            "purpose": "seal",
            "old_kid": cn.kid,
            "certificate": keys.to_pem(certificate),
            "effective_from": clock.to_text(clock.now() + HOUR),
        }
        token = cn.send("exchange.key-rollover/1", body)
        assert verdicts(receive(partner, [token])) == [(1, "trust.certificate.issuer")]
        unknown = cn.send("exchange.key-rollover/1", {**body, "old_kid": "x" * 43})
        assert verdicts(receive(partner, [unknown])) == [(2, "trust.rollover-unknown")]
        assert partner.keys.count() == 4

    def test_one_key_has_one_successor(self, cn: ForeignNode, partner: Partner) -> None:
        old_key, old_certificate = cn.seal_key, cn.certificates["seal"]
        moment = clock.now() + HOUR
        receive(partner, [cn.roll("seal", effective_from=moment)])
        cn.use("seal", old_key, old_certificate)
        again = cn.roll("seal", effective_from=moment)
        assert verdicts(receive(partner, [again])) == [(2, "trust.rollover-again")]

    @pytest.mark.parametrize("purpose", ["encryption", "log"])
    def test_the_seal_announces_the_other_keys(
        self, cn: ForeignNode, partner: Partner, purpose: keys.Purpose
    ) -> None:
        assert verdicts(receive(partner, [cn.roll(purpose)])) == [(1, "accepted")]
        newest = key_of(keys.thumbprint(cn.certificates[purpose]))
        assert (newest.purpose, newest.fault_at(clock.now())) == (purpose, "")
        assert partner.keys.filter(purpose=purpose).exclude(superseded_at=None).count() == 1

    def test_a_receipt_before_the_switch_counts_though_it_arrives_after(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        stream = Stream.objects.get(direction=Direction.OUT)
        publish([item("EX-1")], to=["cn"])
        sent = [
            tokens.text_of(row.leaf) or "" for row in Record.objects.filter(stream=stream).order_by("seq")
        ]
        receipt = cn.receipt(sent)
        receive(partner, [cn.roll("seal")])
        assert settle(stream, [receipt]) == ()
        assert stream.waiting == 0


class TestAhead:
    """What is signed under the new key overtakes the record that names it."""

    def test_answers_under_unknown_keys_heal_by_asking(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        publish([item("EX-1")], to=["cn"])
        stream = Stream.objects.select_related("partner").get(direction=Direction.OUT)
        news = [cn.roll("seal"), cn.roll("log")]
        asked = []

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            if path == key_news.TARGET:
                asked.append(path)
                return 200, json.dumps({"node": "cn", "records": news}).encode()
            return answers(cn.receipt(wire_batch.unpack(body)))

        with partner_server(answer) as url:
            Partner.objects.update(url=url)
            stream.partner.refresh_from_db()
            assert push_turn(stream)
        stream.refresh_from_db()
        assert (stream.waiting, asked, Alarm.objects.count()) == (0, [key_news.TARGET], 0)
        # The records come later, in their places, and find their keys known.
        assert verdicts(receive(partner, news)) == [(2, "accepted"), (3, "accepted")]

    def test_a_request_under_an_unknown_key_says_so_and_news_make_it_known(
        self, cn: ForeignNode, partner: Partner, settings: Any
    ) -> None:
        news = [cn.roll("seal")]
        target = "/exchange/v1/outbox/cn"
        first = Client().get(target, headers={"Authorization": cn.authorization("GET", target)})
        assert key_news.is_unknown_key(first.status_code, first.content)
        told = Client().post(key_news.TARGET, {"node": "cn", "records": news}, "application/json")
        assert (told.status_code, key_news.was_news(told.content)) == (200, True)
        again = Client().post(key_news.TARGET, {"node": "cn", "records": news}, "application/json")
        assert not key_news.was_news(again.content)
        second = Client().get(target, headers={"Authorization": cn.authorization("GET", target)})
        assert second.status_code == 200

    @pytest.mark.parametrize(
        "body",
        [b"{", b"[]", b'{"node": 1, "records": []}', b'{"node": "cn", "records": [1]}', b'{"node": "cn"}'],
    )
    def test_news_of_another_form(self, cn: ForeignNode, body: bytes) -> None:
        answer = Client().post(key_news.TARGET, body, "application/json")
        assert (answer.status_code, answer.json()["title"]) == (422, "exchange.key-news")

    def test_news_of_strangers_and_forgers_teach_nothing(self, cn: ForeignNode, partner: Partner) -> None:
        stranger, forger = ForeignNode(node_id="md"), ForeignNode()
        post = Client().post
        unknown = post(
            key_news.TARGET, {"node": "md", "records": [stranger.roll("seal")]}, "application/json"
        )
        assert (unknown.status_code, unknown.json()["title"]) == (403, "exchange.unknown-partner")
        others = [forger.roll("seal"), stranger.roll("log"), "no token", cn.send(KIND, declaration())]
        foreign = cn.roll("seal", receiver="md", stream="cn>md#1")
        assert take_news(partner, [*others, foreign]) == 0
        assert partner.keys.count() == 4

    def test_a_suspended_partner_is_told_that_it_is(self, cn: ForeignNode, partner: Partner) -> None:
        suspend(partner, "for a test", actor="operator")
        answer = Client().post(
            key_news.TARGET, {"node": "cn", "records": [cn.roll("seal")]}, "application/json"
        )
        assert (answer.status_code, answer.json()["title"]) == (403, "exchange.suspended")

    def test_the_node_tells_its_own_to_whoever_asks_signed(self, cn: ForeignNode, partner: Partner) -> None:
        answer = Client().get(
            key_news.TARGET, headers={"Authorization": cn.authorization("GET", key_news.TARGET)}
        )
        assert answer.json() == {"node": "mm", "records": []}
        assert Client().get(key_news.TARGET).status_code == 403


class TestCard:
    """A card of a known root, handed over by people, brings keys without a roll-over."""

    def renewed(self, cn: ForeignNode) -> None:
        for purpose in keys.PURPOSES:
            cn.use(purpose, *cn.successor(purpose))

    def test_adds_the_keys_and_the_stream_goes_on(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        old = cn.kid
        self.renewed(cn)
        lost = send(cn, agreed, "A")
        (answer,) = receive(partner, [lost])
        assert read_refusal(answer)[1].code == "trust.unknown-key"
        introduce(cn.card_token, actor="operator")
        assert verdicts(receive(partner, [lost])) == [(2, "accepted")]
        assert partner.keys.count() == 7
        assert key_of(old).superseded_at is not None
        introduce(cn.card_token, actor="operator")
        assert partner.keys.count() == 7

    def test_a_roll_over_that_follows_says_exactly_when(self, cn: ForeignNode, partner: Partner) -> None:
        old = cn.kid
        token = cn.roll("seal")
        introduce(cn.card_token, actor="operator")
        assert key_of(cn.kid).effective_from is None
        receive(partner, [token])
        assert key_of(cn.kid).effective_from == key_of(old).superseded_at is not None

    def test_an_older_card_or_one_under_a_revoked_key_changes_nothing(
        self, cn: ForeignNode, partner: Partner
    ) -> None:
        old = cn.card_token
        self.renewed(cn)
        introduce(cn.card_token, actor="operator")
        with pytest.raises(Conflict, match="newer card"):
            introduce(old, actor="operator")
        revoke_partner_key(partner, cn.kid, revoked_from=clock.now(), reason="Leaked", actor="approver")
        cn.url = "http://thief.example"
        with pytest.raises(Refused, match="revoked"):
            introduce(cn.card_token, actor="operator")
        partner.refresh_from_db()
        assert partner.url == "http://cn.example"


def test_news_too_large_to_be_read(cn: ForeignNode) -> None:
    answer = Client().post(key_news.TARGET, b"x" * (key_news.LONGEST + 1), "application/json")
    assert (answer.status_code, answer.json()["title"]) == (422, "exchange.too-large")


def test_answers_that_cannot_be_read_ask_for_nothing(cn: ForeignNode, partner: Partner) -> None:
    assert not key_news.must_tell(["no token", cn.send(KIND, {})])
    assert not key_news.must_ask(partner, ["no token"])
    assert not key_news.must_ask(partner, [cn.refusal("exchange.gap")])
    cn.roll("seal")
    assert key_news.must_ask(partner, [cn.refusal("exchange.gap")])
    assert not key_news.was_news(b"[]")
    assert not key_news.has_problems(b"nothing")
    assert not key_news.is_unknown_key(403, b"<html>")
    assert key_news.learn(partner, b"nothing") == 0
