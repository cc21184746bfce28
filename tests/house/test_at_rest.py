"""A node at rest is light: what is heavy is imported where it is used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("numba", "duckdb", "ibis", "pvlib", "numpy", "pandas", "pyarrow", "scipy", "playwright", "docxtpl")
LOADED = f"""
import sys
{{first}}
print(" ".join(name for name in {HEAVY!r} if name in sys.modules))
"""
SERVE = (
    "import django; django.setup(); from importlib import import_module; import_module('isthmus.node.urls')"
)


def loaded_by(first: str, home: Path) -> list[str]:
    """Which heavy modules a fresh interpreter holds after these statements."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
    settings = {"DJANGO_SETTINGS_MODULE": "isthmus.node.settings", "ISTHMUS_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(first=first)],
        env={**clean, **settings, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_node_that_serves_pages_has_loaded_nothing_heavy(tmp_path: Path):
    assert loaded_by(SERVE, tmp_path) == []


def test_the_search_sees_what_is_loaded(tmp_path: Path):
    assert loaded_by("sys.modules['numba'] = sys", tmp_path) == ["numba"]


@pytest.mark.parametrize("module", ["isthmus.wire.verify", "isthmus.kit.errors"])
def test_evidence_is_verified_without_django(tmp_path: Path, module: str):
    check = f"import {module}; assert 'django' not in sys.modules; assert 'sqlite3' not in sys.modules"
    assert loaded_by(check, tmp_path) == []
