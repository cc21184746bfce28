"""Stamps for programs."""

from isthmus.apps.excise.models import StampRequest
from isthmus.apps.excise.stamps.rules import codes
from isthmus.apps.excise.stamps.services import issuing
from tests.api_client import program
from tests.apps.excise.stamps.conftest import People, issued, on_the_bottle


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
