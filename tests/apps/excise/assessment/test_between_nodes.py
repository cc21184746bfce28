"""An assessment between this node and its partner ``cn``, which is made of the wire alone."""

from typing import Any

import pytest

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.models import Assessment, AssessmentDraft, AssessmentStatement
from isthmus.apps.excise.assessment.queries import standing
from isthmus.apps.excise.assessment.rules.comparing import Why
from isthmus.apps.excise.assessment.services import receiving, stating
from isthmus.exchange import registry, tokens
from isthmus.exchange.handlers import Erasing
from isthmus.exchange.models import Agreement, Decision, Direction, Record
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.inbox import receive
from isthmus.kit.errors import BadInput, Conflict, NotFound, Refused
from isthmus.trust.models import Partner
from isthmus.wire import codec
from isthmus.wire.receipt import read_receipt
from isthmus.wire.record import leaf_hash, read_record
from tests.foreign import ForeignNode, terms

Draft, Kind = AssessmentDraft.Kind, AssessmentStatement.Kind
COUNTERS = [
    {"name": "stamps.issued", "value": 1000, "unit": "stamps", "source": "custody: act 9"},
    {"name": "stamps.lost", "value": 200, "unit": "stamps", "source": "custody: act 9"},
]


@pytest.fixture
def about_excise(cn: ForeignNode, partner: Partner) -> Agreement:
    kinds = [key for key in registry.record_types() if key.startswith("excise.assessment-")]
    grants = [
        (key, sender, receiver, sorted(registry.model_of(key).model_fields))
        for key in kinds
        for sender, receiver in (("cn", "mm"), ("mm", "cn"))
    ]
    made = agreements.propose(
        AgreementV1.model_validate_json(codec.encode(terms(grants=grants))), actor="approver"
    )
    answer = {
        "agreement": str(made.uuid),
        "digest": made.digest,
        "decision": Decision.SIGNED.value,
        "reason": "",
    }
    receive(partner, [cn.send("exchange.agreement-answer/1", answer)])
    made.refresh_from_db()
    return made


class Corridor:
    def __init__(self, cn: ForeignNode, partner: Partner, agreement: Agreement) -> None:
        self.cn, self.partner, self.agreement = cn, partner, agreement

    def hear(self, name: str, body: dict[str, Any]) -> str:
        """A record of the partner arrives; its leaf, or the code of its refusal."""
        token = self.cn.send(f"excise.assessment-{name}/1", body, agreement=self.agreement.uuid)
        verdict = read_receipt(receive(self.partner, [token])[0])[1].verdicts[-1]
        return verdict.code or leaf_hash(token).hex()

    def answers(self, number: str, *scores: tuple[str, int], **changes: Any) -> str:
        said = [{"clause": clause, "score": score} for clause, score in scores]
        body = {
            "number": number,
            "questionnaire": params.questionnaire().digest,
            "answers": said,
            "counters": COUNTERS,
        }
        return self.hear("answers", {**body, **changes})

    def scores(self, number: str, answers: str, *scores: tuple[str, int]) -> str:
        said = [{"clause": clause, "score": score} for clause, score in scores]
        return self.hear("scores", {"number": number, "answers": answers, "scores": said})


@pytest.fixture
def corridor(cn: ForeignNode, partner: Partner, about_excise: Agreement) -> Corridor:
    return Corridor(cn, partner, about_excise)


@pytest.fixture
def opened(corridor: Corridor, customs: Organisation) -> Assessment:
    return stating.open_assessment(customs, "cn", actor="approver")


def both_sides(corridor: Corridor, row: Assessment) -> None:
    """Both answer and score: cn claims that no stamp is lost, and its own counters say one in five."""
    stating.note(row, Draft.ANSWER, "marking.lost", 3, actor="o", text="Few", evidence="Report 7")
    stating.note(row, Draft.ANSWER, "marking.need", 4, actor="o")
    own = stating.send_answers(row, actor="approver")
    theirs = corridor.answers(row.number, ("marking.lost", 4), ("marking.need", 2))
    corridor.scores(row.number, own.leaf, ("marking.need", 1), ("marking.lost", 3))
    stating.note(row, Draft.SCORE, "marking.lost", 2, actor="o", text="Audit says otherwise")
    stating.send_scores(row, actor="approver")
    assert theirs == stating._held(row, Kind.ANSWERS, own=False).leaf


