"""The activity file of a programme: what it says, what it leaves out, and the checker of rulesets."""

import itertools
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from isthmus.apps.workshops.expenditure import services
from isthmus.apps.workshops.expenditure.rules.book import Kind
from isthmus.apps.workshops.expenditure.rules.sums import Spent
from isthmus.apps.workshops.iati import queries
from isthmus.apps.workshops.iati.cli import iati
from isthmus.apps.workshops.iati.formats.activity import Status, periods, write_activity
from isthmus.apps.workshops.iati.formats.rulesets import Outcome, check
from isthmus.apps.workshops.models import Programme
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from tests.apps.workshops.conftest import Office, programme_of
from tests.apps.workshops.iati.made import ACTIVITY
from tests.second_factors import browser_of


@pytest.fixture
def programme(office: Office, monkeypatch: pytest.MonkeyPatch) -> Programme:
    """A programme with a budget, an approved entry, one taken back, and one that waits."""
    known = settings.ISTHMUS.model_copy(update={"iati_organisation": "XI-EXAMPLE-1"})
    monkeypatch.setattr(settings, "ISTHMUS", known)
    made = programme_of(office.secretariat)
    services.set_budget(made, [Spent("Travel", "Buses", 10_000)], actor="officer")
    line = made.budget.get()
    for amount, receipt in ((4_000, "R-1"), (1_000, "R-2"), (500, "R-3")):
        new = services.NewEntry(
            Kind.EXPENSE, clock.now().date(), "Ticket of a person", amount, line, receipt=receipt
        )
        services.enter(made, new, actor="officer")
    first, second, _third = made.entries.order_by("number")
    services.approve(first, actor="approver")
    services.approve(second, actor="approver")
    services.approve(services.take_back(second, "Keyed twice", actor="officer"), actor="approver")
    return made


def test_the_file_says_what_the_book_holds_and_names_nobody(programme: Programme):
    content = write_activity(queries.activity_of(programme))
    root = etree.fromstring(content)
    assert root.xpath("string(//iati-identifier)") == "XI-EXAMPLE-1-SAMPLE-1"
    assert root.xpath("//transaction/value/text()") == ["40.00", "10.00", "-10.00"]
    assert root.xpath("string(//budget/value)") == "100.00"
    assert b"Ticket of a person" not in content
    assert queries.waiting_of(programme) == 1
    assert queries.activity_of(programme).status is Status.IMPLEMENTATION


def test_the_state_follows_the_days_and_the_closing(programme: Programme):
    today = clock.now().date()
    for starts, ends, status in ((5, 9, Status.PIPELINE), (-9, -5, Status.FINALISATION)):
        programme.starts, programme.ends = today + timedelta(starts), today + timedelta(ends)
        assert queries.activity_of(programme).status is status
    programme.closed_at = clock.now()
    assert queries.activity_of(programme).status is Status.CLOSED


@given(st.dates(date(1999, 1, 1), date(2040, 1, 1)), st.integers(0, 1500), st.integers(0, 10**9))
def test_a_budget_is_cut_into_years_and_nothing_is_lost(starts: date, days: int, amount: int):
    found = periods(starts, starts + timedelta(days), amount)
    assert sum(one.amount_minor for one in found) == amount
    assert (found[0].starts, found[-1].ends) == (starts, starts + timedelta(days))
    assert all((one.ends - one.starts).days <= 365 for one in found)
    assert all(b.starts - a.ends == timedelta(1) for a, b in itertools.pairwise(found))


def test_a_leap_day_begins_a_year_too():
    assert [one.ends for one in periods(date(2024, 2, 29), date(2025, 6, 1), 10)] == [
        date(2025, 2, 28),
        date(2025, 6, 1),
    ]


