"""Returns for programs and from the shell."""

import json
from datetime import date
from pathlib import Path

from click.testing import CliRunner, Result

from isthmus.apps.excise.cli import excise
from isthmus.apps.excise.models import DutyReturn
from isthmus.apps.excise.returns.services import accounts
from isthmus.kit.errors import BadInput, NotFound
from tests.api_client import program
from tests.apps.excise.returns.conftest import BEER, SPIRITS, People, declared, drafted

LINE = {
    "line": "1",
    "product": "beer",
    "abv": "5",
    "volume_l": "0.5",
    "quantity": "1000",
    "date": "2023-05-10",
}
ASKED = {"operator": "MD00000000017", "day": "2023-05-01", "tax_point": "release", "lines": [LINE]}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(excise, ["returns", *map(str, arguments)])


class TestApi:
    def test_a_firm_declares_and_the_treasury_posts_the_payment_once(self, people: People):
        firm, treasury = program("brewery"), program("tax")
        made = firm.post("/excise/returns", ASKED).json()
        assert (made["number"], made["owed_minor"], made["lines"][0]["code"]) == (
            "RET-2023-000001",
            152_500,
            "B000",
        )
        paid = {"key": "bank-1", "amount_minor": 52_500, "on": "2023-06-20", "bank": "B-1"}
        for _twice in range(2):
            row = treasury.post("/excise/returns/RET-2023-000001/payments", paid).json()
            assert row["owed_minor"] == 100_000
        assert firm.post("/excise/returns/RET-2023-000001/payments", paid).status_code == 403
        (account,) = firm.get("/excise/returns/accounts/MD00000000017").json()
        assert [entry["amount_minor"] for entry in account["entries"]] == [152_500, -52_500]
        assert [one["number"] for one in firm.get("/excise/returns").json()] == ["RET-2023-000001"]
        assert firm.get("/excise/returns/RET-2023-000001").json()["lines"][0]["steps"]

    def test_faults_are_named(self, people: People):
        firm = program("brewery")
        bad = firm.post("/excise/returns", ASKED | {"lines": [LINE | {"abv": None}]})
        assert (bad.status_code, DutyReturn.objects.exists()) == (422, False)
        assert firm.post("/excise/returns", ASKED | {"day": "2023-02-30"}).status_code == 422
        assert firm.get("/excise/returns/RET-2023-000009").status_code == 404
        assert program("stranger").get("/excise/returns/accounts/MD00000000017").status_code == 404


