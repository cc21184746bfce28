"""Reconciliation from the shell: two files in, cases and links out, and what is refused."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bench.corridor.make import Files, make
from bench.corridor.settings import Corridor
from isthmus.apps.etrade.cli import etrade
from isthmus.apps.etrade.reconciliation.rules.reasons import Reason
from isthmus.kit.errors import BadInput

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    return lambda *arguments: CliRunner().invoke(etrade, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def corridor(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return make(Corridor(1_500, seed=11), tmp_path_factory.mktemp("corridor"), ".csv")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def refusal(result: Result) -> BadInput:
    assert isinstance(result.exception, BadInput)
    return result.exception


def small(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(["id,date,hs,partner,net_kg", *lines]) + "\n", encoding="utf-8")
    return path


class TestReconcile:
    def test_writes_cases_and_links_and_says_what_it_found(
        self, run: Run, corridor: Files, tmp_path: Path
    ) -> None:
        out, links = tmp_path / "cases.csv", tmp_path / "links.csv"
        done = run(
            *("reconcile", corridor.exports, corridor.imports, "--out", out, "--links", links),
            *("--rates", corridor.rates, "--duties", corridor.duties, "--json"),
        )
        assert done.exit_code == 0, done.exception
        said: dict[str, Any] = json.loads(done.stdout)
        cases = rows(out)
        assert {"case_id", "export_id", "import_id", "reason", "score", "explanation"} <= set(cases[0])
        assert len(cases) == sum(said["cases"].values())
        assert {case["reason"] for case in cases} <= set(Reason)
        assert len({case["case_id"] for case in cases}) == len(cases)
        assert not [case for case in cases if "{" in case["explanation"] or not case["explanation"]]
        stakes = [float(case["stake"]) for case in cases]
        assert stakes == sorted(stakes, reverse=True)
        assert {case["stake_kind"] for case in cases} == {"duty"}
        linked = {(row["export_id"], row["import_id"]) for row in rows(links)}
        assert len(linked) == said["linked"]
        true = {(row["export_id"], row["import_id"]) for row in rows(corridor.links)}
        assert len(linked & true) / len(linked) > 0.99
        assert len(linked & true) / len(true) > 0.97

    def test_without_duties_it_ranks_by_value_and_says_so(
        self, run: Run, corridor: Files, tmp_path: Path
    ) -> None:
        out = tmp_path / "cases.csv"
        done = run("reconcile", corridor.exports, corridor.imports, "--out", out, "--rates", corridor.rates)
        assert done.exit_code == 0
        assert "value at stake, as no duties were given" in done.stdout
        assert {case["stake_kind"] for case in rows(out)} == {"value"}

    def test_four_columns_are_enough(self, run: Run, tmp_path: Path) -> None:
        exports, imports = tmp_path / "e.csv", tmp_path / "i.csv"
        exports.write_text("id,date,hs,partner\nE1,2026-01-05,071331,CN\n")
        imports.write_text("id,date,hs,partner\nI1,2026-01-09,071331,MM\n")
        done = run("reconcile", exports, imports, "--out", tmp_path / "cases.parquet", "--json")
        assert done.exit_code == 0
        assert json.loads(done.stdout)["linked"] == 0

    @pytest.mark.parametrize(
        ("line", "place", "held"),
        [
            ("E2,05.01.2026,071331,CN,10", "e.csv, line 3, column date", "05.01.2026"),
            ("E2,2026-01-05,0713,CN,10", "e.csv, line 3, column hs", "0713"),
            ("E2,2026-01-05,071331,CN,ten", "e.csv, line 3, column net_kg", "ten"),
            (",2026-01-05,071331,CN,10", "e.csv, line 3, column id", "nothing"),
        ],
    )
    def test_a_cell_that_cannot_be_used_is_named_by_line_and_column(
        self, run: Run, tmp_path: Path, line: str, place: str, held: str
    ) -> None:
        exports = small(tmp_path / "e.csv", "E1,2026-01-05,071331,CN,10", line)
        imports = small(tmp_path / "i.csv", "I1,2026-01-09,071331,MM,10")
        error = refusal(run("reconcile", exports, imports, "--out", tmp_path / "cases.csv"))
        assert error.exit_code == 2
        assert error.faults[0].where == place
        assert held in error.faults[0].message
        assert not (tmp_path / "cases.csv").exists()

    def test_a_missing_column_is_named(self, run: Run, tmp_path: Path) -> None:
        exports = tmp_path / "e.csv"
        exports.write_text("id,date,partner\nE1,2026-01-05,CN\n")
        imports = small(tmp_path / "i.csv", "I1,2026-01-09,071331,MM,10")
        assert "hs" in str(refusal(run("reconcile", exports, imports, "--out", tmp_path / "c.csv")))

    def test_an_id_that_stands_twice_is_named(self, run: Run, tmp_path: Path) -> None:
        line = "E1,2026-01-05,071331,CN,10"
        imports = small(tmp_path / "i.csv", "I1,2026-01-09,071331,MM,10")
        exports = small(tmp_path / "e.csv", line, line)
        error = refusal(run("reconcile", exports, imports, "--out", tmp_path / "c.csv"))
        assert "E1" in error.faults[0].where

    def test_a_result_of_another_kind_or_place_is_refused_before_the_work(
        self, run: Run, corridor: Files, tmp_path: Path
    ) -> None:
        given = ("reconcile", corridor.exports, corridor.imports, "--out")
        assert "neither CSV nor Parquet" in str(refusal(run(*given, tmp_path / "cases.xlsx")))
        assert "no folder" in str(refusal(run(*given, tmp_path / "none" / "cases.csv")))


class TestCalibrate:
    def test_what_was_learned_serves_the_next_run(self, run: Run, corridor: Files, tmp_path: Path) -> None:
        learned = tmp_path / "calibration.json"
        files = (corridor.exports, corridor.imports, "--rates", corridor.rates)
        done = run("calibrate", *files, "--out", learned, "--json")
        assert done.exit_code == 0
        content = json.loads(done.stdout)
        assert 1_040 <= content["margin"]["middle"] <= 1_080
        assert content == json.loads(learned.read_text())
        used = run("reconcile", *files, "--calibration", learned, "--out", tmp_path / "c.csv", "--json")
        assert json.loads(used.stdout)["calibration"] == content

    @pytest.mark.parametrize("content", ["{}", "[1]", "no json", '{"version": 1}'])
    def test_what_is_no_calibration_is_refused(
        self, run: Run, corridor: Files, tmp_path: Path, content: str
    ) -> None:
        path = tmp_path / "calibration.json"
        path.write_text(content)
        files = (corridor.exports, corridor.imports, "--out", tmp_path / "c.csv", "--calibration", path)
        assert "holds no calibration" in str(refusal(run("reconcile", *files)))