class TestStating:
    def test_three_scores_stand_beside_each_other(self, corridor: Corridor, opened: Assessment) -> None:
        both_sides(corridor, opened)
        found = standing.stated(opened)
        ours, theirs = standing.views(found, own=True), standing.views(found, own=False)
        need, lost = ours["marking.need"], theirs["marking.lost"]
        assert (need.own, need.peer, need.machine) == (4, 1, None)
        assert (lost.own, lost.peer, lost.machine) == (4, 2, 0)
        assert [(one.clause, one.why) for one in standing.differing(found, own=False)] == [
            ("marking.lost", Why.CONTRADICTED)
        ]
        assert standing.all_differing(found) == ("marking.lost", "marking.need")

    def test_scores_of_older_answers_count_no_more(self, corridor: Corridor, opened: Assessment) -> None:
        both_sides(corridor, opened)
        stating.send_answers(opened, actor="approver")
        assert standing.views(standing.stated(opened), own=True)["marking.need"].peer is None

    def test_what_is_sent_names_counters_with_their_sources(
        self, corridor: Corridor, opened: Assessment
    ) -> None:
        stating.note(opened, Draft.ANSWER, "marking.need", 4, actor="o")
        stating.send_answers(opened, actor="approver")
        row = Record.objects.get(type="excise.assessment-answers", stream__direction=Direction.OUT)
        body = read_record(tokens.text_of(row.leaf) or "")[1].body
        named = {one["name"]: one["source"] for one in body["counters"]}
        assert named["stamps.issued"] == "custody of stamps, acts: no entry"

    def test_is_refused(self, corridor: Corridor, opened: Assessment, customs: Organisation) -> None:
        with pytest.raises(NotFound, match="not a partner"):
            stating.open_assessment(customs, "xx", actor="a")
        for clause, score in (("no.clause", 1), ("marking.need", 5)):
            with pytest.raises(BadInput, match="no clause"):
                stating.note(opened, Draft.ANSWER, clause, score, actor="o")
        with pytest.raises(Conflict, match="No clause is filled in"):
            stating.send_answers(opened, actor="a")
        with pytest.raises(Conflict, match="Answers of cn are not here"):
            stating.send_scores(opened, actor="a")
        with pytest.raises(Conflict, match="not here yet"):
            stating.send_result(opened, actor="a")

    def test_nothing_goes_without_an_agreement(self, cn: ForeignNode, customs: Organisation) -> None:
        row = stating.open_assessment(customs, "cn", actor="a")
        stating.note(row, Draft.ANSWER, "marking.need", 4, actor="o")
        with pytest.raises(Refused, match="No agreement"):
            stating.send_answers(row, actor="a")
        assert not AssessmentStatement.objects.exists()


def partners_result(corridor: Corridor, row: Assessment, **changes: Any) -> str:
    """The partner states the result; its leaf."""
    ours = stating.result_of(row)
    body = {
        "number": row.number,
        "sender_answers": ours.receiver_answers,
        "receiver_answers": ours.sender_answers,
        "sender_scores": ours.receiver_scores,
        "receiver_scores": ours.sender_scores,
        "disagreements": list(ours.disagreements),
    }
    return corridor.hear("result", {**body, **changes})


class TestSigning:
    def test_this_node_signs_the_partners_result(self, corridor: Corridor, opened: Assessment) -> None:
        both_sides(corridor, opened)
        leaf = partners_result(corridor, opened)
        stating.agree(opened, "We agree to the result", actor="approver")
        opened.refresh_from_db()
        assert opened.signed_leaf == leaf
        assert opened.signed_at is not None
        with pytest.raises(Conflict, match="nothing of it changes"):
            stating.note(opened, Draft.ANSWER, "marking.need", 1, actor="o")

    def test_the_partner_signs_the_result_of_this_node(self, corridor: Corridor, opened: Assessment) -> None:
        both_sides(corridor, opened)
        made = stating.send_result(opened, actor="approver")
        opened.refresh_from_db()
        assert opened.signed_leaf == ""
        row = Record.objects.select_related("stream").get(leaf=made.leaf)
        body = {
            "leaf": row.leaf,
            "stream": row.stream.name,
            "seq": row.seq,
            "type": row.key,
            "words": "We agree",
        }
        receive(corridor.partner, [corridor.cn.send("exchange.countersignature/1", body)])
        opened.refresh_from_db()
        assert opened.signed_leaf == made.leaf

    def test_a_result_that_hides_a_disagreement_is_not_signed(
        self, corridor: Corridor, opened: Assessment
    ) -> None:
        both_sides(corridor, opened)
        partners_result(corridor, opened, disagreements=[])
        with pytest.raises(Conflict, match="have changed"):
            stating.agree(opened, "We agree", actor="approver")
        assert not Assessment.objects.exclude(signed_leaf="").exists()


class TestReceiving:
    def test_the_partner_may_open_it(self, corridor: Corridor) -> None:
        corridor.answers("cn-ASM-2026-000001", ("marking.need", 2))
        row = Assessment.objects.get()
        assert (row.partner, row.number, row.opened_by) == ("cn", "cn-ASM-2026-000001", "cn")

    def test_another_questionnaire_is_refused(self, corridor: Corridor) -> None:
        code = corridor.answers("A-1", ("marking.need", 2), questionnaire="0" * 64)
        assert code == "excise.assessment-questionnaire"
        assert not Assessment.objects.exists()

    def test_numbers_and_erasure_reach_the_statement(self, corridor: Corridor, opened: Assessment) -> None:
        stating.note(opened, Draft.ANSWER, "marking.need", 4, actor="o")
        made = stating.send_answers(opened, actor="approver")
        receiving.take_number(made.leaf, "ab" * 32)
        assert AssessmentStatement.objects.get().leaf == "ab" * 32
        receiving.erase(
            Erasing("ab" * 32, "excise.assessment-answers/1", "s", "cn", sent=True, ground="order")
        )
        assert not AssessmentStatement.objects.exists()
