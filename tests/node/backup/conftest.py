"""A node's home on SQLite, and a backup of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from isthmus.kit.config import Config, read_config
from tests.node.backup.locked import make
from tests.processes.nodes import ROOT


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a node on SQLite, as `isthmus init` makes it."""
    home = tmp_path_factory.mktemp("node") / "mm"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
    words = ["init", "--id", "mm", "--name", "Test node mm", "--url", "http://localhost:8000"]
    subprocess.run(
        [sys.executable, "-m", "isthmus.node", *words],
        env={
            **clean,
            "ISTHMUS_HOME": str(home),
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "isthmus.node.settings",
        },
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    return home


@pytest.fixture
def config(made_home: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> Config:
    """This process speaks for that node; what it notes goes into the test's own database."""
    found = read_config({"ISTHMUS_HOME": str(made_home)})
    monkeypatch.setattr(settings, "ISTHMUS", found)
    (made_home / "last-backup").unlink(missing_ok=True)
    return found


@pytest.fixture
def backup(config: Config, tmp_path: Path) -> Path:
    return make(tmp_path / "mm.backup").path


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.rglob("*.part"))
