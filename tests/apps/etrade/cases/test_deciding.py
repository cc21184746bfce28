"""What officers do with a case, and what becomes of it."""

import pytest

from isthmus.apps.etrade.cases.models import CaseState, Ground, Step
from isthmus.apps.etrade.cases.services.deciding import ask_partner, decide
from isthmus.apps.etrade.models import Case, Query
from isthmus.kit.errors import BadInput, Conflict, Refused
from tests.apps.etrade.conftest import Corridor


class TestAsking:
    def test_one_click_sends_a_signed_question(self, case: Case, corridor: Corridor) -> None:
        query = ask_partner(case, actor="officer")
        case.refresh_from_db()
        assert case.state == CaseState.ASKED
        (crossed,) = corridor.sent("query")
        assert (crossed["case"], crossed["reason"]) == (case.number, "low-value")
        assert (crossed["reference"], crossed["issued_by"]) == ("CN-2026-00005", "receiver")
        assert "CN-2026-00005" in crossed["question"]
        assert crossed["figures"]["cif_value"] == "9000"
        assert query == Query.objects.get(case=case.number)

    def test_the_officers_own_words_go_instead(self, case: Case, corridor: Corridor) -> None:
        ask_partner(case, actor="officer", text="Was the price in CNY?")
        assert corridor.sent("query")[0]["question"] == "Was the price in CNY?"

    def test_the_answer_stands_in_the_case(self, case: Case, corridor: Corridor) -> None:
        query = ask_partner(case, actor="officer")
        answer = {
            "number": "CN-A-1",
            "query_number": query.number,
            "outcome": "confirmed",
            "answer": "The value is as declared.",
            "answered_by": "Kunming Customs",
        }
        corridor.receive("answer", answer)
        case.refresh_from_db()
        assert case.state == CaseState.ANSWERED
        last = case.decisions.last()
        assert last is not None
        assert (last.step, last.by) == (Step.ANSWERED, "Kunming Customs")

    def test_an_answer_to_a_decided_case_leaves_the_decision(self, case: Case, corridor: Corridor) -> None:
        query = ask_partner(case, actor="officer")
        decide(case, "accept", actor="officer")
        answer = {"number": "CN-A-1", "query_number": query.number, "outcome": "confirmed", "answer": "Yes."}
        corridor.receive("answer", answer)
        case.refresh_from_db()
        assert case.state == CaseState.ACCEPTED

    def test_without_an_agreement_nothing_is_written(self, case: Case) -> None:
        with pytest.raises(Refused):
            ask_partner(case, actor="officer")
        case.refresh_from_db()
        assert (case.state, case.decisions.count(), Query.objects.count()) == (CaseState.OPEN, 1, 0)


class TestDeciding:
    def test_a_confirmed_case_says_by_whom_and_when(self, case: Case) -> None:
        decide(case, "accept", actor="officer", note="The invoice was false.")
        case.refresh_from_db()
        assert (case.state, case.decided_by) == (CaseState.ACCEPTED, "officer")
        assert case.decided_at is not None
        last = case.decisions.last()
        assert last is not None
        assert (last.step, last.note, last.by) == (Step.ACCEPTED, "The invoice was false.", "officer")

    def test_a_dismissal_says_why(self, case: Case) -> None:
        with pytest.raises(BadInput) as caught:
            decide(case, "dismiss", actor="officer")
        assert caught.value.code == "etrade.case-ground"
        with pytest.raises(BadInput):
            decide(case, "dismiss", actor="officer", ground=Ground.OTHER, note="  ")
        decide(case, "dismiss", actor="officer", ground=Ground.USUAL)
        last = case.decisions.last()
        assert last is not None
        assert (last.step, last.code) == (Step.DISMISSED, Ground.USUAL)

    def test_who_comes_second_is_told(self, case: Case) -> None:
        decide(case, "accept", actor="first")
        with pytest.raises(Conflict, match="Confirmed"):
            decide(case, "dismiss", actor="second", ground=Ground.USUAL)

    def test_a_decided_case_can_be_opened_again(self, case: Case) -> None:
        decide(case, "accept", actor="officer")
        decide(case, "reopen", actor="officer")
        case.refresh_from_db()
        assert (case.state, case.decided_at, case.decided_by) == (CaseState.OPEN, None, "")
