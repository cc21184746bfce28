"""The gates of others' programs, each shown to fail in a copy where something was planted."""

import shutil
import subprocess
from pathlib import Path

import pytest

from isthmus.node.checks import tools

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's configuration and sources, to be broken."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / "run.py", folder)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    return folder


@pytest.fixture
def plant(copy: Path):
    """Add a line to a module of the copy, and take it away again."""
    changed: list[tuple[Path, str]] = []

    def add(module: str, line: str) -> None:
        path = copy / "src" / "isthmus" / module
        changed.append((path, path.read_text(encoding="utf-8")))
        path.write_text(changed[-1][1] + f"\n{line}\n", encoding="utf-8")

    yield add
    for path, text in changed:
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("module", "line", "contract", "culprit"),
    [
        ("wire/codec.py", "import isthmus.exchange", "Imports go downwards", "isthmus.wire"),
        ("jobs/rules.py", "import isthmus.ui", "Imports go downwards", "isthmus.jobs.rules"),
        ("wire/codec.py", "import django", "The wire and the kit are free of Django", "isthmus.wire.codec"),
        ("jobs/rules.py", "import django.db", "Rules are free of Django", "isthmus.jobs.rules"),
        (
            "apps/etrade/records/parts.py",
            "import django.db",
            "Records and formats",
            "isthmus.apps.etrade.records.parts",
        ),
    ],
)
def test_a_broken_layer_is_named(copy: Path, plant, module: str, line: str, contract: str, culprit: str):
    plant(module, line)
    said = tools.import_linter(copy)
    assert any(sentence.startswith(contract) and sentence.endswith("BROKEN") for sentence in said)
    assert any(culprit in sentence for sentence in said)


def test_an_application_that_imports_another_is_named(copy: Path):
    other = copy / "src" / "isthmus" / "apps" / "planted"
    other.mkdir()
    try:
        (other / "__init__.py").write_text("import isthmus.apps.etrade\n")
        said = tools.import_linter(copy)
    finally:
        shutil.rmtree(other)
    assert any(sentence.startswith("No application imports another") for sentence in said)


def test_a_new_folder_outside_the_layers_is_named(copy: Path):
    other = copy / "src" / "isthmus" / "annex"
    other.mkdir()
    try:
        (other / "__init__.py").write_text("")
        said = tools.import_linter(copy)
    finally:
        shutil.rmtree(other)
    assert any("annex" in sentence for sentence in said)


def test_lint_and_format_are_told_by_file_and_line(copy: Path, plant):
    plant("kit/text.py", "import os; x = 'a'")
    assert any("src/isthmus/kit/text.py" in line and "F401" in line for line in tools.ruff(copy))
    assert any("src/isthmus/kit/text.py" in line for line in tools.ruff_format(copy))


def test_a_wrong_type_is_told_by_file_and_line(tmp_path: Path):
    package = tmp_path / "src" / "small"
    package.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.mypy]\nstrict = true\n")
    (tmp_path / "run.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "sums.py").write_text("def half(number: int) -> int:\n    return number / 2\n")
    said = tools.mypy(tmp_path)
    assert len(said) == 1
    assert said[0].startswith("src/small/sums.py:2: error:")


def test_a_model_without_its_migration_is_named(copy: Path, plant, monkeypatch: pytest.MonkeyPatch):
    plant("jobs/models.py", "Job.add_to_class('colour', models.TextField(default=''))")
    monkeypatch.setenv("PYTHONPATH", str(copy / "src"))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    monkeypatch.setattr(tools, "ROOT", copy)
    assert any("colour" in line for line in tools.migrations())


def test_of_a_traceback_only_the_end_is_told(monkeypatch: pytest.MonkeyPatch):
    talk = 'before\nTraceback (most recent call last):\n  File "x", line 1\n    import y\nImportError: no y\n'
    done = subprocess.CompletedProcess([], 1, "", talk)
    monkeypatch.setattr(tools.subprocess, "run", lambda *_, **__: done)
    assert tools.django_check() == ["before", "ImportError: no y"]


def test_a_program_that_fails_silently_has_still_failed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tools.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 7, "", ""))
    assert tools.findings_of(["judge"]) == ["judge ended with 7"]
