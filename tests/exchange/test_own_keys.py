"""This node's own keys change: rolled over, revoked, destroyed, and what each partner is told."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from isthmus.exchange import key_watch, registry, tokens
from isthmus.exchange.delivery import key_news
from isthmus.exchange.delivery.client import PartnerLink
from isthmus.exchange.delivery.turns import push_turn
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import Alarm, Direction, Record, Stream
from isthmus.exchange.services import publish
from isthmus.exchange.services.keys import own_news, readopt_keys, revoke_own, roll_over
from isthmus.exchange.verification import check_record
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, NotFound, Refused
from isthmus.trust import keystore, own_keys
from isthmus.trust.models import KeyPurpose, OwnKey, Partner, PartnerKey
from isthmus.trust.services import confirm, introduce, own_card, suspend
from isthmus.wire import batch as wire_batch
from isthmus.wire import keys
from isthmus.wire.card import read_card
from isthmus.wire.record import read_record
from isthmus.wire.revocation import check_revocation
from isthmus.wire.rollover import accept_rollover
from tests.exchange.test_settle import item
from tests.foreign import ForeignNode
from tests.partner_server import answers, partner_server

HOUR = timedelta(hours=1)


def certificate(purpose: KeyPurpose) -> Any:
    return keystore.in_use(purpose).certificate


def sent(node_id: str = "cn") -> list[str]:
    rows = Record.objects.filter(stream__direction=Direction.OUT, stream__partner__node_id=node_id)
    return [tokens.text_of(row.leaf) or "" for row in rows.order_by("seq")]


def fresh() -> Stream:
    return Stream.objects.select_related("partner").get(direction=Direction.OUT)


class TestRollOver:
    @pytest.mark.parametrize("purpose", [KeyPurpose.SEAL, KeyPurpose.ENCRYPTION, KeyPurpose.LOG])
    def test_is_announced_by_the_key_that_signed_so_far(self, cn: ForeignNode, purpose: KeyPurpose) -> None:
        root, seal, old = (certificate(p) for p in (KeyPurpose.ROOT, KeyPurpose.SEAL, purpose))
        done = roll_over(purpose, actor="operator")
        (token,) = sent()
        assert accept_rollover(token, old, root, seal=seal) == certificate(purpose)
        assert (done.told, done.by_card) == (("cn",), False)
        assert keys.thumbprint(certificate(purpose)) == done.new.kid != done.old.kid
        card = read_card(own_card(registry.offered_types()))
        name: keys.Purpose = own_keys.IN_CERTIFICATES[purpose]
        assert card.certificate(name) == certificate(purpose)

    def test_every_confirmed_partner_is_told_also_a_suspended_one(self, cn: ForeignNode) -> None:
        others = {name: ForeignNode(node_id=name) for name in ("md", "ng", "ke")}
        for name in ("md", "ng"):
            confirm(introduce(others[name].card_token, actor="t"), others[name].words, actor="t")
        introduce(others["ke"].card_token, actor="t")
        suspend(Partner.objects.get(node_id="ng"), "for a test", actor="t")
        assert roll_over(KeyPurpose.SEAL, actor="operator").told == ("cn", "md", "ng")
        assert [len(sent(name)) for name in ("cn", "md", "ng", "ke")] == [1, 1, 1, 0]

    def test_records_carry_the_key_of_their_date(self, cn: ForeignNode, agreed: Any) -> None:
        first = certificate(KeyPurpose.SEAL)
        publish([item("EX-1")], to=["cn"])
        roll_over(KeyPurpose.SEAL, actor="operator", effective_from=clock.now() + timedelta(seconds=3))
        publish([item("EX-2")], to=["cn"])
        assert {read_record(token)[0].kid for token in sent()} == {keys.thumbprint(first)}
        OwnKey.objects.filter(kid=keys.thumbprint(first)).update(retired_at=clock.now())
        OwnKey.objects.exclude(effective_from=None).update(effective_from=clock.now())
        publish([item("EX-3")], to=["cn"])
        assert read_record(sent()[-1])[0].kid == keys.thumbprint(certificate(KeyPurpose.SEAL))
        assert certificate(KeyPurpose.SEAL) != first
        for row in Record.objects.filter(stream__direction=Direction.OUT):
            assert [check.detail for check in check_record(row)[:2] if not check.ok] == []

    def test_the_log_verifies_across_its_keys(self, cn: ForeignNode, agreed: Any) -> None:
        roll_over(KeyPurpose.LOG, actor="operator")
        from django.db import transaction

        with transaction.atomic(), open_ledger() as ledger:
            ledger.checkpoint()
        report = check_log(lambda done, total: None)
        assert (report.findings, report.checkpoints >= 1) == ([], True)

    def test_is_refused_for(self, node: str) -> None:
        now = clock.now()
        with pytest.raises(Refused, match="root"):
            roll_over(KeyPurpose.ROOT, actor="operator")
        for wrong in (now - HOUR, now + timedelta(days=91)):
            with pytest.raises(BadInput) as caught:
                roll_over(KeyPurpose.SEAL, actor="operator", effective_from=wrong)
            assert caught.value.faults[0].where == "effective_from"
        OwnKey.objects.filter(purpose="log").update(valid_until=now + HOUR)
        with pytest.raises(BadInput, match="before its successor"):
            roll_over(KeyPurpose.LOG, actor="operator", effective_from=now + 2 * HOUR)
        roll_over(KeyPurpose.SEAL, actor="operator", effective_from=now + HOUR)
        with pytest.raises(Conflict, match="already"):
            roll_over(KeyPurpose.SEAL, actor="operator")

    @pytest.mark.parametrize("expired", [False, True])
    def test_without_the_old_key_partners_need_the_card(self, cn: ForeignNode, expired: bool) -> None:
        if expired:
            past = clock.now() - 2 * HOUR
            root = keystore.in_use(KeyPurpose.ROOT)
            old = keys.issue_certificate(
                "seal",
                certificate(KeyPurpose.SEAL).public_key(),
                root.certificate,
                root.private_key,
                now=past - timedelta(days=366),
                years=1,
            )
            OwnKey.objects.filter(purpose="seal").update(
                certificate=keys.to_pem(old), kid=keys.thumbprint(old), valid_until=old.not_valid_after_utc
            )
        done = roll_over(KeyPurpose.SEAL, actor="operator", old_key_lost=not expired)
        assert (done.told, done.by_card, sent()) == ((), True, [])
        assert certificate(KeyPurpose.SEAL) == keys.load_certificate(done.new.certificate)


NEWS_OR_TOLD_BEFORE = pytest.mark.parametrize("learnt", [1, 0], ids=["news", "told by another call before"])
"""Several calls meet a new key at once: one of them brings the news, to all others it is old."""


class TestTelling:
    """The request that carries the roll-over is signed under the new key already."""

    def partner_that_learns(self, cn: ForeignNode, told: list[list[str]], learnt: int) -> Any:
        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            if path == key_news.TARGET:
                told.append(key_news.read(body)[1])
                return 200, json.dumps({"learnt": learnt}).encode()
            if not told:
                return 403, json.dumps({"title": "trust.unknown-key", "detail": "Who is that?"}).encode()
            return answers(cn.receipt(wire_batch.unpack(body)))

        return answer

    @NEWS_OR_TOLD_BEFORE
    def test_heals_a_push_within_the_turn(self, cn: ForeignNode, agreed: Any, learnt: int) -> None:
        told: list[list[str]] = []
        roll_over(KeyPurpose.SEAL, actor="operator")
        with partner_server(self.partner_that_learns(cn, told, learnt)) as url:
            Partner.objects.update(url=url)
            assert push_turn(fresh())
        assert told == [[sent()[-1]]]
        assert (fresh().waiting, Alarm.objects.count()) == (0, 0)

    @NEWS_OR_TOLD_BEFORE
    def test_heals_a_refusal_inside_the_stream(self, cn: ForeignNode, agreed: Any, learnt: int) -> None:
        told: list[list[str]] = []
        roll_over(KeyPurpose.SEAL, actor="operator")

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            if path == key_news.TARGET:
                told.append(key_news.read(body)[1])
                return 200, json.dumps({"learnt": learnt}).encode()
            found = wire_batch.unpack(body)
            return answers(cn.receipt(found) if told else cn.refusal("trust.unknown-key", expected=1))

        with partner_server(answer) as url:
            Partner.objects.update(url=url)
            assert push_turn(fresh())
        assert (fresh().waiting, len(told)) == (0, 1)

    def test_long_news_are_told_in_portions_that_a_partner_reads(
        self, cn: ForeignNode, agreed: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told: list[list[str]] = []
        for _ in range(3):
            roll_over(KeyPurpose.LOG, actor="operator")
        monkeypatch.setattr(key_news, "LONGEST", len(key_news.told(Partner.objects.get())) - 1)

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            assert len(body) <= key_news.LONGEST
            told.append(key_news.read(body)[1])
            return 200, b'{"learnt": 1}' if len(told) == 1 else b'{"learnt": 0}'

        with partner_server(answer) as url:
            Partner.objects.update(url=url)
            assert PartnerLink(Partner.objects.get()).tell_keys()
        assert [len(records) for records in told] == [2, 1]
        assert [token for records in told for token in records] == own_news(Partner.objects.get())

    @pytest.mark.parametrize("code", ["trust.unknown-key", "trust.key-superseded", "trust.key-revoked"])
    def test_a_partner_that_learns_nothing_raises_an_alarm_until_it_accepts(
        self, cn: ForeignNode, agreed: Any, code: str
    ) -> None:
        accepts: list[bool] = []

        def answer(path: str, body: bytes) -> tuple[int, bytes]:
            if accepts:
                return answers(cn.receipt(wire_batch.unpack(body)))
            if path == key_news.TARGET:
                return 200, b'{"learnt": 0}'
            return 403, json.dumps({"title": code, "detail": "No."}).encode()

        with partner_server(answer) as url:
            Partner.objects.update(url=url)
            assert not push_turn(fresh())
            alarm = Alarm.objects.get(cleared_at=None)
            assert (alarm.code, alarm.subject, code in alarm.message) == (key_news.REFUSED, "cn", True)
            accepts.append(True)
            Stream.objects.update(next_attempt_at=None)
            assert push_turn(fresh())
        assert not Alarm.objects.filter(cleared_at=None).exists()

    def test_a_partner_that_asks_gets_its_own_roll_overs_alone(self, cn: ForeignNode) -> None:
        md = ForeignNode(node_id="md")
        confirm(introduce(md.card_token, actor="t"), md.words, actor="t")
        roll_over(KeyPurpose.SEAL, actor="operator")
        answer = Client().get(
            key_news.TARGET, headers={"Authorization": md.authorization("GET", key_news.TARGET)}
        )
        assert key_news.read(answer.content) == ("mm", sent("md"))


class TestRevocation:
    def test_of_a_key_in_use_rolls_it_over_and_tells_partners_with_the_root_s_word(
        self, cn: ForeignNode
    ) -> None:
        root, old = certificate(KeyPurpose.ROOT), certificate(KeyPurpose.SEAL)
        own = own_keys.find(keys.thumbprint(old)[:10])
        since = clock.now() - HOUR
        revoke_own(own, revoked_from=since, ground="leaked", reason="A laptop was stolen", actor="approver")
        rolled, revoked = sent()
        new = accept_rollover(rolled, old, root)
        unverified, record = read_record(revoked)
        assert unverified.kid == keys.thumbprint(new)
        body = check_revocation(record, unverified.kid, old, root)
        assert (body.ground, body.reason, body.revoked_from) == (
            "leaked",
            "A laptop was stolen",
            since.replace(microsecond=0),
        )
        own.refresh_from_db()
        assert own.revoked_from == since.replace(microsecond=0)
        with pytest.raises(Conflict):
            revoke_own(own, revoked_from=since, ground="leaked", reason="again", actor="approver")

    def test_brings_a_successor_forward_that_still_waits(self, cn: ForeignNode) -> None:
        old = OwnKey.objects.get(purpose="seal")
        done = roll_over(KeyPurpose.SEAL, actor="operator", effective_from=clock.now() + HOUR)
        revoke_own(old, revoked_from=clock.now() - HOUR, ground="leaked", reason="Stolen", actor="approver")
        assert keystore.in_use(KeyPurpose.SEAL).kid == done.new.kid
        assert len(sent()) == 3

    def test_is_refused_for(self, node: str) -> None:
        seal, root = OwnKey.objects.get(purpose="seal"), OwnKey.objects.get(purpose="root")
        given: Any = {"ground": "leaked", "reason": "Stolen", "actor": "approver"}
        with pytest.raises(Refused, match="root"):
            revoke_own(root, revoked_from=clock.now() - HOUR, **given)
        with pytest.raises(BadInput) as caught:
            revoke_own(seal, revoked_from=clock.now() + HOUR, **{**given, "reason": " "})
        assert [fault.where for fault in caught.value.faults] == ["revoked_from", "reason"]
        with pytest.raises(NotFound):
            own_keys.find("nothing")
        assert OwnKey.objects.count() == 4


class TestComingBackOlder:
    """A node restored from before its roll-over learns from its own record, which a partner gave back."""

    def lose(self, new: OwnKey, old: OwnKey) -> str:
        token = sent()[-1]
        new.delete()
        OwnKey.objects.filter(pk=old.pk).update(retired_at=None)
        return token

    def test_a_key_whose_private_half_is_still_there_is_in_use_again(self, cn: ForeignNode) -> None:
        done = roll_over(KeyPurpose.SEAL, actor="t")
        token = self.lose(done.new, done.old)
        assert keystore.in_use(KeyPurpose.SEAL).kid == done.old.kid
        assert readopt_keys(["no token", token]) == 1
        again = keystore.in_use(KeyPurpose.SEAL)
        assert (again.kid, again.certificate.public_key()) == (done.new.kid, again.private_key.public_key())
        assert readopt_keys([token]) == 0

    def test_one_that_is_gone_stands_among_the_retired(self, cn: ForeignNode) -> None:
        done = roll_over(KeyPurpose.SEAL, actor="t")
        (settings.ISTHMUS.keys_folder / done.new.file_name).unlink()
        token = self.lose(done.new, done.old)
        latest = roll_over(KeyPurpose.SEAL, actor="t", old_key_lost=True).new
        assert readopt_keys([token]) == 1
        assert keystore.in_use(KeyPurpose.SEAL).kid == latest.kid
        row = OwnKey.objects.get(kid=done.new.kid)
        assert row.destroyed_at is not None
        assert row.retired_at == latest.effective_from

    def test_what_others_say_about_their_keys_is_passed_over(self, cn: ForeignNode) -> None:
        stranger = ForeignNode(node_id="mm", partner="cn")
        assert readopt_keys([cn.roll("seal"), stranger.roll("seal"), cn.send("a.b/1", {})]) == 0
        assert OwnKey.objects.count() == 4

    def test_a_roll_over_whose_predecessor_is_not_known_is_passed_over(self, cn: ForeignNode) -> None:
        done = roll_over(KeyPurpose.LOG, actor="t")
        token = sent()[-1]
        OwnKey.objects.filter(purpose="log").delete()
        assert readopt_keys([token]) == 0
        assert done.told == ("cn",)


class TestDestruction:
    def file_of(self, own: OwnKey) -> Any:
        return settings.ISTHMUS.keys_folder / own.file_name

    def test_only_a_retired_key_and_only_after_the_set_time(self, node: str) -> None:
        first = roll_over(KeyPurpose.ENCRYPTION, actor="operator").new
        with pytest.raises(Refused, match="in use"):
            own_keys.destroy(first, actor="operator")
        roll_over(KeyPurpose.ENCRYPTION, actor="operator")
        with pytest.raises(Refused, match="is kept until"):
            own_keys.destroy(first, actor="operator")
        assert self.file_of(first).exists()
        assert keystore.own_key(KeyPurpose.ENCRYPTION, first.kid).kid == first.kid
        own_keys.destroy(first, actor="operator", early=True)
        assert not self.file_of(first).exists()
        with pytest.raises(Refused, match="was destroyed"):
            keystore.own_key(KeyPurpose.ENCRYPTION, first.kid)
        with pytest.raises(Conflict, match="destroyed already"):
            own_keys.destroy(first, actor="operator")

    def test_the_daily_look_does_it_when_the_time_has_come(self, node: str) -> None:
        first = roll_over(KeyPurpose.SEAL, actor="operator").new
        roll_over(KeyPurpose.SEAL, actor="operator")
        assert watch()["destroyed"] == []
        days = timedelta(days=settings.ISTHMUS.key_keep_days)
        OwnKey.objects.filter(pk=first.pk).update(retired_at=clock.now() - days)
        assert watch()["destroyed"] == [first.kid]
        assert not self.file_of(first).exists()


class _Progress:
    def step(self, done: int, total: int | None = None, note: str = "") -> None:
        pass


def watch() -> dict[str, Any]:
    return key_watch.watch(_Progress())  # type: ignore[arg-type]  # no queue is needed here


class TestAlarms:
    def test_an_own_certificate_that_ends_soon_until_its_successor_is_there(self, node: str) -> None:
        soon = clock.now() + timedelta(days=30, hours=1)
        OwnKey.objects.filter(purpose="seal").update(valid_until=soon)
        assert watch() == {"ending": 1, "destroyed": []}
        alarm = Alarm.objects.get(cleared_at=None)
        assert (alarm.code, alarm.subject) == ("trust.key-ending", "seal")
        assert "in 30 days" in alarm.message
        assert alarm.next_step == "Roll the key over: isthmus key roll seal."
        roll_over(KeyPurpose.SEAL, actor="operator")
        assert not Alarm.objects.filter(cleared_at=None).exists()
        assert watch()["ending"] == 0

    def test_the_root_s_end_needs_new_first_contacts(self, node: str) -> None:
        OwnKey.objects.filter(purpose="root").update(valid_until=clock.now() - HOUR)
        watch()
        alarm = Alarm.objects.get()
        assert "ended on" in alarm.message
        assert "first contact" in alarm.next_step

    def test_a_partner_s_certificate_until_a_newer_one_is_known(
        self, cn: ForeignNode, partner: Partner
    ) -> None:
        PartnerKey.objects.filter(purpose="seal").update(valid_until=clock.now() + HOUR)
        assert watch()["ending"] == 1
        assert Alarm.objects.get(cleared_at=None).subject == "cn seal"
        from isthmus.exchange.services.inbox import receive

        receive(partner, [cn.roll("seal")])
        assert watch()["ending"] == 0
        assert not Alarm.objects.filter(cleared_at=None).exists()
