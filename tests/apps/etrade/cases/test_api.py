"""Cases for programs: decided and asked about, with the rights of an officer."""

import pytest

from isthmus.accounts.roles import Role
from isthmus.apps.etrade.models import Case
from tests.api_client import Program, program
from tests.apps.etrade.conftest import Corridor


@pytest.fixture
def client(case: Case) -> Program:
    return program("customs")


def test_a_case_says_what_can_be_done_with_it(client: Program, case: Case) -> None:
    shown = client.get(f"/etrade/cases/{case.pk}").json()
    assert shown["moves"] == ["ask", "accept", "escalate", "dismiss"]


def test_a_case_is_confirmed_and_opened_again(client: Program, case: Case) -> None:
    path = f"/etrade/cases/{case.pk}/decisions"
    answer = client.post(path, {"move": "accept", "note": "The invoice was false."})
    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["moves"]) == ("accepted", ["reopen"])
    again = client.post(path, {"move": "accept"})
    assert (again.status_code, again.json()["code"]) == (409, "etrade.case-state")
    assert client.post(path, {"move": "reopen"}).json()["state"] == "open"
    notes = [step.note for step in case.decisions.order_by("id")]
    assert notes[1:] == ["The invoice was false.", ""]


def test_a_dismissal_says_why(client: Program, case: Case) -> None:
    path = f"/etrade/cases/{case.pk}/decisions"
    for body in ({"move": "dismiss"}, {"move": "dismiss", "ground": "other"}):
        answer = client.post(path, body)
        assert (answer.status_code, answer.json()["faults"][0]["where"]) == (422, "ground")
    assert client.post(path, {"move": "dismiss", "ground": "weather"}).status_code == 422
    assert client.post(path, {"move": "dismiss", "ground": "usual"}).json()["state"] == "dismissed"


def test_the_partner_is_asked_and_the_answer_stands_in_the_case(
    client: Program, case: Case, corridor: Corridor
) -> None:
    asked = client.post(f"/etrade/cases/{case.pk}/questions", {"question": "Was the price in CNY?"})
    assert asked.status_code == 201
    assert asked.json()["question"] == "Was the price in CNY?"
    (crossed,) = corridor.sent("query")
    assert crossed["case"] == case.number
    assert client.get(f"/etrade/cases/{case.pk}").json()["state"] == "asked"
    answer = {
        "number": "CN-A-1",
        "query_number": asked.json()["number"],
        "outcome": "confirmed",
        "answer": "The value is as declared.",
    }
    corridor.receive("answer", answer)
    assert client.get(f"/etrade/cases/{case.pk}").json()["state"] == "answered"


def test_without_words_the_question_that_the_case_suggests_is_sent(
    client: Program, case: Case, corridor: Corridor
) -> None:
    asked = client.post(f"/etrade/cases/{case.pk}/questions", {})
    assert "CN-2026-00005" in asked.json()["question"]


def test_without_an_agreement_nothing_is_asked(client: Program, case: Case) -> None:
    assert client.post(f"/etrade/cases/{case.pk}/questions", {}).status_code == 403
    case.refresh_from_db()
    assert case.state == "open"


def test_who_only_looks_decides_nothing(case: Case) -> None:
    auditor = program("customs", Role.AUDITOR)
    for place, body in (("decisions", {"move": "accept"}), ("questions", {})):
        assert auditor.post(f"/etrade/cases/{case.pk}/{place}", body).status_code == 403
    assert (
        program("revenue").post(f"/etrade/cases/{case.pk}/decisions", {"move": "accept"}).status_code == 404
    )
