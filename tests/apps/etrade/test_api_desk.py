"""The desk for programs: histories, responses, trade documents, questions."""

import pytest

from isthmus.accounts.models import Role
from isthmus.apps.etrade.models import Declaration, Kind, Query, TradeDocument
from isthmus.exchange.models import Desk
from tests.api_client import Program, program
from tests.apps.etrade.conftest import Corridor, Customs
from tests.apps.etrade.test_documents import FORM_D, LICENCE, lodged, state
from tests.apps.etrade.test_events import declaration, event
from tests.apps.etrade.test_questions import ASKED


@pytest.fixture
def desk(customs: Customs, corridor: Corridor) -> Corridor:
    for name in ("export-declaration", "certificate-of-origin", "query"):
        Desk.objects.create(record_type=f"etrade.{name}/1", organisation=customs.organisation)
    return corridor


@pytest.fixture
def client(customs: Customs) -> Program:
    return program("customs")


def test_goods_are_marked_and_the_history_tells_both_sides(client: Program, desk: Corridor) -> None:
    desk.receive("export-declaration", declaration())
    desk.receive("declaration-event", event("amend", version=2))
    path = f"/etrade/declarations/{Declaration.objects.get().pk}"
    answer = client.post(f"{path}/responses", {"outcome": "held", "reason": "The seal is broken."})
    assert answer.status_code == 201
    assert [body["outcome"] for body in desk.sent("import-response")] == ["held"]
    history = client.get(f"{path}/history").json()
    assert (history["state"], history["version"], history["other_versions"]) == ("held", 2, [1])
    assert [(one["event"], one["said_by"]) for one in history["events"]] == [("amend", "cn"), ("hold", None)]
    listed = client.get("/etrade/declarations", state="held", direction="export").json()["items"]
    assert [one["number"] for one in listed] == ["CN-7"]
    assert client.get("/etrade/declarations", direction="import").json()["items"] == []


def test_an_own_declaration_is_not_answered(client: Program, customs: Customs, desk: Corridor) -> None:
    own = lodged(customs, "E-1", "1")
    answer = client.post(f"/etrade/declarations/{own.pk}/responses", {"outcome": "arrived"})
    assert (answer.status_code, answer.json()["code"]) == (409, "etrade.not-theirs")


def test_an_auditor_marks_nothing(desk: Corridor) -> None:
    desk.receive("export-declaration", declaration())
    path = f"/etrade/declarations/{Declaration.objects.get().pk}/responses"
    assert program("customs", Role.AUDITOR).post(path, {"outcome": "arrived"}).status_code == 403


def test_documents_are_listed_with_what_is_left(client: Program, customs: Customs, desk: Corridor) -> None:
    licence = state(customs, Kind.LICENCE, LICENCE)
    lodged(customs, "E-1", "400")
    desk.receive("certificate-of-origin", FORM_D)
    rows = client.get("/etrade/trade-documents").json()["items"]
    assert [(row["kind"], row["number"], row["partner"]) for row in rows] == [
        ("certificate-of-origin", "FD-1", "cn"),
        ("licence", "EL-77", None),
    ]
    assert len(client.get("/etrade/trade-documents", kind="licence").json()["items"]) == 1
    whole = client.get(f"/etrade/trade-documents/{licence.pk}").json()
    assert whole["left"] == [{"line": 1, "quantity": "600", "unit": "KGM", "over": False}]
    certificate = TradeDocument.objects.get(kind=Kind.CERTIFICATE_OF_ORIGIN)
    whole = client.get(f"/etrade/trade-documents/{certificate.pk}").json()
    assert (whole["left"][0]["quantity"], whole["body"]["form"]) == ("1000", "D")
    assert client.get("/etrade/trade-documents/999999").status_code == 404


def test_other_documents_have_nothing_left_to_tell(client: Program, customs: Customs) -> None:
    row = state(customs, Kind.MANIFEST, {"number": "MF-1", "version": 1, "status": "lodged"})
    assert client.get(f"/etrade/trade-documents/{row.pk}").json()["left"] == []


def test_questions_are_asked_and_answered(client: Program, desk: Corridor) -> None:
    desk.receive("export-declaration", declaration())
    path = f"/etrade/declarations/{Declaration.objects.get().pk}/questions"
    asked = client.post(path, {"question": "Did 20 bags leave?", "due_on": "2026-12-01"})
    assert (asked.status_code, asked.json()["origin"]) == (201, "own")
    assert desk.sent("query")[0]["due_on"] == "2026-12-01"
    desk.receive("query", ASKED)
    query = Query.objects.get(origin="partner")
    given = client.post(
        f"/etrade/questions/{query.pk}/answers", {"outcome": "not-found", "answer": "We know none."}
    )
    assert given.status_code == 201
    assert desk.sent("answer")[0]["outcome"] == "not-found"
    read = client.get(f"/etrade/questions/{query.pk}").json()
    assert [one["answer"] for one in read["answers"]] == ["We know none."]
    assert len(client.get("/etrade/questions", origin="partner").json()["items"]) == 1
