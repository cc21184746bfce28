"""What decisions teach a corridor, what the partner is told, and what erasing takes along."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from isthmus.apps.etrade.cases import jobs
from isthmus.apps.etrade.cases.cli import cases
from isthmus.apps.etrade.cases.models import CaseState, Corridor, Ground
from isthmus.apps.etrade.cases.queries import calibration_of
from isthmus.apps.etrade.cases.services.calibrating import calibrate_corridor
from isthmus.apps.etrade.cases.services.deciding import decide
from isthmus.apps.etrade.cases.services.following import forget
from isthmus.apps.etrade.cases.services.reconciling import reconcile_corridor
from isthmus.apps.etrade.cases.services.responding import respond_to_matches
from isthmus.apps.etrade.models import Case, Declaration, Link
from isthmus.apps.etrade.reconciliation.rules.calibration import FALSE_ALARMS
from tests.apps.etrade.cases.corridor import export_of, import_of, lodge_export, lodge_import
from tests.apps.etrade.conftest import Corridor as Exchange
from tests.apps.etrade.conftest import Customs


class TestCalibrating:
    def test_decisions_are_counted_and_dated(self, case: Case) -> None:
        decide(case, "dismiss", actor="officer", ground=Ground.USUAL)
        row = calibrate_corridor(case.corridor, "approver")
        assert row is not None
        assert (row.decisions, row.learned_by) == (1, "approver")
        learned = calibration_of(case.corridor)
        assert learned.learned_on == row.learned_at.date()
        assert learned.false_alarms["low-value"] == round((50 * 20 + 1000) / 21)
        assert learned.false_alarms["hs-shift"] == FALSE_ALARMS["hs-shift"]

    def test_nothing_new_is_no_new_calibration(self, case: Case) -> None:
        decide(case, "accept", actor="officer")
        assert calibrate_corridor(case.corridor, "approver") is not None
        assert calibrate_corridor(case.corridor, "approver") is None

    def test_a_new_calibration_lets_the_corridor_be_compared_again(self, case: Case) -> None:
        decide(case, "accept", actor="officer")
        calibrate_corridor(case.corridor, "approver")
        assert reconcile_corridor(case.corridor)
        case.refresh_from_db()
        assert (case.state, case.found) == (CaseState.ACCEPTED, True)

    def test_an_empty_corridor_teaches_nothing(self, inward: Corridor) -> None:
        assert calibrate_corridor(inward, "approver") is None


class TestResponding:
    def test_what_was_found_is_told_once(self, case: Case, corridor: Exchange) -> None:
        assert len(list(respond_to_matches(case.corridor))) == 12
        told = corridor.sent("import-response")
        assert {body["outcome"] for body in told} == {"matched"}
        assert told[0]["import_number"] == "MM-2026-00001"
        assert Declaration.objects.get(number="CN-2026-00001").state == "matched"
        assert list(respond_to_matches(case.corridor)) == []

    def test_without_an_agreement_nobody_is_told(self, case: Case) -> None:
        assert list(respond_to_matches(case.corridor)) == []

    def test_an_overdue_import_is_told_as_unmatched(
        self, case: Case, corridor: Exchange, customs: Customs
    ) -> None:
        lodge_export(export_of(20, departure_date="2026-02-01"), customs.organisation)
        lodge_import(import_of(27, arrival_date="2026-06-20"), customs.organisation)
        reconcile_corridor(case.corridor)
        outcomes = [event.body["outcome"] for event in respond_to_matches(case.corridor)]
        assert outcomes.count("unmatched") == 1


class TestErasing:
    def test_cases_and_links_go_with_a_declaration(self, case: Case) -> None:
        assert case.export is not None
        forget(case.export)
        assert Case.objects.count() == 0
        assert Link.objects.filter(export=case.export).count() == 0
        assert Corridor.objects.get(pk=case.corridor_id).seen == ""


class TestCommands:
    def test_the_queue_is_listed_from_the_shell(self, case: Case) -> None:
        result = CliRunner().invoke(cases, ["list", "--json"])
        assert result.exit_code == 0, result.output
        (row,) = json.loads(result.stdout)
        assert (row["number"], row["reason"], row["currency"]) == (case.number, "low-value", "USD")

    def test_a_run_says_what_it_found(self, case: Case, customs: Customs) -> None:
        lodge_import(import_of(30), customs.organisation)
        result = CliRunner().invoke(cases, ["run", "--json"])
        assert result.exit_code == 0, result.output
        rows = json.loads(result.stdout)
        inward = next(row for row in rows if row["way"] == "in")
        assert (inward["imports"], inward["linked"], inward["news"]) == (13, 12, True)

    def test_calibrating_says_what_was_learned(self, case: Case) -> None:
        decide(case, "accept", actor="officer")
        result = CliRunner().invoke(cases, ["calibrate", "--json"])
        assert result.exit_code == 0, result.output
        (row,) = json.loads(result.stdout)
        assert (row["partner"], row["way"], row["decisions"]) == ("cn", "in", 1)


class _Progress:
    """Counts the steps of a job."""

    def __init__(self) -> None:
        self.steps = 0

    def step(self, _done: int, _total: int | None = None, _note: str = "") -> None:
        self.steps += 1


@pytest.mark.parametrize("job", [jobs.reconcile, jobs.calibrate])
def test_the_jobs_say_how_far_they_are(job: Callable[[Any], None], case: Case) -> None:
    progress = _Progress()
    job(progress)
    assert progress.steps > 1
