"""Own documents stated from JSON: by programs and from files."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from isthmus.accounts.models import Role
from isthmus.apps.etrade.cli import etrade
from isthmus.apps.etrade.models import Kind, Statement, TradeDocument
from isthmus.exchange.models import Desk
from tests.api_client import Program, program
from tests.apps.etrade.conftest import Corridor, Customs
from tests.apps.etrade.test_documents import FORM_D, LICENCE, TRANSIT, state

PATH = "/etrade/trade-documents"


@pytest.fixture
def client(customs: Customs) -> Program:
    return program("customs")


def issued(body: dict[str, Any], kind: str = "licence", **more: Any) -> dict[str, Any]:
    return {"type": f"etrade.{kind}/1", "body": body, **more}


class TestPrograms:
    def test_a_licence_is_stated_and_sent_then_cancelled(self, client: Program, corridor: Corridor) -> None:
        made = client.post(PATH, issued(LICENCE, to="cn"))
        assert (made.status_code, made.json()["state"]) == (201, "issued")
        assert made.json()["left"] == [{"line": 1, "quantity": "1000", "unit": "KGM", "over": False}]
        again = client.post(PATH, issued(LICENCE, to="cn"))
        assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
        ended = client.post(
            f"{PATH}/{made.json()['id']}/statements",
            {"body": {**LICENCE, "version": 2, "status": "cancelled"}},
        )
        assert (ended.status_code, ended.json()["state"]) == (201, "cancelled")
        assert [body["status"] for body in corridor.sent("licence")] == ["issued", "cancelled"]

    def test_each_field_that_does_not_fit_is_named_and_nothing_is_kept(self, client: Program) -> None:
        answer = client.post(PATH, issued({**FORM_D, "items": [{"number": 0}]}, "certificate-of-origin"))
        assert (answer.status_code, answer.json()["code"]) == (422, "etrade.document-body")
        assert [fault["where"] for fault in answer.json()["faults"]] == ["items.0.number"]
        assert not TradeDocument.objects.exists()

    def test_what_is_no_trade_document_is_refused(self, client: Program) -> None:
        answer = client.post(PATH, {"type": "etrade.export-declaration/1", "body": {}})
        assert answer.json()["code"] == "etrade.not-a-document"
        answer = client.post(PATH, issued({}, "phytosanitary-certificate"))
        assert answer.json()["code"] == "etrade.needs-file"

    def test_where_nothing_lets_it_go_nothing_is_stated(self, client: Program) -> None:
        assert client.post(PATH, issued(LICENCE, to="cn")).status_code in (403, 404, 409)
        assert not TradeDocument.objects.exists()

    def test_an_own_document_does_not_arrive_by_its_issuer(self, client: Program) -> None:
        answer = client.post(PATH, issued({**TRANSIT, "status": "arrived"}, "transit"))
        assert answer.json()["code"] == "etrade.not-yours"

    def test_the_number_of_another_organisation_is_not_amended(
        self, client: Program, customs: Customs
    ) -> None:
        row = state(customs, Kind.LICENCE, LICENCE)
        stranger = program("revenue")
        answer = stranger.post(PATH, issued({**LICENCE, "version": 2, "status": "cancelled"}))
        assert (answer.status_code, answer.json()["code"]) == (409, "etrade.number-taken")
        changed = stranger.post(f"{PATH}/{row.pk}/statements", {"body": {**LICENCE, "version": 2}})
        assert changed.status_code == 404
        row.refresh_from_db()
        assert row.state == "issued"

    def test_the_next_statement_is_about_the_same_number(self, client: Program, customs: Customs) -> None:
        row = state(customs, Kind.LICENCE, LICENCE)
        answer = client.post(f"{PATH}/{row.pk}/statements", {"body": {**LICENCE, "number": "EL-78"}})
        assert (answer.status_code, answer.json()["code"]) == (422, "etrade.other-number")

    def test_a_movement_of_a_partner_arrives(
        self, client: Program, customs: Customs, corridor: Corridor
    ) -> None:
        Desk.objects.create(record_type="etrade.transit/1", organisation=customs.organisation)
        corridor.receive("transit", TRANSIT)
        row = TradeDocument.objects.get()
        arrived = {"number": "26MM-T1", "version": 1, "status": "arrived"}
        answer = client.post(f"{PATH}/{row.pk}/statements", {"body": arrived})
        assert (answer.status_code, answer.json()["state"]) == (201, "arrived")
        assert [body["status"] for body in corridor.sent("transit")] == ["arrived"]

    def test_an_auditor_states_nothing(self, client: Program) -> None:
        assert program("customs", Role.AUDITOR).post(PATH, issued(LICENCE)).status_code == 403


class TestFiles:
    @staticmethod
    def run(tmp_path: Path, *documents: object, options: tuple[str, ...] = ()) -> Result:
        for number, document in enumerate(documents):
            content = document if isinstance(document, str) else json.dumps(document)
            (tmp_path / f"{number}.json").write_text(content, encoding="utf-8")
        given = ["state", str(tmp_path), "--organisation", "customs", "--json", *options]
        return CliRunner().invoke(etrade, given)

    def test_each_file_is_stated_or_refused_with_its_reason(self, customs: Customs, tmp_path: Path) -> None:
        done = self.run(
            tmp_path,
            issued(LICENCE),
            issued({**LICENCE, "number": "EL-78", "items": []}),
            "{not JSON",
            LICENCE,
            issued(FORM_D, "certificate-of-origin"),
        )
        rows = json.loads(done.stdout)
        assert [row["number"] for row in rows] == ["EL-77", None, None, None, "FD-1"]
        assert rows[1]["refused"]["faults"][0].startswith("items:")
        assert rows[3]["refused"]["code"] == "etrade.document-file"
        assert done.exit_code == 2
        assert Statement.objects.count() == 2

    def test_again_changes_nothing(self, customs: Customs, tmp_path: Path) -> None:
        assert self.run(tmp_path, issued(LICENCE)).exit_code == 0
        done = self.run(tmp_path, issued(LICENCE))
        assert (done.exit_code, json.loads(done.stdout)[0]["new"]) == (0, False)

    def test_a_partner_without_an_agreement_is_refused(self, customs: Customs, tmp_path: Path) -> None:
        assert self.run(tmp_path, issued(LICENCE), options=("--to", "cn")).exit_code in (3, 4)
        assert not TradeDocument.objects.exists()

    def test_a_movement_arrives(self, customs: Customs, corridor: Corridor, tmp_path: Path) -> None:
        arrived = issued({"number": "26MM-T1", "version": 1, "status": "arrived"}, "transit")
        assert self.run(tmp_path, arrived).exit_code == 4
        corridor.receive("transit", TRANSIT)
        done = self.run(tmp_path, arrived)
        assert (done.exit_code, json.loads(done.stdout)[0]["state"]) == (0, "arrived")
        assert [body["status"] for body in corridor.sent("transit")] == ["arrived"]
