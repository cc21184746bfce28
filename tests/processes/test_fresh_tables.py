"""A new node's tables are made at once, and are those that its migrations make one after the other."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.processes import tables
from tests.processes.databases import drop_postgres, environment, make_postgres

pytestmark = pytest.mark.processes

SERVER = os.environ.get("ISTHMUS_TEST_DATABASE", "")
AT_ONCE = ("-m", "isthmus.node", "migrate")
ONE_BY_ONE = ("-m", "django", "migrate", "--verbosity=0")
CUT_OFF_TEXT = """
import os
import django
django.setup(set_prefix=False)
from isthmus.node import fresh
fresh.emit_post_migrate_signal = lambda **_: os._exit(9)
fresh.make_tables()
"""
CUT_OFF = ("-c", CUT_OFF_TEXT)

OTHERWISE = {"auth_group_permissions"}
"""Django's own: PostgreSQL numbers its rows with 8 bytes by the migrations, with 4 at once. Both do."""


def run(home: Path, database: str, command: Sequence[str]) -> int:
    done = subprocess.run(
        [sys.executable, *command],
        env=environment(home, database),
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
    )
    return done.returncode


def made(folder: Path, name: str, *commands: Sequence[str]) -> tuple[tables.Tables, list[int]]:
    """What the commands make of an empty database, one after the other, and how each ended."""
    home = folder / name
    home.mkdir()
    if not SERVER:
        codes = [run(home, "", command) for command in commands]
        return tables.of_sqlite(str(home / "node.sqlite3")), codes
    database = f"isthmus_{name}_{os.getpid()}"
    address = make_postgres(SERVER, database)
    try:
        codes = [run(home, address, command) for command in commands]
        return tables.of_postgres(address), codes
    finally:
        drop_postgres(SERVER, database)


def test_they_are_those_of_the_migrations(tmp_path: Path) -> None:
    at_once, told = made(tmp_path, "at_once", AT_ONCE)
    one_by_one, also_told = made(tmp_path, "one_by_one", ONE_BY_ONE)
    assert told == also_told == [0]
    assert len(at_once) > 150
    assert at_once.keys() == one_by_one.keys()
    others = {name for name in at_once if at_once[name] != one_by_one[name]} - OTHERWISE
    assert {name: at_once[name] for name in others} == {name: one_by_one[name] for name in others}


def test_they_are_made_whole_or_not_at_all(tmp_path: Path) -> None:
    cut_off, told = made(tmp_path, "cut_off", CUT_OFF, AT_ONCE)
    assert told == [9, 0]
    assert cut_off == made(tmp_path, "at_once", AT_ONCE)[0]
