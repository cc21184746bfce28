"""Officers of two countries ask and answer each other about one matter."""

from datetime import date
from typing import Any

import pytest

from isthmus.apps.etrade import services
from isthmus.apps.etrade.models import Answer, Declaration, Query, TradeDocument
from isthmus.apps.etrade.services import questions
from isthmus.exchange.handlers import Erasing
from isthmus.exchange.models import Agreement, Effect
from isthmus.kit.errors import Conflict, Refused
from tests.apps.etrade.conftest import Corridor
from tests.apps.etrade.test_documents import FORM_D
from tests.apps.etrade.test_events import declaration, own

__all__ = ["own"]

ASKED: dict[str, Any] = {
    "number": "CN-Q-1",
    "about": "export-declaration",
    "reference": "SAMPLE",
    "issued_by": "receiver",
    "question": "Did 20 bags leave?",
    "due_on": "2026-12-01",
}


@pytest.fixture
def asked(corridor: Corridor) -> Query:
    """A question of this node about a partner's declaration."""
    corridor.receive("export-declaration", declaration())
    row = Declaration.objects.get()
    return services.ask(row, "cn", "Did 20 bags leave?", actor="officer", due_on=date(2026, 12, 1))


class TestAsking:
    def test_a_question_is_signed_and_sent(self, asked: Query, corridor: Corridor) -> None:
        (crossed,) = corridor.sent("query")
        assert crossed["number"] == asked.number == f"MM-Q-{asked.pk}"
        assert (crossed["about"], crossed["reference"], crossed["issued_by"]) == (
            "export-declaration",
            "CN-7",
            "receiver",
        )
        assert crossed["due_on"] == "2026-12-01"
        assert asked.declaration == Declaration.objects.get()

    def test_the_answer_finds_its_question(self, asked: Query, corridor: Corridor) -> None:
        body = {
            "number": "CN-A-1",
            "query_number": asked.number,
            "outcome": "corrected",
            "answer": "18 bags.",
        }
        corridor.receive("answer", body)
        asked.refresh_from_db()
        assert (asked.answered_at is not None, asked.answers.get().answer) == (True, "18 bags.")

    def test_an_answer_to_what_was_not_asked_waits_in_quarantine(self, corridor: Corridor) -> None:
        body = {"number": "CN-A-1", "query_number": "MM-Q-9", "outcome": "explained", "answer": "Yes."}
        assert corridor.receive("answer", body).effect == Effect.QUARANTINED
        assert not Answer.objects.exists()

    def test_a_certificate_is_asked_about_as_well(self, corridor: Corridor) -> None:
        corridor.receive("certificate-of-origin", FORM_D)
        services.ask(TradeDocument.objects.get(), "cn", "Is it real?", actor="officer")
        assert corridor.sent("query")[0]["about"] == "certificate-of-origin"

    def test_without_an_agreement_nothing_is_asked(self, corridor: Corridor) -> None:
        corridor.receive("export-declaration", declaration())
        Agreement.objects.update(state="withdrawn")
        with pytest.raises(Refused):
            services.ask(Declaration.objects.get(), "cn", "Why?", actor="officer")
        assert not Query.objects.exists()


class TestAnswering:
    def test_a_partners_question_finds_the_document_and_is_answered(
        self, own: Declaration, corridor: Corridor
    ) -> None:
        corridor.receive("query", {**ASKED, "reference": own.number})
        query = Query.objects.get()
        assert (query.declaration, query.due_on, query.organisation) == (
            own,
            date(2026, 12, 1),
            own.organisation,
        )
        services.answer(query, "confirmed", "Yes, all of them.", actor="officer")
        (crossed,) = corridor.sent("answer")
        assert (crossed["query_number"], crossed["outcome"]) == ("CN-Q-1", "confirmed")
        assert crossed["figures"]["net_kg"] == own.body["match"]["net_kg"]
        query.refresh_from_db()
        assert query.answered_at is not None

    def test_a_question_about_something_unknown_is_taken_all_the_same(self, corridor: Corridor) -> None:
        corridor.receive("query", ASKED)
        query = Query.objects.get()
        assert (query.declaration, query.document) == (None, None)
        services.answer(query, "not-found", "We know no such declaration.", actor="officer")
        assert corridor.sent("answer")[0]["outcome"] == "not-found"

    def test_the_own_question_is_not_answered_here(self, asked: Query) -> None:
        with pytest.raises(Conflict, match="was asked here"):
            services.answer(asked, "confirmed", "Yes.", actor="officer")

    def test_an_erased_answer_opens_the_question_again(self, asked: Query, corridor: Corridor) -> None:
        body = {"number": "CN-A-1", "query_number": asked.number, "outcome": "explained", "answer": "Rain."}
        record = corridor.receive("answer", body)
        questions.erase_answer(Erasing(record.leaf, record.type, "x", "cn", sent=False, ground="order"))
        asked.refresh_from_db()
        assert (asked.answered_at, asked.answers.count()) == (None, 0)
