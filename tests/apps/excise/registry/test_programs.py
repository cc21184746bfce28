"""The registry for programs and from the shell."""

import json
from typing import Any

from click.testing import CliRunner

from isthmus.apps.excise.cli import excise
from isthmus.exchange.models import Agreement
from isthmus.kit.errors import BadInput, NotFound, Refused
from tests.api_client import program
from tests.apps.excise.registry.conftest import CELLAR, GTIN, NUMBER, OTHER, Registry
from tests.apps.excise.registry.test_extract import FOREIGN, arrive, statement
from tests.foreign import ForeignNode


def run(*words: str) -> Any:
    return CliRunner().invoke(excise, ["registry", *words])


class TestApi:
    def test_operators_are_listed_and_found(self, registry: Registry):
        office = program("revenue")
        found = office.get("/excise/operators").json()["items"]
        assert [one["excise_number"] for one in found] == [OTHER, NUMBER]
        narrowed = office.get("/excise/operators", q="shan", kind="importer", state="registered").json()
        assert [one["excise_number"] for one in narrowed["items"]] == [OTHER]
        one = office.get(f"/excise/operators/{NUMBER}").json()
        assert [row["excise_number"] for row in one["warehouses"]] == [CELLAR]
        assert [(row["state"], row["warehouse"]) for row in one["authorisations"]] == [("authorised", CELLAR)]
        assert office.get("/excise/operators/MM99999999999").status_code == 404

    def test_a_firm_sees_its_own(self, registry: Registry):
        firm = program("winery")
        assert [one["excise_number"] for one in firm.get("/excise/operators").json()["items"]] == [NUMBER]
        assert firm.get(f"/excise/operators/{OTHER}").status_code == 404
        assert [one["gtin"] for one in firm.get("/excise/products").json()["items"]] == [GTIN]
        assert firm.get("/excise/products", operator=OTHER).json()["items"] == []
        shown = firm.get(f"/excise/products/{GTIN}").json()
        assert (shown["operator"], shown["abv_thousandths"], shown["volume_ml"]) == (NUMBER, 16_000, 750)
        assert firm.get("/excise/products/96385074").status_code == 404

    def test_the_question_is_answered_with_why(
        self, registry: Registry, cn: ForeignNode, extracts: Agreement
    ):
        leaf = arrive(cn, extracts, statement())
        office = program("revenue")
        asked = {"number": CELLAR, "product": "W200", "on": "2026-06-01"}
        answer = office.get("/excise/authorised", **asked).json()
        assert (answer["authorised"], answer["authorisation"]) == (True, registry.licence.number)
        other = office.get("/excise/authorised", **asked | {"product": "B000"}).json()
        assert (other["authorised"], other["verdict"]) == (False, "other-product")
        theirs = office.get("/excise/authorised", **asked | {"number": FOREIGN}).json()
        assert (theirs["authorised"], theirs["partner"], theirs["leaf"]) == (True, "cn", leaf)
        assert office.get("/excise/authorised", **asked | {"on": "2026-02-30"}).status_code == 422
        assert office.get("/excise/authorised", number="MM99999999999", product="W200").status_code == 404


class TestCommands:
    def test_operators(self, registry: Registry):
        found = json.loads(run("operators", "--search", "shan", "--json").stdout)
        assert [one["excise_number"] for one in found] == [OTHER]
        assert NUMBER in run("operators").stdout

    def test_check_ends_with_its_answer(self, registry: Registry):
        yes = run("check", CELLAR.lower(), "w200", "--on", "2026-06-01", "--json")
        assert (yes.exit_code, json.loads(yes.stdout)["verdict"]) == (0, "authorised")
        assert run("check", OTHER, "W200").exit_code == 3
        assert isinstance(run("check", "MM99999999999", "W200").exception, NotFound)
        assert isinstance(run("check", "17", "W200").exception, BadInput)

    def test_export_sends_what_changed(self, registry: Registry, extracts: Agreement):
        first = json.loads(run("export", "--to", "cn", "--json").stdout)
        assert (first["sent"], first["numbers"]) == (3, [NUMBER, CELLAR, OTHER])
        assert json.loads(run("export", "--to", "cn", "--json").stdout)["sent"] == 0
        assert isinstance(run("export", "--to", "md").exception, Refused)
