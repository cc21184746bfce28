"""Guarantees for programs and from the shell."""

import json
from typing import Any

from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from isthmus.apps.excise.cli import excise
from isthmus.apps.excise.guarantees import queries, services
from isthmus.apps.excise.guarantees.formats import consent
from isthmus.apps.excise.models import Guarantee
from isthmus.kit.errors import BadInput, Conflict, NotFound
from tests.api_client import program
from tests.apps.excise.guarantees.conftest import DAY, registered

PATH = "/excise/guarantees"
TODAY = DAY.isoformat()


class TestApi:
    def asked(self, operator, bank) -> dict[str, Any]:
        return {
            "number": "G-17",
            "kind": "comprehensive",
            "operator": operator.excise_number,
            "organisation": "customs",
            "guarantor_name": "Sample bank",
            "guarantor_number": "1002600000099",
            "guarantor_jwk": consent.public_jwk(bank.public_key()),
            "currency": "MDL",
            "amount_minor": 100_000,
            "valid_from": "2026-01-01",
            "valid_until": "2026-12-31",
        }

    def test_a_life_from_its_registration_to_its_end(self, operator, bank):
        office = program("customs")
        made = office.post(PATH, self.asked(operator, bank)).json()
        assert (made["state"], made["in_force"], made["free_minor"]) == ("waiting", False, 0)
        here = f"{PATH}/{made['id']}"
        token = consent.sign(made["statement"].encode(), bank)
        signed = office.post(f"{here}/consent", {"consent": token}).json()
        assert (signed["state"], signed["in_force"], signed["free_minor"]) == ("consented", True, 100_000)
        services.reserve(Guarantee.objects.get(), 60_000, key="ARC 1", on=DAY, reason="Dispatch", actor="o")
        claim = {"key": "ARC 1", "amount_minor": 10_000, "on": TODAY, "reason": "Shortage"}
        claimed = office.post(f"{here}/claim", claim).json()
        assert (claimed["state"], claimed["reserved_minor"], claimed["called_minor"]) == (
            "open",
            60_000,
            10_000,
        )
        given = {"key": "ARC 1", "on": TODAY, "reason": "Arrived on paper"}
        assert office.post(f"{here}/release", given).json()["state"] == "released"
        ended = office.post(f"{here}/end", {"on": TODAY, "reason": "Withdrawn"}).json()
        assert (ended["state"], ended["in_force"], ended["called_minor"]) == ("ended", False, 10_000)
        shown = office.get(here).json()
        assert [one["closed_why"] for one in shown["reservations"]] == ["Arrived on paper"]

    def test_lists_and_sums_of_an_operator(self, operator, bank, guarantee):
        office = program("customs")
        registered(operator, bank, number="G-18")
        assert [one["number"] for one in office.get(PATH).json()["items"]] == ["G-18", "G-17"]
        narrowed = office.get(PATH, state="consented", operator=operator.excise_number).json()
        assert [one["number"] for one in narrowed["items"]] == ["G-17"]
        found = office.get(f"/excise/operators/{operator.excise_number}/guarantees").json()
        assert found["sums"] == [
            {
                "currency": "MDL",
                "granted_minor": 100_000,
                "free_minor": 100_000,
                "reserved_minor": 0,
                "called_minor": 0,
            }
        ]
        assert office.get("/excise/operators/MD99999999999/guarantees").status_code == 404
        assert office.get(f"{PATH}/999999").status_code == 404

    def test_what_is_wrong_is_a_problem_and_writes_nothing(self, operator, bank, guarantee):
        office, other = program("customs"), program("elsewhere")
        asked = self.asked(operator, bank)
        assert office.post(PATH, asked).status_code == 409
        for wrong in ({"organisation": "elsewhere"}, {"valid_until": "2025-01-01"}, {"currency": "mdl"}):
            assert office.post(PATH, asked | {"number": "G-18"} | wrong).status_code == 422
        short = {"key": "a", "amount_minor": 100_001, "on": TODAY, "reason": "x"}
        assert office.post(f"{PATH}/{guarantee.pk}/claim", short).json()["code"] == "excise.guarantee-short"
        ahead = {"key": "a", "on": "2999-01-01", "reason": "x"}
        assert office.post(f"{PATH}/{guarantee.pk}/release", ahead).status_code == 422
        assert other.get(f"{PATH}/{guarantee.pk}").status_code == 404
        assert other.post(f"{PATH}/{guarantee.pk}/end", {"on": TODAY, "reason": "x"}).status_code == 404
        assert queries.free(guarantee) == 100_000

    def test_who_reserved_does_not_release_by_hand(self, guarantee):
        own = program("customs")
        services.reserve(guarantee, 10, key="a", on=DAY, reason="x", actor="token customs officer (customs)")
        answer = own.post(f"{PATH}/{guarantee.pk}/release", {"key": "a", "on": TODAY, "reason": "x"})
        assert (answer.status_code, answer.json()["code"]) == (403, "excise.guarantee-own")


class TestCommands:
    def run(self, *words: object) -> Any:
        return CliRunner().invoke(excise, ["guarantees", *map(str, words)])

    def test_they_sign_take_in_and_list(self, operator, bank, tmp_path):
        row = registered(operator, bank)
        key, statement, signature = (
            tmp_path / name for name in ("key.pem", "statement.json", "signature.txt")
        )
        key.write_bytes(bank.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        statement.write_bytes(bytes(row.statement))

        assert json.loads(self.run("key", "--key", key).stdout) == row.guarantor_jwk
        signed = self.run("consent", statement, "--key", key)
        assert '"number":"G-17"' in signed.stderr
        signature.write_text(signed.stdout)
        assert json.loads(self.run("take-in", "G-17", signature, "--json").stdout)["state"] == "consented"
        assert isinstance(self.run("take-in", "G-18", signature).exception, NotFound)
        (line,) = json.loads(self.run("list", "--json").stdout)
        assert (line["free_minor"], line["currency"]) == (100_000, "MDL")

    def test_they_release_claim_and_end(self, guarantee):
        services.reserve(guarantee, 60_000, key="ARC 1", on=DAY, reason="Dispatch", actor="officer")
        why = ("--reason", "Arrived on paper", "--json")
        claimed = json.loads(self.run("claim", "G-17", "ARC 1", 5_000, *why).stdout)
        assert (claimed["state"], claimed["called_minor"]) == ("open", 5_000)
        assert json.loads(self.run("release", "G-17", "ARC 1", *why).stdout)["state"] == "released"
        (line,) = json.loads(
            self.run("list", "--operator", guarantee.operator.excise_number, "--json").stdout
        )
        assert (line["free_minor"], line["reserved_minor"], line["called_minor"]) == (95_000, 0, 5_000)
        assert isinstance(self.run("claim", "G-17", "b", 95_001, *why).exception, Conflict)
        assert isinstance(self.run("release", "G-17", "c", *why).exception, NotFound)
        assert isinstance(self.run("end", "G-17", "--on", "2030-01-01", *why).exception, BadInput)
        ended = json.loads(self.run("end", "G-17", "--on", TODAY, *why).stdout)
        assert (ended["state"], ended["ended_on"]) == ("ended", TODAY)
        assert json.loads(self.run("list", "--operator", "MD99999999999", "--json").stdout) == []