class TestShell:
    def run(self, *words: str) -> Any:
        return CliRunner().invoke(iati, [*words, "--json"])

    def test_it_is_written_and_checked_by_a_ruleset(self, programme: Programme, tmp_path: Path):
        out, rules = tmp_path / "a.xml", tmp_path / "rules.json"
        case = {"paths": ["title"], "ruleInfo": {"id": "T.1", "message": "No title, please."}}
        rules.write_text(json.dumps({"//iati-activity": {"atleast_one": {"cases": [case]}}}))
        words = ("--programme", programme.code, "--out", str(out), "--rules", str(rules))
        answer = self.run(*words)
        assert answer.exit_code == 0, answer.output
        told = json.loads(answer.stdout)
        assert (told["transactions"], told["not_approved"], told["holds"]) == (3, 1, 1)
        rules.write_text(json.dumps({"//iati-activity": {"no_more_than_one": {"cases": [
            {**case, "paths": ["title", "description"]}]}}}))  # fmt: skip
        answer = self.run(*words)
        assert (answer.exit_code, json.loads(answer.stdout)["broken"]) == (2, ["T.1: No title, please."])
        rules.write_text("[1]")
        assert "no ruleset of IATI" in str(self.run(*words).exception)

    def test_what_cannot_be_written_is_said(self, programme: Programme, tmp_path: Path):
        assert isinstance(self.run("--programme", "NONE", "--out", str(tmp_path / "a")).exception, NotFound)
        answer = self.run("--programme", programme.code, "--out", "/nowhere/at/all.xml")
        assert "There is no folder" in str(answer.exception)


def test_a_node_that_has_no_identifier_publishes_nothing(office: Office):
    with pytest.raises(BadInput, match="under which identifier"):
        queries.activity_of(programme_of(office.secretariat))
    page = browser_of(office.officer).get("/workshops/programmes/SAMPLE-1/").content.decode()
    assert "IATI file" not in page


def test_the_page_of_the_programme_gives_the_file(programme: Programme, office: Office):
    browser = browser_of(office.officer)
    assert "IATI file" in browser.get("/workshops/programmes/SAMPLE-1/").content.decode()
    answer = browser.get("/workshops/programmes/SAMPLE-1/iati/")
    assert answer["Content-Disposition"] == 'attachment; filename="iati-sample-1.xml"'
    assert b"XI-EXAMPLE-1-SAMPLE-1" in answer.content


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "case", "outcome"),
    [
        ("unique", {"paths": ["title/narrative", "description/narrative"]}, Outcome.HOLDS),
        ("regex_no_matches", {"regex": "e-gov", "paths": ["title/narrative"]}, Outcome.FAILS),
        ("dependent", {"paths": ["title", "result"]}, Outcome.FAILS),
        ("only_one_of", {"excluded": ["title"], "paths": ["description"]}, Outcome.FAILS),
        ("range", {"paths": ["title/narrative"], "min": 0, "max": 1}, Outcome.FAILS),
        ("startswith", {"start": "reporting-org/@ref", "paths": ["iati-identifier"]}, Outcome.HOLDS),
        ("startswith", {"prefix": ["ORG-ID-PREFIX"], "paths": ["iati-identifier"]}, Outcome.UNKNOWN),
        (
            "between_dates",
            {
                "date": "budget/value/@value-date",
                "start": "budget/period-start/@iso-date",
                "end": "budget/period-end/@iso-date",
            },
            Outcome.HOLDS,
        ),
        ("atleast_one", {"paths": ["result"], "condition": "title"}, Outcome.FAILS),
        ("atleast_one", {"paths": ["result"], "condition": "result"}, Outcome.HOLDS),
        ("one_or_all", {"one": "@none", "all": "lang"}, Outcome.FAILS),
        ("made_up", {"paths": ["title"]}, Outcome.UNKNOWN),
    ],
)
def test_the_checker_knows_each_kind_of_rule(kind: str, case: dict[str, Any], outcome: Outcome):
    rules = {"//iati-activity": {kind: {"cases": [case]}}, "//result": {kind: {"cases": [case]}}}
    here, nowhere = check(write_activity(ACTIVITY), rules, now=clock.now())
    assert (here.outcome, nowhere.outcome) == (outcome, Outcome.NO_PLACE)
    assert here.name.startswith(kind)
