"""The fund's rules on a proposal: each is named, and what is not known is said."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from isthmus.apps.workshops.expenditure import services
from isthmus.apps.workshops.expenditure.rules.sums import Spent
from isthmus.apps.workshops.funding.cli import pgtf
from isthmus.apps.workshops.funding.formats.proposal import ceilings
from isthmus.apps.workshops.funding.rules.pgtf import Outcome, Proposal, Rule, check
from tests.apps.workshops.conftest import Office

GOOD = Proposal(
    "Sample centre", 2019, frozenset({"CN", "MV", "MD"}), "CN", frozenset({"MV", "MD"}), 35_000, 35_000, 0
)
FILE = """
institution = "Sample centre"
year = 2019
countries = ["CN", "MV", "MD"]
at_home = "CN"
endorsed = ["MV"]
requested = 36000
matching = 35999
earlier = 1
"""


def outcomes(proposal: Proposal) -> dict[Rule, Outcome]:
    return {one.rule: one.outcome for one in check(proposal, ceilings(), 3)}


@pytest.mark.once
def test_a_good_proposal_breaks_no_rule():
    assert set(outcomes(GOOD).values()) == {Outcome.HOLDS}
    assert set(outcomes(GOOD)) == set(Rule)


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "rule", "outcome"),
    [
        ({"countries": frozenset({"CN", "MV"})}, Rule.COUNTRIES, Outcome.FAILS),
        ({"countries": frozenset({"CN"})}, Rule.NOT_NATIONAL, Outcome.FAILS),
        ({"countries": frozenset({"CN"})}, Rule.ENDORSED, Outcome.FAILS),
        ({"earlier": 1}, Rule.ONE_A_YEAR, Outcome.FAILS),
        ({"earlier": None}, Rule.ONE_A_YEAR, Outcome.UNKNOWN),
        ({"endorsed": frozenset({"MV"})}, Rule.ENDORSED, Outcome.FAILS),
        ({"endorsed": None}, Rule.ENDORSED, Outcome.UNKNOWN),
        ({"matching": 34_999}, Rule.MATCHING, Outcome.FAILS),
        ({"matching": None}, Rule.MATCHING, Outcome.UNKNOWN),
        ({"requested": 35_001}, Rule.CEILING, Outcome.FAILS),
        ({"year": 2011}, Rule.CEILING, Outcome.UNKNOWN),
    ],
)
def test_each_rule_is_found(changes: dict[str, Any], rule: Rule, outcome: Outcome):
    assert outcomes(replace(GOOD, **changes))[rule] is outcome


def run(*words: str) -> Any:
    return CliRunner().invoke(pgtf, ["check", *words, "--json"])


@pytest.mark.once
def test_the_shell_names_every_broken_rule(tmp_path: Path):
    file = tmp_path / "proposal.toml"
    file.write_text(FILE)
    answer = run(str(file))
    told = {one["rule"]: one for one in json.loads(answer.stdout)}
    assert answer.exit_code == 2
    assert [name for name, one in told.items() if one["outcome"] == "fails"] == [
        "one-a-year", "endorsed", "matching", "ceiling",
    ]  # fmt: skip
    assert told["ceiling"]["told"] == "36,000 are asked for; the ceiling of the year is 35,000."
    assert "lacking of: MD" in told["endorsed"]["told"]
    file.write_text('institution = "x"\ncountries = ["China"]')
    assert "countries.0" in str(run(str(file)).exception)
    file.write_bytes(b"\xff")
    assert "no TOML file" in str(run(str(file)).exception)
    assert "Give a file" in str(run().exception)


def test_a_programme_is_checked_as_far_as_its_rows_say(office: Office):
    programme = office.called().programme
    lines = [Spent("Travel", "Buses", 3_000_000), Spent("Travel", "Tickets", 3_000_001)]
    services.set_budget(
        programme, lines, actor="x", source=programme.fund, sources={("Travel", "Tickets"): "Host"}
    )
    answer = run("--programme", programme.code, "--year", "2021")
    told = {one["rule"]: one["outcome"] for one in json.loads(answer.stdout)}
    assert told == {
        "countries": "fails", "not-national": "holds", "one-a-year": "holds", "endorsed": "unknown",
        "matching": "holds", "ceiling": "holds",
    }  # fmt: skip
    assert "no programme NONE" in str(run("--programme", "NONE").exception)
