"""Permits, quotas and bonded stores for programs."""

from isthmus.accounts.roles import Role
from isthmus.accounts.services import issue_token
from isthmus.apps.excise.models import DutyReturn, ImportPermit
from isthmus.apps.excise.permits.services import permits
from tests.api_client import Program, organisation, program
from tests.apps.excise.permits.conftest import Atoll, applied, quota

LINE = {
    "line": "1",
    "product": "spirits",
    "abv": "50",
    "volume_l": "2",
    "quantity": "3",
    "cif": "100",
    "date": "2023-05-10",
}
DRAW = {"key": "d1", "how": "clearance", "on": "2023-05-10", "lines": [LINE]}
WHY = "Sample reason"


def second(code: str) -> Program:
    """Another program of the same organisation."""
    return Program(issue_token(organisation(code), "another program", Role.OFFICER, actor="test")[1])


def permitted(atoll: Atoll, ml: int = 6_000) -> str:
    """An application by a program, approved by a person; the address of the permit."""
    asked = {"operator": atoll.near.excise_number, "year": 2023, "goods": "Gin", "asked_ml": ml}
    made = program("resort").post("/excise/permits", asked).json()
    assert (made["state"], made["left_ml"]) == ("applied", 0)
    permits.approve(ImportPermit.objects.get(pk=made["id"]), ml, actor="approver")
    path = f"/excise/permits/{made['id']}"
    assert program("resort").get(path).json()["left_ml"] == ml
    return path


def test_from_the_quota_to_the_goods_and_back(atoll: Atoll):
    quota(atoll.near, 10)
    path, office = permitted(atoll), program("customs")
    draw = office.post(f"{path}/draws", DRAW).json()
    assert (draw["amount_ml"], draw["duty_minor"], draw["currency"]) == (3_000, 32_600, "MVR")
    assert office.post(f"{path}/draws", DRAW).json() == draw
    reverse = f"{path}/draws/{draw['id']}/reverse"
    given = {"key": "r1", "on": "2023-05-11", "why": "Did not arrive"}
    assert office.post(reverse, given).json()["code"] == "excise.draw-own"
    assert program("resort").post(reverse, given).status_code == 403
    other = second("customs")
    back = other.post(reverse, given).json()
    assert (back["reversed_on"], back["reversed_why"]) == ("2023-05-11", "Did not arrive")
    assert other.post(reverse, given).json() == back
    assert other.post(reverse, given | {"key": "r2"}).status_code == 409
    assert other.post(f"{path}/draws/99999/reverse", given).status_code == 404
    shown = program("resort").get(path).json()
    assert (shown["left_ml"], [one["reversed_on"] for one in shown["draws"]]) == (6_000, ["2023-05-11"])
    (row,) = office.get("/excise/quotas", year="2023", operator=atoll.near.excise_number).json()["items"]
    assert (row["used_ml"], row["left_ml"]) == (0, 10_000)
    assert DutyReturn.objects.filter(number=draw["return_number"]).count() == 2


def test_what_is_short_or_wrong_is_a_problem_and_draws_nothing(atoll: Atoll):
    quota(atoll.near, 2)
    path, office = permitted(atoll, 2_000), program("customs")
    assert office.post(f"{path}/draws", DRAW).json()["code"] == "excise.quota-overdrawn"
    assert office.post(f"{path}/draws", DRAW | {"lines": [LINE | {"product": "x"}]}).status_code == 422
    assert office.post(f"{path}/draws", DRAW | {"lines": [LINE | {"abv": "x"}]}).status_code == 422
    assert office.post(f"{path}/draws", DRAW | {"on": "2023-W19-3"}).status_code == 422
    assert program("resort").post(f"{path}/draws", DRAW).status_code == 403
    assert program("elsewhere").get(path).status_code == 404
    assert not DutyReturn.objects.exists()


def test_quota_moves_under_a_reference(atoll: Atoll):
    mine, theirs = quota(atoll.near, 10), quota(atoll.far, 1)
    path = f"/excise/quotas/{mine.pk}/transfers"
    asked = {"to": theirs.pk, "amount_ml": 4_000, "reference": "T 1", "why": WHY, "on": "2023-05-10"}
    for _twice in range(2):
        answer = program("customs").post(path, asked).json()
        assert (answer["transferred_ml"], answer["left_ml"]) == (-4_000, 6_000)
    assert program("customs").post(path, asked | {"to": 99_999}).status_code == 404
    assert program("resort").post(path, asked).status_code == 404


def test_applications_are_listed_and_refused(atoll: Atoll):
    quota(atoll.near, 2)
    quota(atoll.far, 2)
    near, far = applied(atoll.near, 1), applied(atoll.far, 1)
    permits.refuse(near, why="No locked store", actor="approver")
    found = program("customs").get("/excise/permits", state="refused", year="2023").json()["items"]
    assert [(one["number"], one["why"]) for one in found] == [(near.number, "No locked store")]
    narrowed = program("customs").get("/excise/permits", operator=far.operator.excise_number).json()
    assert [one["number"] for one in narrowed["items"]] == [far.number]
    assert [one["id"] for one in program("resort").get("/excise/permits").json()["items"]] == [near.pk]


def test_a_bonded_store_is_filled_released_and_counted(atoll: Atoll):
    quota(atoll.near, 10)
    office, path = program("customs"), f"/excise/bond/{atoll.near.excise_number}"
    came = {"key": "a1", "amount_ml": 5_000, "on": "2023-05-09", "reference": "D 1"}
    assert office.post(f"{path}/arrivals", came).json()["held_ml"] == 5_000
    draw = office.post(f"{permitted(atoll)}/draws", DRAW | {"how": "ex-bond"}).json()
    assert (draw["how"], draw["duty_minor"]) == ("ex-bond", 32_600)
    count = {"key": "c1", "counted_ml": 1_900, "on": "2023-05-10", "why": ""}
    assert office.post(f"{path}/counts", count).status_code == 422
    counted = office.post(f"{path}/counts", count | {"why": "Broken"}).json()
    assert (counted["held_ml"], counted["released_ml"], counted["missing_ml"]) == (1_900, 3_000, 100)
    assert [one["difference_ml"] for one in counted["counts"]] == [-100]
    assert program("resort").get(path).json() == counted
    assert program("resort").post(f"{path}/counts", count).status_code == 403
    assert program("resort").get(f"/excise/bond/{atoll.far.excise_number}").status_code == 404
