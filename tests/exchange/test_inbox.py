"""What happens to a batch from a partner: verdicts, effects, order, and signed answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from isthmus.apps.etrade.models import Declaration
from isthmus.exchange import tokens
from isthmus.exchange.models import (
    Agreement,
    Alarm,
    Effect,
    LogEntry,
    LogHead,
    Receipt,
    Record,
    Refusal,
    Stream,
    StreamState,
    Verdict,
)
from isthmus.exchange.services.inbox import receive
from isthmus.kit.errors import Conflict, Refused
from isthmus.trust.models import Partner, PartnerKey
from isthmus.trust.services import suspend
from isthmus.wire import jws
from isthmus.wire.receipt import read_receipt, read_refusal
from isthmus.wire.record import leaf_hash
from tests.foreign import ForeignNode

KIND = "etrade.export-declaration/1"


def declaration(number: str = "EX-1", **fields: Any) -> dict[str, Any]:
    return {"declaration_number": number, "items": [{"number": 1, "hs_code": "071331"}], **fields}


def refusal_of(answers: list[str]) -> Any:
    assert jws.type_of(answers[-1]) == jws.REFUSAL
    return read_refusal(answers[-1])[1]


class TestAccepted:
    def test_a_record_under_an_agreement_takes_effect_and_is_receipted(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        token = cn.send(KIND, declaration("EX-7"), subject="EX-7", agreement=agreed.uuid)
        answers = receive(partner, [token])
        _, receipt = read_receipt(answers[0])
        assert [(v.seq, v.status, v.leaf) for v in receipt.verdicts] == [
            (2, "accepted", leaf_hash(token).hex())
        ]
        assert Declaration.objects.get().number == "EX-7"
        row = Record.objects.get(subject="EX-7")
        assert (row.verdict, row.effect, row.receipt) == (
            Verdict.ACCEPTED,
            Effect.APPLIED,
            Receipt.objects.get(uuid=receipt.id),
        )
        assert tokens.text_of(row.leaf) == token

    def test_the_same_batch_again_gives_the_same_verdicts_and_no_second_effect(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        tokens = [cn.send(KIND, declaration(f"EX-{n}"), agreement=agreed.uuid) for n in range(3)]
        first = read_receipt(receive(partner, tokens)[0])[1]
        again = read_receipt(receive(partner, tokens)[0])[1]
        assert first.verdicts == again.verdicts
        assert Declaration.objects.count() == 3
        assert Record.objects.filter(type="etrade.export-declaration").count() == 3

    def test_a_batch_that_overlaps_what_is_here_continues_behind_it(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        tokens = [cn.send(KIND, declaration(f"EX-{n}"), agreement=agreed.uuid) for n in range(4)]
        receive(partner, tokens[:2])
        receipt = read_receipt(receive(partner, tokens[1:])[0])[1]
        assert [v.seq for v in receipt.verdicts] == [3, 4, 5]
        numbers = Declaration.objects.order_by("id").values_list("number", flat=True)
        assert list(numbers) == ["EX-0", "EX-1", "EX-2", "EX-3"]

    def test_everything_received_and_answered_is_in_the_log(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        before = LogHead.objects.get().size
        receive(partner, [cn.send(KIND, declaration(), agreement=agreed.uuid)])
        entries = LogEntry.objects.filter(index__gte=before).order_by("index")
        assert [entry.sort for entry in entries] == ["received", "receipt-given"]


class TestRefused:
    """Refused records keep their number and their place in the log; their effect is none."""

    def verdict(self, partner: Partner, token: str) -> Any:
        (answer,) = receive(partner, [token])
        verdict = read_receipt(answer)[1].verdicts[0]
        assert verdict.status == "refused"
        assert not Declaration.objects.exists()
        row = Record.objects.get(leaf=verdict.leaf)
        assert (row.verdict, row.effect) == (Verdict.REFUSED, Effect.NONE)
        return verdict

    def test_without_an_agreement(self, cn: ForeignNode, partner: Partner) -> None:
        verdict = self.verdict(partner, cn.send(KIND, declaration()))
        assert verdict.code == "exchange.not-agreed"

    def test_under_an_agreement_that_does_not_cover_it(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        Agreement.objects.update(state="withdrawn")
        verdict = self.verdict(partner, cn.send(KIND, declaration(), agreement=agreed.uuid))
        assert verdict.code == "exchange.not-agreed"

    def test_with_a_field_outside_the_agreement(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        body = declaration(exporter_name="Not agreed Ltd", match={"net_kg": "5", "fob_value": "7"})
        verdict = self.verdict(partner, cn.send(KIND, body, agreement=agreed.uuid))
        assert verdict.code == "exchange.field-not-agreed"
        assert "exporter_name, match.fob_value" in verdict.reason

    def test_with_a_body_that_does_not_fit_its_type(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        verdict = self.verdict(partner, cn.send(KIND, declaration(items=[]), agreement=agreed.uuid))
        assert verdict.code == "exchange.schema"
        assert "items" in verdict.reason

    def test_of_an_unknown_type_or_version(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        verdict = self.verdict(
            partner, cn.send("etrade.export-declaration/9", declaration(), agreement=agreed.uuid)
        )
        assert verdict.code == "exchange.unknown-type"

    def test_dated_in_the_future_beyond_the_tolerance(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        issued = datetime.now(UTC) + timedelta(days=3)
        verdict = self.verdict(partner, cn.send(KIND, declaration(), agreement=agreed.uuid, issued=issued))
        assert verdict.code == "exchange.from-the-future"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"valid_until": datetime(2026, 2, 1, tzinfo=UTC)}, "trust.key-expired"),
            ({"valid_from": datetime(2036, 2, 1, tzinfo=UTC)}, "trust.key-not-yet-valid"),
            ({"revoked_at": datetime(2026, 2, 1, tzinfo=UTC)}, "trust.key-revoked"),
        ],
    )
    def test_signed_with_a_key_that_was_not_valid_then(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement, changes: dict[str, Any], code: str
    ) -> None:
        PartnerKey.objects.filter(purpose="seal").update(**changes)
        assert self.verdict(partner, cn.send(KIND, declaration(), agreement=agreed.uuid)).code == code

    def test_the_next_record_is_not_held_up(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        tokens = [
            cn.send(KIND, declaration(items=[]), agreement=agreed.uuid),
            cn.send(KIND, declaration("EX-2"), agreement=agreed.uuid),
        ]
        receipt = read_receipt(receive(partner, tokens)[0])[1]
        assert [v.status for v in receipt.verdicts] == ["refused", "accepted"]
        assert Declaration.objects.get().number == "EX-2"


class TestNoPlace:
    """What gets no place in the stream is answered with a signed refusal and kept as evidence."""

    def test_a_gap_names_the_number_that_is_due(self, cn: ForeignNode, partner: Partner) -> None:
        cn.send(KIND, declaration())
        refusal = refusal_of(receive(partner, [cn.send(KIND, declaration())]))
        assert (refusal.code, refusal.seq, refusal.expected) == ("exchange.gap", 2, 1)
        assert not Record.objects.filter(stream__direction="in").exists()

    def test_a_changed_byte(self, cn: ForeignNode, partner: Partner) -> None:
        token = cn.send(KIND, declaration())
        header, payload, signature = token.split(".")
        changed = payload[:-6] + ("A" if payload[-6] != "A" else "B") + payload[-5:]
        refusal = refusal_of(receive(partner, [f"{header}.{changed}.{signature}"]))
        assert refusal.code in {"wire.signature.invalid", "wire.codec.syntax", "wire.record.invalid"}
        assert not Record.objects.filter(stream__direction="in").exists()

    def test_a_record_signed_by_somebody_else(self, cn: ForeignNode, partner: Partner) -> None:
        stranger = ForeignNode()
        refusal = refusal_of(receive(partner, [stranger.send(KIND, declaration())]))
        assert refusal.code == "trust.unknown-key"

    def test_a_record_meant_for_another_node_is_refused_and_kept_with_its_reason(
        self, cn: ForeignNode, partner: Partner
    ) -> None:
        elsewhere = cn.sign(cn.record(KIND, declaration(), receiver="md", stream="cn>md#1"))
        refusal = refusal_of(receive(partner, [elsewhere]))
        assert refusal.code == "exchange.misaddressed"
        assert "md" in refusal.reason
        kept = Refusal.objects.get()
        assert kept.offered == elsewhere
        assert LogEntry.objects.filter(leaf=kept.leaf, sort="refusal-given").exists()

    def test_a_partner_cannot_speak_for_another(self, cn: ForeignNode, partner: Partner) -> None:
        forged = cn.sign(cn.record(KIND, declaration(), sender="md", stream="md>mm#1"))
        assert refusal_of(receive(partner, [forged])).code == "exchange.wrong-sender"

    def test_what_came_before_the_fault_is_receipted(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        good = cn.send(KIND, declaration("EX-1"), agreement=agreed.uuid)
        answers = receive(partner, [good, "not a token"])
        assert read_receipt(answers[0])[1].to_seq == 2
        assert refusal_of(answers).expected == 3
        assert Declaration.objects.count() == 1

    def test_a_suspended_partner(self, cn: ForeignNode, partner: Partner) -> None:
        with pytest.raises(Refused, match="not an active partner"):
            receive(suspend(partner, "under review", actor="test"), [cn.send(KIND, declaration())])


class TestEquivocation:
    """The same number with another content: two signed histories."""

    def test_the_stream_is_frozen_and_both_tokens_are_kept(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        first = cn.record(KIND, declaration("EX-1"), agreement=agreed.uuid)
        token = cn.sign(first)
        other = cn.sign(first.model_copy(update={"body": declaration("EX-1 changed")}))
        receive(partner, [token])
        refusal = refusal_of(receive(partner, [other]))
        assert refusal.code == "exchange.equivocation"
        assert (refusal.leaf, refusal.other_leaf) == (leaf_hash(other).hex(), leaf_hash(token).hex())
        assert Stream.objects.get(name="cn>mm#1").state == StreamState.FROZEN
        assert Alarm.objects.get(code="exchange.equivocation").subject == "cn>mm#1"
        assert Refusal.objects.get().offered == other
        assert Declaration.objects.get().number == "EX-1"

    def test_a_next_record_that_follows_another_history(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        wrong = cn.sign(cn.record(KIND, declaration(), agreement=agreed.uuid, prev="ab" * 32))
        assert refusal_of(receive(partner, [wrong])).code == "exchange.equivocation"

    def test_a_frozen_stream_moves_nothing_more(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement
    ) -> None:
        Stream.objects.filter(name="cn>mm#1").update(state=StreamState.FROZEN)
        token = cn.send(KIND, declaration(), agreement=agreed.uuid)
        assert refusal_of(receive(partner, [token])).code == "exchange.frozen"
        assert not Declaration.objects.exists()


class TestQuarantine:
    """A handler that fails is this node's fault: the record is accepted, its effect waits."""

    def test_the_effect_waits_and_the_rest_goes_on(
        self, cn: ForeignNode, partner: Partner, agreed: Agreement, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from isthmus.apps.etrade.services import declarations as services
        from isthmus.exchange.services.quarantine import dismiss, run_again

        healthy = services.receive_declaration

        def broken(received: Any) -> None:
            healthy(received)
            if received.record.subject == "EX-1":
                raise RuntimeError("the disk of the archive is away")

        monkeypatch.setattr(services, "receive_declaration", broken)
        tokens = [
            cn.send(KIND, declaration(f"EX-{n}"), subject=f"EX-{n}", agreement=agreed.uuid) for n in (1, 2)
        ]
        receipt = read_receipt(receive(partner, tokens)[0])[1]
        assert [v.status for v in receipt.verdicts] == ["accepted", "accepted"]
        assert Declaration.objects.get().number == "EX-2"
        row = Record.objects.get(subject="EX-1")
        assert row.effect == Effect.QUARANTINED
        assert row.effect_error == "RuntimeError: the disk of the archive is away"
        row = run_again(row, actor="operator")
        assert (row.effect, row.effect_attempts) == (Effect.QUARANTINED, 2)
        monkeypatch.setattr(services, "receive_declaration", healthy)
        assert run_again(row, actor="operator").effect == Effect.APPLIED
        assert Declaration.objects.count() == 2
        with pytest.raises(Conflict, match="not wait in quarantine"):
            dismiss(row, "no need", actor="operator")
