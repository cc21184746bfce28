"""The gates that are programs of others: ruff, mypy, import-linter, and Django's own look at migrations."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from isthmus.node.checks.gate import ROOT

_PROGRAMS = Path(sys.executable).parent
PLACES = ("src", "tests", "bench", "run.py")


def findings_of(
    command: Sequence[str], *, folder: Path = ROOT, environment: Mapping[str, str] | None = None
) -> list[str]:
    """Run a program; what it says if it fails, nothing if it succeeds."""
    done = subprocess.run(  # noqa: S603 - the commands are those of this file
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return []
    lines = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
    return [line for line in lines if line] or [f"{command[0]} ended with {done.returncode}"]


def _present(folder: Path) -> list[str]:
    return [place for place in PLACES if (folder / place).exists()]


def ruff(folder: Path = ROOT) -> list[str]:
    """Lint; one line a finding."""
    command = [sys.executable, "-m", "ruff", "check", "--output-format", "concise", *_present(folder)]
    return findings_of(command, folder=folder)


def ruff_format(folder: Path = ROOT) -> list[str]:
    """Whether every file is in the one format."""
    command = [sys.executable, "-m", "ruff", "format", "--check", "--output-format", "concise"]
    return findings_of([*command, *_present(folder)], folder=folder)


def mypy(folder: Path = ROOT) -> list[str]:
    """Types, strictly, with Django's models understood."""
    # Without a cache: one that others write at the same time, or from before a module was added, tells lies.
    options = ["--no-error-summary", "--no-color-output", "--cache-dir", os.devnull]
    return findings_of([sys.executable, "-m", "mypy", *options, "src", "run.py"], folder=folder)


def import_linter(folder: Path = ROOT) -> list[str]:
    """Layers: which contract is broken, and by which import."""
    environment = {"PYTHONPATH": str(folder / "src"), "COLUMNS": "200"}
    program = str(_PROGRAMS / "lint-imports")
    said = findings_of([sys.executable, program, "--no-cache"], folder=folder, environment=environment)
    shown = [line for line in said if re.search(r"\w", line) and " KEPT" not in line]
    if said and not shown:
        return ["import-linter failed without a word"]
    return shown


def _without_traceback(lines: list[str]) -> list[str]:
    """Of a traceback only what it says at the end: the rest is machinery."""
    start = next((number for number, line in enumerate(lines) if line.startswith("Traceback")), None)
    if start is None:
        return lines
    ends = [number for number, line in enumerate(lines) if number > start and not line.startswith(" ")]
    return lines[:start] + (lines[ends[0] :] if ends else [])


def _django(*arguments: str) -> list[str]:
    return _without_traceback(findings_of([sys.executable, "-m", "django", *arguments, "--no-color"]))


def migrations() -> list[str]:
    """Whether the models say the same as the committed migrations."""
    return _django("makemigrations", "--check", "--dry-run")


def django_check() -> list[str]:
    """Django's own system checks, warnings included."""
    return _django("check", "--fail-level", "WARNING")
