"""Workshops for programs: what a token reads of programmes and nominations, and a sheet that is added up."""

from typing import Any

import pytest
from django.test import Client

from isthmus.accounts.roles import Role
from isthmus.accounts.services import issue_token
from isthmus.apps.workshops.models import Call, Nomination
from tests.apps.workshops.annex import EXPENDITURE, TOTALS
from tests.apps.workshops.conftest import Office, programme_of, workshop_of
from tests.browser import workshop_story


@pytest.fixture
def headers(office: Office) -> dict[str, str]:
    secret = issue_token(office.secretariat, "program", Role.OFFICER, actor="test")[1]
    return {"Authorization": f"Bearer {secret}"}


def get(path: str, headers: dict[str, str]) -> Any:
    return Client().get(f"/api/v1/workshops/{path}", headers=headers)


def post(path: str, body: object, headers: dict[str, str]) -> Any:
    return Client().post(f"/api/v1/workshops/{path}", body, content_type="application/json", headers=headers)


def test_a_programme_its_book_and_its_nominees_are_read(office: Office, headers: dict[str, str]):
    told = workshop_story.tell(office.secretariat)
    code = told["ws_programme"]
    assert [one["code"] for one in get("programmes", headers).json()["items"]] == [code]
    whole = get(f"programmes/{code}", headers).json()
    assert (whole["participants"], whole["remainder"], whole["budget"]) == (127, 125, "59780.00")
    assert [one["state"] for one in whole["workshops"]] == ["held", "planned"]
    book = get(f"programmes/{code}/ledger", headers).json()
    assert (book["agrees"], book["to_approve"], book["without_receipt"]) == (False, [8], [8])
    nominees = get(f"workshops/{told['ws_held']}/nominees", headers).json()["items"]
    assert {one["country"]: (one["late"], one["decision"]) for one in nominees} == {
        "CN": (False, None), "GH": (True, None), "MM": (False, "accepted"), "MV": (False, "accepted"),
    }  # fmt: skip
    for path in ("programmes/NONE", "programmes/NONE/ledger", "workshops/NONE/nominees"):
        assert get(path, headers).status_code == 404


def test_what_took_place_is_read_without_a_name(office: Office, headers: dict[str, str]):
    told = workshop_story.tell(office.secretariat)
    here = f"workshops/{told['ws_held']}"
    agenda = get(f"{here}/agenda", headers).json()
    assert (agenda["version"], agenda["time_zone"]) == (2, "Asia/Shanghai")
    assert sorted({one["sequence"] for one in agenda["entries"]}) == [0, 1]
    assert [one["cancelled"] for one in agenda["entries"]].count(True) == 1
    attendance = get(f"{here}/attendance", headers).json()
    assert attendance["present"] == sum(one["present"] for one in attendance["countries"]) == 2
    assert attendance["accepted"] >= attendance["present"]
    days = [one["on"] for one in attendance["days"]]
    assert days == sorted(set(days))
    assert max(one["present"] for one in attendance["days"]) <= attendance["present"]
    evaluation = get(f"{here}/evaluation", headers).json()
    assert (evaluation["state"], evaluation["answers"]) == ("closed", 6)
    scale = evaluation["questions"][0]["groups"]
    assert [(one["group"], one["answers"], one["mean"]) for one in scale] == [
        ("all", 6, "4.00"), ("public", 6, "4.00"),
    ]  # fmt: skip
    assert evaluation["questions"][-1]["texts"] == ["More cases (sample)"] * 6
    for what in ("agenda", "attendance", "evaluation"):
        assert get(f"workshops/NONE/{what}", headers).status_code == 404


def test_before_anything_took_place_nothing_is_told(office: Office, headers: dict[str, str]):
    row = workshop_of(programme_of(office.secretariat))
    here = f"workshops/{row.number}"
    assert get(f"{here}/agenda", headers).json() == {
        "time_zone": row.time_zone, "version": 0, "published_at": None, "entries": [],
    }  # fmt: skip
    assert get(f"{here}/attendance", headers).json() == {
        "accepted": 0, "present": 0, "days": [], "countries": [],
    }  # fmt: skip
    nothing = {"state": "none", "closed_at": None, "answers": 0, "questions": []}
    assert get(f"{here}/evaluation", headers).json() == nothing


def sheet() -> dict[str, Any]:
    rows = [line.split(",") for line in EXPENDITURE.splitlines()[1:]]
    totals = [line.split(",") for line in TOTALS.splitlines()[1:]]
    return {
        "currency": "USD",
        "lines": [{"heading": a, "line": b, "amount": c} for a, b, c in rows],
        "totals": [{"heading": a, "total": b} for a, b in totals],
    }


def test_a_sheet_is_added_up_and_a_line_keyed_wrongly_is_named(headers: dict[str, str]):
    asked = sheet()
    told = post("ledger-check", asked, headers).json()
    assert (told["subtotal"], told["overhead"], told["total"], told["agrees"]) == (
        "55289.00", "4491.00", "59780.00", True,
    )  # fmt: skip
    asked["budget"] = [dict(one) for one in asked["lines"]]
    asked["lines"][0]["amount"] = "7946"
    told = post("ledger-check", asked, headers).json()
    assert told["differences"][0] == {
        "about": "Domestic Travel", "spent": "13946.00", "declared": "13945.00", "difference": "1.00",
    }  # fmt: skip
    assert told["differences"][-1]["about"] == "Domestic Travel: Local Transportation"
    asked["lines"][0]["amount"] = "1.234"
    assert "is no amount" in post("ledger-check", asked, headers).json()["detail"]
    asked["lines"][0] = asked["lines"][1]
    assert "stands twice" in post("ledger-check", asked, headers).json()["detail"]


def test_a_program_writes_a_nomination_that_waits_for_the_focal_point(
    office: Office, headers: dict[str, str]
):
    office.call_from_abroad()
    assert get("calls", headers).json()["items"][0]["number"] == "CN-PROG-W1"
    asked = {"call": Call.objects.get().pk, "name": "فاطمة (sample)", "gender": "female"}
    made = post("nominations", asked, headers)
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    assert post("nominations", asked, headers).status_code == 409
    assert post("nominations", asked | {"call": 2**40}, headers).status_code == 404
    assert [one["name"] for one in get("nominations", headers).json()["items"]] == ["فاطمة (sample)"]
    assert Nomination.objects.get().sent_at is None
