"""Agreements: in force only when every party signed, and only for what they say."""

from typing import Any
from uuid import UUID

import pytest

from isthmus.exchange.models import Agreement, AgreementState, Decision, Effect, Record
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.inbox import receive
from isthmus.kit.errors import BadInput, Conflict, Refused
from isthmus.trust.models import Partner
from isthmus.trust.services import confirm, introduce
from isthmus.wire import codec
from tests.foreign import ForeignNode, terms

KIND = "etrade.export-declaration/1"
GRANT = (KIND, "mm", "cn", ["declaration_number", "items"])


def read(content: dict[str, Any]) -> AgreementV1:
    return AgreementV1.model_validate_json(codec.encode(content))


def answer(agreement: Agreement, decision: str, **changes: Any) -> dict[str, Any]:
    content = {
        "agreement": str(agreement.uuid),
        "digest": agreement.digest,
        "decision": decision,
        "reason": "",
    }
    return {**content, **changes}


def grants(**changes: Any) -> dict[str, Any]:
    grant = {"record_type": KIND, "sender": "mm", "receiver": "cn", "fields": ["declaration_number", "items"]}
    return {"grants": [{**grant, **changes}]}


class TestOwnProposal:
    def test_is_in_force_once_the_partner_signed_too(self, cn: ForeignNode, partner: Partner) -> None:
        agreement = agreements.propose(read(terms(grants=[GRANT])), actor="approver")
        assert agreement.state == AgreementState.PROPOSED
        receive(partner, [cn.send("exchange.agreement-answer/1", answer(agreement, "signed"))])
        agreement.refresh_from_db()
        assert agreement.state == AgreementState.IN_FORCE
        decisions = dict(agreement.parties.values_list("node_id", "decision"))
        assert decisions == {"cn": Decision.SIGNED, "mm": Decision.SIGNED}
        assert all(agreement.parties.values_list("leaf", flat=True))

    def test_is_declined_by_one_no(self, cn: ForeignNode, partner: Partner) -> None:
        agreement = agreements.propose(read(terms(grants=[GRANT])), actor="approver")
        body = answer(agreement, "declined", reason="no legal basis")
        receive(partner, [cn.send("exchange.agreement-answer/1", body)])
        agreement.refresh_from_db()
        assert agreement.state == AgreementState.DECLINED
        assert agreement.parties.get(node_id="cn").reason == "no legal basis"

    def test_a_signature_under_other_terms_has_no_effect(self, cn: ForeignNode, partner: Partner) -> None:
        agreement = agreements.propose(read(terms(grants=[GRANT])), actor="approver")
        receive(
            partner,
            [cn.send("exchange.agreement-answer/1", answer(agreement, "signed", digest="ab" * 32))],
        )
        agreement.refresh_from_db()
        assert agreement.state == AgreementState.PROPOSED
        assert "other terms" in Record.objects.get(effect=Effect.QUARANTINED).effect_error

    @pytest.mark.parametrize(
        ("changes", "named"),
        [
            ({"valid_until": "2025-01-01T00:00:00Z"}, "ends before it begins"),
            (grants(receiver="mm"), "same node"),
            (grants(receiver="md"), "not a party"),
            (grants(fields=["items"]), "no meaning without declaration_number"),
            (grants(fields=["declaration_number", "items", "secret"]), "no field secret"),
            (grants(record_type="etrade.unknown/1"), "not a record type"),
        ],
    )
    def test_that_contradicts_itself_is_refused(
        self, cn: ForeignNode, changes: dict[str, Any], named: str
    ) -> None:
        with pytest.raises(BadInput, match=named):
            agreements.propose(read({**terms(grants=[GRANT]), **changes}), actor="approver")
        assert not Agreement.objects.exists()

    def test_to_a_stranger_is_refused(self, node: str) -> None:
        with pytest.raises(Refused, match="cn is not a confirmed partner"):
            agreements.propose(read(terms(grants=[GRANT])), actor="approver")


class TestPartnersProposal:
    @pytest.fixture
    def proposed(self, cn: ForeignNode, partner: Partner) -> Agreement:
        content = terms(grants=[GRANT])
        receive(partner, [cn.send("exchange.agreement/1", content, subject=content["agreement"])])
        return Agreement.objects.get()

    def test_waits_for_this_node(self, proposed: Agreement) -> None:
        assert proposed.state == AgreementState.PROPOSED
        assert proposed.parties.get(node_id="cn").decision == Decision.SIGNED
        assert proposed.parties.get(node_id="mm").decision == Decision.NONE

    def test_is_in_force_when_this_node_signs_and_the_partner_is_told(self, proposed: Agreement) -> None:
        signed = agreements.answer(proposed.uuid, Decision.SIGNED, actor="approver")
        assert signed.state == AgreementState.IN_FORCE
        sent = Record.objects.get(type="exchange.agreement-answer", stream__direction="out")
        assert sent.leaf == signed.parties.get(node_id="mm").leaf
        assert signed.parties.get(node_id="mm").signer == "approver"

    def test_cannot_be_answered_twice(self, proposed: Agreement) -> None:
        agreements.answer(proposed.uuid, Decision.DECLINED, actor="approver", reason="no")
        with pytest.raises(Conflict, match="is declined"):
            agreements.answer(proposed.uuid, Decision.SIGNED, actor="approver")

    def test_can_be_withdrawn_from_once_in_force(self, proposed: Agreement) -> None:
        agreements.answer(proposed.uuid, Decision.SIGNED, actor="approver")
        ended = agreements.answer(proposed.uuid, Decision.WITHDRAWN, actor="approver", reason="new law")
        assert ended.state == AgreementState.WITHDRAWN

    def test_the_same_number_with_other_terms_does_not_replace_it(
        self, proposed: Agreement, cn: ForeignNode, partner: Partner
    ) -> None:
        content = terms(UUID(str(proposed.uuid)), grants=[GRANT], title="Another title")
        receive(partner, [cn.send("exchange.agreement/1", content)])
        proposed.refresh_from_db()
        assert proposed.title == "Sharing of export declarations"


class TestThreeParties:
    def test_an_answer_may_overtake_the_proposal(self, cn: ForeignNode, partner: Partner) -> None:
        md = ForeignNode("md", "Moldova test node", "MD", "http://md.example")
        other = confirm(introduce(md.card_token, actor="test"), md.words, actor="test")
        content = terms(grants=[GRANT], parties=("cn", "md", "mm"))
        from isthmus.exchange.rules.terms import digest

        early = {
            "agreement": content["agreement"],
            "digest": digest(read(content)),
            "decision": "signed",
            "reason": "",
        }
        receive(other, [md.send("exchange.agreement-answer/1", early, subject=content["agreement"])])
        assert Record.objects.get(stream__partner=other).effect == Effect.QUARANTINED
        receive(partner, [cn.send("exchange.agreement/1", content, subject=content["agreement"])])
        assert Record.objects.get(stream__partner=other).effect == Effect.APPLIED
        agreement = agreements.answer(UUID(content["agreement"]), Decision.SIGNED, actor="approver")
        assert agreement.state == AgreementState.IN_FORCE
        assert Record.objects.filter(stream__direction="out").count() == 2