class TestDeedsByPrograms:
    NUMBER = "/excise/returns/RET-2023-000001"

    def test_a_firm_amends_and_the_new_version_stands(self, people: People):
        firm = program("brewery")
        firm.post("/excise/returns", ASKED)
        more = {"why": "A crate was forgotten", "lines": [LINE | {"quantity": "1100"}]}
        amended = firm.post(f"{self.NUMBER}/amendments", more).json()
        assert (amended["number"], amended["version"], amended["owed_minor"]) == (
            "RET-2023-000001",
            2,
            167_750,
        )
        bad = firm.post(f"{self.NUMBER}/amendments", more | {"lines": [LINE | {"abv": None}]})
        assert (bad.status_code, DutyReturn.objects.count()) == (422, 2)
        assert program("stranger").post(f"{self.NUMBER}/amendments", more).status_code == 404

    def test_the_service_adjusts_assesses_and_charges(self, people: People):
        firm, tax = program("brewery"), program("tax")
        firm.post("/excise/returns", ASKED)
        less = {"key": "a-1", "code": "B000", "amount_minor": -2_500, "why": "Breakage, with its record"}
        for _twice in range(2):
            assert tax.post(f"{self.NUMBER}/adjustments", less).json()["owed_minor"] == 150_000
        assert tax.post(f"{self.NUMBER}/assessment", {}).json()["state"] == "assessed"
        assert tax.post(f"{self.NUMBER}/assessment", {}).status_code == 409
        assert tax.post(f"{self.NUMBER}/adjustments", less | {"key": "a-2"}).status_code == 409
        late = {"key": "p-1", "kind": "late-return", "why": "Two weeks late, Title V"}
        assert tax.post(f"{self.NUMBER}/penalties", late).status_code == 422
        stated = tax.post(f"{self.NUMBER}/penalties", late | {"amount_minor": 60_000}).json()
        assert stated["owed_minor"] == 210_000
        until = {"until": "2023-07-05"}
        charged = tax.post(f"{self.NUMBER}/interest", until).json()["owed_minor"]
        assert charged > 210_000
        assert tax.post(f"{self.NUMBER}/interest", until).json()["owed_minor"] == charged
        for deed in ("adjustments", "assessment", "penalties", "interest"):
            asked = {"adjustments": less, "assessment": {}, "penalties": late, "interest": until}[deed]
            assert firm.post(f"{self.NUMBER}/{deed}", asked).status_code == 403

    def test_a_refund_is_approved_by_a_person_and_posted_as_paid_by_a_program(self, people: People):
        firm, tax = program("brewery"), program("tax")
        firm.post("/excise/returns", ASKED)
        paid = {"key": "bank-1", "amount_minor": 160_000, "on": "2023-06-20", "bank": "B-1"}
        tax.post(f"{self.NUMBER}/payments", paid)
        tax.post(f"{self.NUMBER}/assessment", {})
        out = {"key": "o-1", "amount_minor": 7_500, "bank": "T-1"}
        assert tax.post(f"{self.NUMBER}/refunds-paid", out).status_code == 409
        row = DutyReturn.objects.get()
        accounts.approve_refund(row, 7_500, why="Paid too much", key="r", actor="approver")
        for _twice in range(2):
            assert tax.post(f"{self.NUMBER}/refunds-paid", out).json()["owed_minor"] == 0
        (account,) = tax.get("/excise/returns/accounts/MD00000000017").json()
        assert account["refunds_due_minor"] == 0


class TestShell:
    def test_a_list_is_declared_and_listed(self, people: People, tmp_path: Path):
        file = tmp_path / "goods.csv"
        file.write_text(BEER + SPIRITS)
        where = ["declare", file, "--operator", "MD00000000017", "--day", "2023-05-31", "--json"]
        assert json.loads(run(*where, "--draft").stdout)["state"] == "draft"
        assert isinstance(run(*where).exception, BadInput)
        DutyReturn.objects.all().delete()
        found = json.loads(run(*where).stdout)
        assert (found["number"], found["duty_minor"], found["due_on"]) == (
            "RET-2023-000001",
            176_654,
            "2023-06-25",
        )
        (row,) = json.loads(run("list", "--overdue", "--operator", "MD00000000017", "--json").stdout)
        assert (row["owed_minor"], row["overdue"]) == (176_654, True)
        assert "RET-2023-000001" in run("list").stdout

    def test_lines_at_fault_are_named_and_nothing_is_kept(self, people: People, tmp_path: Path):
        file = tmp_path / "goods.csv"
        file.write_text(BEER + "beer,,0.5,1,2023-05-10\n")
        result = run("declare", file, "--operator", "MD00000000017", "--day", "2023-05-31")
        assert isinstance(result.exception, BadInput)
        assert result.stderr.startswith("2: ")
        assert not DutyReturn.objects.exists()
        assert isinstance(run("statement", "MD99999999999").exception, NotFound)

    def test_an_account(self, people: People):
        drafted(people.brewery, BEER.replace("-05-", "-04-"), date(2023, 4, 1))
        assert "Nothing was posted" in run("statement", "MD00000000017").stderr
        row = declared(people.brewery)
        accounts.penalise(row, "late-return", 500, why="Late", key="1", actor="o")
        (found,) = json.loads(run("statement", "MD00000000017", "--json").stdout)
        assert (found["owed_minor"], [entry["kind"] for entry in found["entries"]]) == (
            153_000,
            ["duty", "penalty"],
        )
        shown = run("statement", "MD00000000017")
        assert "Penalty: Late" in shown.stdout
        assert "1,530.00 MDL" in shown.stderr
