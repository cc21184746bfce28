"""Databases of real nodes, with every migration applied before a node is made.

Applying the migrations takes some three seconds a node, and nothing about them differs between nodes: a
database without rows is made once a test process, and copied.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]


def fill(home: Path, database: str) -> None:
    """Put the tables into the database of a node that is about to be made.

    ``database`` is the address of an empty one, or empty itself for SQLite in ``home``.
    """
    if database:
        with _ONE_AT_A_TIME:
            template = _on_server(_maintenance(database))
        make_postgres(database, urlsplit(database).path.removeprefix("/"), template=template)
    else:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _ONE_AT_A_TIME:
            empty = _in_file()
        shutil.copyfile(empty, home / "node.sqlite3")


_ONE_AT_A_TIME = threading.Lock()


@cache
def _in_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="isthmus-prepared-"))
    _at_the_end(lambda: shutil.rmtree(folder, ignore_errors=True))
    _migrate(folder, "")
    return folder / "node.sqlite3"


@cache
def _on_server(server: str) -> str:
    name = f"isthmus_prepared_{os.getpid()}"
    _at_the_end(lambda: drop_postgres(server, name))
    address = make_postgres(server, name)
    with tempfile.TemporaryDirectory() as folder:
        _migrate(Path(folder), address)
    return name


def _migrate(home: Path, database: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
    subprocess.run(
        [sys.executable, "-m", "isthmus.node", "migrate"],
        env={
            **inherited,
            "DJANGO_SETTINGS_MODULE": "isthmus.node.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "ISTHMUS_HOME": str(home),
            "ISTHMUS_NODE_ID": "zz",
            "ISTHMUS_NODE_NAME": "No node",
            "ISTHMUS_URL": "http://localhost:1",
            "ISTHMUS_DATABASE": database,
        },
        check=True,
        capture_output=True,
        cwd=ROOT,
    )


_LEFT: list[Callable[[], None]] = []


def _at_the_end(remove: Callable[[], None]) -> None:
    if not _LEFT:
        atexit.register(discard)
    _LEFT.append(remove)


def discard() -> None:
    """Remove what was prepared. Test processes of xdist end without their exit functions and call it."""
    while _LEFT:
        _LEFT.pop()()


def make_postgres(server: str, name: str, *, template: str = "template1") -> str:
    """A fresh database on the server that ``server`` names, a copy of another; returns its address."""
    import psycopg

    with psycopg.connect(_maintenance(server), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]  # our own name
        statement = f'CREATE DATABASE "{name}" TEMPLATE "{template}"'
        connection.execute(statement)  # type: ignore[arg-type]  # our own names
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def drop_postgres(server: str, name: str) -> None:
    """Drop a database of a test, whoever is still connected."""
    import psycopg

    with psycopg.connect(_maintenance(server), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]  # our own name


def _maintenance(server: str) -> str:
    return urlsplit(server)._replace(path="/postgres").geturl()
