"""Stamps for programs."""

from datetime import timedelta

from isthmus.accounts.roles import Role
from isthmus.apps.excise.models import StampBatch, StampCrossing, StampRequest
from isthmus.apps.excise.stamps.rules import codes
from isthmus.apps.excise.stamps.services import issuing
from isthmus.kit import clock
from tests.api_client import program
from tests.apps.excise.stamps.conftest import People, asked, issued, on_the_bottle
from tests.apps.excise.stamps.samples import a_return
from tests.apps.excise.stamps.strait import Strait, coming


def test_a_code_is_checked_and_a_message_answered(people: People):
    code = issuing.code_of(on_the_bottle(people), 1)
    shop = program("distillery")
    answer = shop.post("/excise/stamps/verify", {"code": code.text}).json()
    assert (answer["verdict"], answer["product"], answer["seen"]) == (
        "in-order",
        "Sample brandy 40 % 0.5 l",
        0,
    )
    assert answer["place"] == "activated"
    other = shop.post("/excise/stamps/verify", {"code": "nothing"}).json()
    assert (other["verdict"], other["serial"], other["product"]) == ("no-code", None, None)
    said = shop.post("/excise/stamps/messages", {"text": codes.typed(code)}).json()["text"]
    assert "Checked 1 time since" in said


def test_stamps_are_asked_for_and_listed(people: People):
    firm = program("distillery")
    asked = {"gtin": "4006381333931", "product": "Sample brandy", "count": 5, "proof": "plain"}
    row = firm.post("/excise/stamps/requests", asked).json()
    assert (row["state"], row["batch"]) == ("asked", None)
    assert StampRequest.objects.get().organisation == people.distillery
    issued(people)
    assert [one["number"] for one in firm.get("/excise/stamps/requests").json()] == [1]
    assert firm.post("/excise/stamps/requests", asked | {"gtin": "40063813339"}).status_code == 422


def test_acts_are_noted_and_custody_is_told(people: People):
    batch = issued(people)
    office, firm = program("revenue"), program("distillery")
    path = f"/excise/stamps/batches/{batch.pk}"
    held = office.post(f"{path}/acts", {"act": "print", "first": 1, "last": 4}).json()
    assert held == [
        {"holder": "Revenue service", "place": "issued", "count": 6},
        {"holder": "Revenue service", "place": "stock", "count": 4},
    ]
    assert office.get(f"{path}/custody").json() == held
    assert firm.get(f"{path}/custody").status_code == 404
    assert office.post(f"{path}/acts", {"act": "activate", "first": 4, "last": 5}).status_code == 409


def test_a_request_is_approved_issued_and_accounted_for(people: People):
    asked(people, 10)
    office = program("revenue", Role.OPERATOR)
    path = "/excise/stamps/requests/1"
    refused = office.post(f"{path}/approval", {})
    assert refused.status_code == 409
    assert "nothing secures them" in refused.json()["detail"]
    assert office.post(f"{path}/approval", {"guarantee": "G-99"}).status_code == 404
    row = office.post(f"{path}/approval", {"guarantee": "G-17"}).json()
    assert (row["state"], row["secured_by"], row["secured_minor"]) == ("approved", "Guarantee G-17", 24_154)
    assert row["rates_of"] == "2023-12-31"
    batch = office.post(f"{path}/issue", {}).json()["batch"]
    assert StampBatch.objects.get().pk == batch
    paid = a_return(people.operator, 10)
    done = office.post(f"{path}/duty", {"paid_return": paid.number, "count": 10}).json()
    assert done["released"] is True
    assert office.get(path).json() == done
    assert program("revenue").post(f"{path}/refusal", {"reason": "x"}).status_code == 403


def test_a_request_is_refused_and_one_is_secured_by_a_paid_return(people: People):
    asked(people, 10)
    asked(people, 10)
    office = program("revenue", Role.OPERATOR)
    paid = a_return(people.operator, 10)
    secured = office.post("/excise/stamps/requests/1/approval", {"paid_return": paid.number}).json()
    assert secured["secured_by"] == f"Return {paid.number}, paid"
    said = office.post("/excise/stamps/requests/2/refusal", {"reason": "No licence"}).json()
    assert said["state"] == "refused"
    missing = office.post("/excise/stamps/requests/2/approval", {"paid_return": "R-0"})
    assert missing.status_code == 404


def test_stamps_are_handed_over_inside_the_node(people: People):
    batch = issued(people)
    office, firm = program("revenue"), program("distillery")
    path = f"/excise/stamps/batches/{batch.pk}"
    office.post(f"{path}/acts", {"act": "print", "first": 1, "last": 10})
    offer = {"first": 1, "last": 4, "receiver": "distillery"}
    made = office.post(f"{path}/handovers", offer).json()
    assert (made["state"], made["other"]) == ("offered", "Sample distillery")
    close = f"/excise/stamps/handovers/{made['number']}"
    assert office.post(f"{close}/confirm", {}).status_code == 404
    assert firm.post(f"{close}/confirm", {}).json()["state"] == "confirmed"
    second = office.post(f"{path}/handovers", offer | {"first": 5, "last": 6}).json()
    assert office.post(f"/excise/stamps/handovers/{second['number']}/take-back", {}).json()["state"] == (
        "taken-back"
    )
    assert len(firm.get("/excise/stamps/handovers").json()) == 2
    assert office.post(f"{path}/handovers", offer | {"receiver": "nobody"}).status_code == 404


def test_stamps_cross_the_border_by_program(people: People, strait: Strait):
    batch = issued(people)
    office, firm = program("revenue"), program("distillery")
    path = f"/excise/stamps/batches/{batch.pk}"
    office.post(f"{path}/acts", {"act": "print", "first": 1, "last": 10})
    sending = {"first": 1, "last": 4, "partner": "cn", "receiver": "CN1", "receiver_name": "Sample works"}
    assert office.post(f"{path}/crossings", sending).json()["state"] == "sent"
    assert office.post(f"{path}/crossings", sending | {"partner": "mv"}).status_code == 403
    strait.hear(coming())
    number = StampCrossing.objects.get(way="in").pk
    answer = f"/excise/stamps/crossings/{number}/answer"
    assert office.post(answer, {"says": "received"}).status_code == 404
    assert firm.post(answer, {"says": "received"}).json()["state"] == "received"
    assert [one["partner"] for one in firm.get("/excise/stamps/crossings").json()] == ["cn"]
    strait.hear(coming(handover="a" * 32))
    number = StampCrossing.objects.get(state="sent", way="in").pk
    refusal = {"says": "refused", "reason": "Not ours"}
    answer = f"/excise/stamps/crossings/{number}/answer"
    assert firm.post(answer, refusal).json()["state"] == "refused"


def test_indications_are_listed_and_closed(people: People):
    from isthmus.apps.excise.stamps.services import indicating
    from tests.apps.excise.stamps.test_indicating import activated, captured, made

    activated(people, 12)
    captured(people, made(9, clock.now() - timedelta(hours=1)))
    indicating.look()
    office = program("revenue")
    (row,) = office.get("/excise/stamps/indications").json()
    assert (row["kind"], row["evidence"]["missing"], row["closed"]) == ("unproduced", 3, False)
    path = f"/excise/stamps/indications/{row['number']}/note"
    assert office.post(path, {"note": "Counted elsewhere"}).json()["closed"] is True
    assert office.get("/excise/stamps/indications").json() == []
    assert program("distillery").post(path, {"note": "x"}).status_code == 404
