"""Databases with every table of this release: for real nodes, and for the tests that share a process.

What is in them depends on nothing but the sources: SQLite's is kept below ``var`` until they change,
PostgreSQL's for one run, and both are copied.
"""

import atexit
import contextlib
import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "prepared"
# Test processes inherit the name from the one that started them, which drops the database at the end.
NAME = os.environ.setdefault("TESTS_PREPARED_DATABASE", f"isthmus_prepared_{os.getpid()}")


def fill(home: Path, database: str) -> None:
    """Put the tables into the database of a node that is about to be made.

    ``database`` is the address of an empty one, or empty itself for SQLite in ``home``.
    """
    if database:
        make_postgres(database, urlsplit(database).path.removeprefix("/"), template=on_server(database))
    else:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        copy_file(home / "node.sqlite3")


def copy_file(target: Path) -> None:
    """Write a SQLite database without rows in the place of what is there."""
    with _one_at_a_time():
        for name in (target.name, f"{target.name}-wal", f"{target.name}-shm"):
            target.with_name(name).unlink(missing_ok=True)
        shutil.copyfile(_in_file(), target)


_THREADS = threading.Lock()


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """One thread of one test process."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with _THREADS, (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _in_file() -> Path:
    place = KEPT / f"{_fingerprint()}.sqlite3"
    if not place.exists():
        for old in KEPT.glob("*.sqlite3"):
            old.unlink()
        with tempfile.TemporaryDirectory(dir=KEPT) as folder:
            _make_tables(Path(folder), "")
            (Path(folder) / "node.sqlite3").replace(place)
    return place


@cache
def _fingerprint() -> str:
    """Of all that the tables come from: migrations import the sources and run on what is installed."""
    found = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    for path in [ROOT / "requirements.lock", *sorted((ROOT / "src").rglob("*.py"))]:
        found.update(f"{path.relative_to(ROOT)} ".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def on_server(address: str) -> str:
    """The name of the prepared database on the server of an address."""
    return _on_server(_maintenance(address))


@cache
def _on_server(server: str) -> str:
    import psycopg

    _SERVERS.add(server)
    with _one_at_a_time(), psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            draft = make_postgres(server, f"{NAME}_draft")
            with tempfile.TemporaryDirectory() as folder:
                _make_tables(Path(folder), draft)
            statement = f'ALTER DATABASE "{NAME}_draft" RENAME TO "{NAME}"'
            connection.execute(statement)  # type: ignore[arg-type]  # our own names
    return NAME


def environment(home: Path, database: str) -> dict[str, str]:
    """For a process that makes the tables of a node that is none yet, at an address or in ``home``."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "isthmus.node.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "ISTHMUS_HOME": str(home),
        "ISTHMUS_NODE_ID": "zz",
        "ISTHMUS_NODE_NAME": "No node",
        "ISTHMUS_URL": "http://localhost:1",
        "ISTHMUS_DATABASE": database,
    }


def _make_tables(home: Path, database: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "isthmus.node", "migrate"],
        env=environment(home, database),
        check=True,
        capture_output=True,
        cwd=ROOT,
    )


_SERVERS: set[str] = set()


@atexit.register
def discard() -> None:
    """Drop what was prepared on servers if this process named it; called when all others have ended."""
    import psycopg

    if f"isthmus_prepared_{os.getpid()}" != NAME:
        return
    if asked := os.environ.get("ISTHMUS_TEST_DATABASE"):
        _SERVERS.add(_maintenance(asked))
    while _SERVERS:
        server = _SERVERS.pop()
        # A server that has ended meanwhile took it along.
        with contextlib.suppress(psycopg.OperationalError):
            drop_postgres(server, NAME)
            drop_postgres(server, f"{NAME}_draft")


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
