"""A partner's key leaks: what it signed before, after, and what arrives once that is known; and sticks."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from isthmus.exchange import tokens
from isthmus.exchange.models import Agreement, Alarm, Direction, Effect, Record, Stream
from isthmus.exchange.services.bundles.exporting import export_bundle
from isthmus.exchange.services.bundles.importing import import_bundle
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.keys import IN_DOUBT, revoke_partner_key, roll_over
from isthmus.exchange.services.settle import settle
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, NotFound, Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, OwnKey, Partner
from isthmus.wire import keys
from isthmus.wire.record import read_record
from tests.exchange.test_keys_of_partners import key_of, send, verdicts
from tests.foreign import ForeignNode

HOUR = timedelta(hours=1)


class TestRevocation:
    def leaked(self, cn: ForeignNode, partner: Partner, since: datetime) -> list[str]:
        certificate = cn.certificates["seal"]
        return [cn.roll("seal"), cn.revoke(certificate, since)]

    def test_what_the_key_signed_before_stays_and_nothing_new_counts(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        since = clock.now() - HOUR
        old_key, old_certificate = cn.seal_key, cn.certificates["seal"]
        receive(partner, [send(cn, agreed, "BEFORE", issued=since - HOUR)])
        assert verdicts(receive(partner, self.leaked(cn, partner, since))) == [
            (3, "accepted"),
            (4, "accepted"),
        ]
        cn.use("seal", old_key, old_certificate)
        after, backdated = send(cn, agreed, "AFTER"), send(cn, agreed, "BACKDATED", issued=since - HOUR)
        assert verdicts(receive(partner, [after, backdated])) == [
            (5, "trust.key-revoked"),
            (6, "trust.key-revoked"),
        ]
        assert Record.objects.get(subject="BEFORE").effect == Effect.APPLIED
        assert "BEFORE" not in Alarm.objects.get(code=IN_DOUBT).message

    def test_records_taken_between_the_leak_and_the_news_raise_an_alarm(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        since = clock.now() - HOUR
        old = cn.certificates["seal"]
        receive(partner, [send(cn, agreed, "DOUBTFUL")])
        receive(partner, self.leaked(cn, partner, since))
        alarm = Alarm.objects.get(code=IN_DOUBT)
        assert alarm.subject == f"cn {keys.thumbprint(old)[:12]}"
        assert alarm.message.startswith("2 accepted records of China test node")
        assert "DOUBTFUL (number 2)" in alarm.message

    def test_a_receipt_under_a_revoked_key_settles_nothing(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        stream = Stream.objects.get(direction=Direction.OUT)
        sent = [tokens.text_of(row.leaf) or "" for row in Record.objects.filter(stream=stream)]
        forged = cn.receipt(sent)
        receive(partner, self.leaked(cn, partner, clock.now()))
        (problem,) = settle(stream, [forged])
        assert "revoked" in problem
        assert stream.waiting == len(sent)

    def test_neither_the_revoked_key_nor_a_stranger_s_root_revokes(
        self, cn: ForeignNode, partner: Partner
    ) -> None:
        own = cn.revoke(cn.certificates["seal"], clock.now())
        assert verdicts(receive(partner, [own])) == [(1, "wire.revocation.signer")]
        stranger = ForeignNode().revoke(cn.certificates["log"], clock.now())
        forged = cn.send("exchange.key-revocation/1", read_record(stranger)[1].body)
        assert verdicts(receive(partner, [forged])) == [(2, "wire.revocation.root")]
        other = cn.revoke(ForeignNode().certificates["log"], clock.now())
        assert verdicts(receive(partner, [other])) == [(3, "trust.revocation-unknown")]
        assert not partner.keys.exclude(revoked_at=None).exists()

    def test_by_telephone_the_roll_over_still_counts_when_it_comes(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        old = cn.kid
        waiting = send(cn, agreed, "WAITING")
        since = (clock.now() - timedelta(minutes=1)).replace(microsecond=0)
        revoke_partner_key(partner, old, revoked_from=since, reason="He called", actor="approver")
        batch = [waiting, *self.leaked(cn, partner, since), send(cn, agreed, "AGAIN")]
        assert verdicts(receive(partner, batch)) == [
            (2, "trust.key-revoked"),
            (3, "accepted"),
            (4, "accepted"),
            (5, "accepted"),
        ]
        key = key_of(old)
        assert (key.revoked_by, key.revoked_reason) == ("approver", "He called")

    def test_by_telephone_is_refused_for(self, cn: ForeignNode, partner: Partner) -> None:
        moment = clock.now() - HOUR
        root = partner.keys.get(purpose=KeyPurpose.ROOT)
        given: Any = {"revoked_from": moment, "reason": "He called", "actor": "approver"}
        with pytest.raises(Refused, match="root"):
            revoke_partner_key(partner, root.kid, **given)
        with pytest.raises(NotFound):
            revoke_partner_key(partner, "x" * 43, **given)
        with pytest.raises(BadInput, match="ahead") as caught:
            revoke_partner_key(partner, cn.kid, **{**given, "revoked_from": moment + 2 * HOUR, "reason": " "})
        assert [fault.where for fault in caught.value.faults] == ["revoked_from", "reason"]
        revoke_partner_key(partner, cn.kid, **given)
        with pytest.raises(Conflict):
            revoke_partner_key(partner, cn.kid, **given)
        revoke_partner_key(partner, cn.kid, **{**given, "revoked_from": moment - HOUR})
        assert key_of(cn.kid).revoked_at == moment - HOUR

    def test_requests_under_it_are_refused(self, cn: ForeignNode, partner: Partner) -> None:
        revoke_partner_key(partner, cn.kid, revoked_from=clock.now(), reason="He called", actor="approver")
        target = "/exchange/v1/outbox/cn"
        answer = Client().get(target, headers={"Authorization": cn.authorization("GET", target)})
        assert (answer.status_code, answer.json()["title"]) == (403, "trust.key-revoked")


class TestSticks:
    """By stick alone, the same heals: the bundle is sealed under a key that a roll-over inside it names."""

    def stick(self, cn: ForeignNode, texts: list[str], **changes: Any) -> io.BytesIO:
        encryption = keystore.in_use(KeyPurpose.ENCRYPTION).certificate
        return io.BytesIO(cn.bundle(texts, encryption=encryption, **changes))

    def test_sealed_under_the_new_key_with_the_roll_over_inside(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        batch = [send(cn, agreed, "A"), cn.roll("seal"), cn.roll("log"), send(cn, agreed, "B")]
        report = import_bundle(self.stick(cn, batch), actor="operator")
        assert (report.taken, report.refused, report.problems) == (4, 0, [])
        assert Record.objects.get(subject="B").effect == Effect.APPLIED

    def test_a_head_under_a_new_log_key_alone(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        batch = [cn.roll("log"), send(cn, agreed, "A")]
        assert import_bundle(self.stick(cn, batch), actor="operator").taken == 2

    def test_the_second_stick_first_says_what_is_missing(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        first = self.stick(cn, [send(cn, agreed, "A"), cn.roll("seal")])
        second = self.stick(cn, [send(cn, agreed, "B")])
        with pytest.raises(Refused) as caught:
            import_bundle(second, actor="operator")
        assert (caught.value.code, "roll-over record" in caught.value.next_step) == (
            "trust.unknown-key",
            True,
        )
        assert import_bundle(first, actor="operator").taken == 2
        assert import_bundle(second, actor="operator").taken == 1

    def test_written_to_an_encryption_key_that_has_given_way(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        old = self.stick(cn, [send(cn, agreed, "A")])
        retired = roll_over(KeyPurpose.ENCRYPTION, actor="t").old
        assert import_bundle(old, actor="operator").taken == 1
        OwnKey.objects.filter(pk=retired.pk).update(destroyed_at=clock.now())
        old.seek(0)
        with pytest.raises(Refused, match="was destroyed"):
            import_bundle(old, actor="operator")

    def test_a_stick_for_the_partner_is_written_to_its_newest_key(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        receive(partner, [cn.roll("encryption")])
        file = io.BytesIO()
        export_bundle(partner, file, actor="operator")
        assert cn.open(file.getvalue(), keystore.in_use(KeyPurpose.SEAL).certificate).records

    def test_sealed_under_a_revoked_key(self, cn: ForeignNode, partner: Partner, agreed: Agreement) -> None:
        stick = self.stick(cn, [send(cn, agreed, "A")])
        revoke_partner_key(partner, cn.kid, revoked_from=clock.now(), reason="Called", actor="approver")
        with pytest.raises(Refused) as caught:
            import_bundle(stick, actor="operator")
        assert caught.value.code == "trust.key-revoked"


def test_a_receipt_whose_head_stands_under_a_revoked_log_key_settles_nothing(
    cn: ForeignNode, partner: Partner, agreed: Agreement
) -> None:
    stream = Stream.objects.get(direction=Direction.OUT)
    sent = [tokens.text_of(row.leaf) or "" for row in Record.objects.filter(stream=stream)]
    log = keys.thumbprint(cn.certificates["log"])
    revoke_partner_key(partner, log, revoked_from=clock.now(), reason="Called", actor="approver")
    (problem,) = settle(stream, [cn.receipt(sent)])
    assert "revoked" in problem
    receive(partner, [cn.roll("log")])
    assert settle(stream, [cn.receipt(sent)]) == ()
