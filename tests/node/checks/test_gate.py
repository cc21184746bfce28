"""How gates are run: all of them, each with its verdict, a summary that says what to do."""

import io
from collections.abc import Sequence

import pytest
from click.testing import CliRunner

from isthmus.node.checks.gate import Gate, run_gates
from isthmus.node.checks.run import command, gates


def breaks() -> Sequence[str]:
    raise RuntimeError("no disk")


def test_all_gates_run_and_the_summary_says_what_to_do():
    out = io.StringIO()
    planned = (
        Gate("first", list, "never shown"),
        Gate("second", lambda: ["line 3 is wrong"], "Mend line 3.", apart=True),
        Gate("third", breaks, "Find a disk."),
        Gate("fourth", list, "never shown", apart=True),
    )
    assert run_gates(planned, out) == 1
    lines = [line.split(" (")[0] for line in out.getvalue().splitlines()]
    assert lines == [
        "ok     first",
        "FAILED second",
        "       line 3 is wrong",
        "FAILED third",
        "       the gate itself broke: RuntimeError: no disk",
        "ok     fourth",
        "2 of 4 gates failed. What to do:",
        "  second: Mend line 3.",
        "  third: Find a disk.",
    ]


def test_when_all_pass_one_line_says_so():
    out = io.StringIO()
    assert run_gates((Gate("only", list, ""),), out) == 0
    assert out.getvalue().splitlines()[-1] == "All 1 gates passed."


def test_every_gate_has_a_name_and_an_advice():
    names = [gate.name for gate in gates()]
    assert len(set(names)) == len(names)
    assert {"ruff", "format", "layers", "types", "migrations", "schemas", "unmarked-text", "locks"} <= set(
        names
    )
    assert all(gate.advice.endswith(".") for gate in gates())


def test_gates_are_run_by_name_and_an_unknown_name_is_bad_input(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("django.setup", lambda: None)
    assert CliRunner().invoke(command, ["licences"]).output.startswith("ok     licences")
    unknown = CliRunner().invoke(command, ["taste"])
    assert unknown.exit_code == 2
    assert "There is no gate taste" in unknown.output
