"""A new node's tables are made at once, and are those that its migrations make one after the other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import tables
from tests.processes.databases import ROOT, drop_postgres, make_postgres

pytestmark = pytest.mark.processes

SERVER = os.environ.get("ISTHMUS_TEST_DATABASE", "")
AT_ONCE = ("-m", "isthmus.node", "migrate")
ONE_BY_ONE = (
    "import django; django.setup(set_prefix=False);"
    "from django.core.management import call_command; call_command('migrate', verbosity=0)"
)

OTHERWISE = {"auth_group_permissions"}
"""Django's own: PostgreSQL numbers its rows with 8 bytes by the migrations, with 4 at once. Both do."""


CUT_OFF = (
    "import os, django; django.setup(set_prefix=False);"
    "from isthmus.node import fresh; fresh.emit_post_migrate_signal = lambda **_: os._exit(9);"
    "fresh.make_tables()"
)


def run(home: Path, database: str, *command: str, code: int = 0) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
    own = {
        "DJANGO_SETTINGS_MODULE": "isthmus.node.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "ISTHMUS_HOME": str(home),
        "ISTHMUS_NODE_ID": "zz",
        "ISTHMUS_NODE_NAME": "No node",
        "ISTHMUS_URL": "http://localhost:1",
        "ISTHMUS_DATABASE": database,
    }
    done = subprocess.run(
        [sys.executable, *command],
        env={**inherited, **own},
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
    )
    assert done.returncode == code, done.stderr


def made(folder: Path, name: str, *command: str, cut_off: bool = False) -> tables.Tables:
    """What the command makes of an empty database, or of one where making the tables was cut off."""
    home = folder / name
    home.mkdir()
    if not SERVER:
        if cut_off:
            run(home, "", "-c", CUT_OFF, code=9)
        run(home, "", *command)
        return tables.of_sqlite(str(home / "node.sqlite3"))
    database = f"isthmus_{name}_{os.getpid()}"
    address = make_postgres(SERVER, database)
    try:
        if cut_off:
            run(home, address, "-c", CUT_OFF, code=9)
        run(home, address, *command)
        return tables.of_postgres(address)
    finally:
        drop_postgres(SERVER, database)


def test_they_are_those_of_the_migrations(tmp_path: Path) -> None:
    at_once = made(tmp_path, "at_once", *AT_ONCE)
    one_by_one = made(tmp_path, "one_by_one", "-c", ONE_BY_ONE)
    assert len(at_once) > 150
    assert at_once.keys() == one_by_one.keys()
    others = {name for name in at_once if at_once[name] != one_by_one[name]} - OTHERWISE
    assert {name: at_once[name] for name in others} == {name: one_by_one[name] for name in others}


def test_they_are_made_whole_or_not_at_all(tmp_path: Path) -> None:
    cut_off = made(tmp_path, "cut_off", *AT_ONCE, cut_off=True)
    assert cut_off == made(tmp_path, "at_once", *AT_ONCE)
