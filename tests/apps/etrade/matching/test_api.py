"""Private matching for programs."""

import pytest

from isthmus.apps.etrade.matching.models import MatchRound
from isthmus.apps.etrade.reconciliation.rules.private import Traits
from tests.api_client import Program, program
from tests.apps.etrade.conftest import Corridor, Customs
from tests.apps.etrade.matching.test_round import own_export, theirs

DAYS = {"from_day": "2026-01-01", "until_day": "2026-12-31"}


@pytest.fixture
def client(customs: Customs) -> Program:
    return program("customs")


def test_a_program_asks_sees_what_matches_and_sends_it(
    client: Program, corridor: Corridor, customs: Customs
) -> None:
    own_export(1, customs)
    own_export(2, customs)
    answer = client.post("/etrade/matches", {"to": "cn", **DAYS})
    assert answer.status_code == 201
    asked = answer.json()
    assert (asked["direction"], asked["declarations"], asked["hits"]) == ("export", 2, [])
    row = MatchRound.objects.get(pk=asked["id"])
    corridor.receive("match-hits", theirs(corridor, row, Traits(transport_doc="MUSE00001")))
    path = f"/etrade/matches/{asked['id']}"
    read = client.get(path).json()
    assert (read["compared"], [(hit["number"], hit["kinds"], hit["sure"]) for hit in read["hits"]]) == (
        7,
        [("MM-E-1", ["doc"], True)],
    )
    assert client.post(f"{path}/send", {}).json() == {"sent": 1}
    assert client.post(f"{path}/send", {"perhaps": True}).json() == {"sent": 0}
    assert client.get(path).json()["hits"][0]["sent_at"] is not None
    assert [one["number"] for one in client.get("/etrade/matches").json()["items"]] == [asked["number"]]


def test_days_without_a_declaration_are_named(client: Program, corridor: Corridor, customs: Customs) -> None:
    own_export(1, customs)
    days = {"from_day": "2020-01-01", "until_day": "2020-02-01"}
    answer = client.post("/etrade/matches", {"to": "cn", **days})
    assert answer.status_code == 422
    assert answer.json()["code"] == "etrade.match-days"


def test_another_organisation_sees_none(client: Program, corridor: Corridor, customs: Customs) -> None:
    own_export(1, customs)
    asked = client.post("/etrade/matches", {"to": "cn", **DAYS}).json()
    other = program("revenue")
    assert other.get(f"/etrade/matches/{asked['id']}").status_code == 404
    assert other.get("/etrade/matches").json()["items"] == []
