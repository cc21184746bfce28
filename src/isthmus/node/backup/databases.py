"""The database of a node as one file: taken from a running node, looked at, put back."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from isthmus.kit.errors import BadInput, Conflict, Fault
from isthmus.node.backup.manifest import LogState
from isthmus.wire.merkle import Frontier

_PAGES_AT_ONCE = 2000
_LEAVES = 'SELECT "index", leaf FROM exchange_logentry ORDER BY "index"'
_MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a database holds: the migrations that made it, and the log computed from its leaves."""

    migrations: tuple[str, ...]
    log: LogState


def is_sqlite(address: str) -> bool:
    """Whether an address names a SQLite file."""
    return urlsplit(address).scheme == "sqlite"


def sqlite_path(address: str) -> Path:
    """The file that a SQLite address names."""
    return Path(unquote(urlsplit(address).path.removeprefix("/")))


def _as_hex(leaf: object) -> str:
    return leaf.hex() if isinstance(leaf, bytes) else str(leaf)


def _log_of(leaves: Iterator[tuple[int, str]]) -> LogState:
    frontier = Frontier()
    for index, leaf in leaves:
        if index != frontier.size:
            raise _wrong(f"entry {frontier.size} of its log is missing")
        frontier, _ = frontier.append(bytes.fromhex(leaf))
    return LogState(size=frontier.size, root=frontier.root().hex())


def _wrong(what: str) -> BadInput:
    return BadInput(
        "backup.database",
        f"The database in the backup is not whole: {what}.",
        next_step="Take an older backup, and run `isthmus log verify` on the node if it still runs.",
    )


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy of a database that others write to meanwhile (SQLite's online backup)."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=60)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        # The open read keeps all steps in one state of the database; without it each write starts them anew.
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        live.backup(copy, pages=_PAGES_AT_ONCE)
        live.rollback()
        # One file, without a journal beside it.
        copy.execute("PRAGMA journal_mode=DELETE").fetchall()
    with target.open("rb") as file:
        os.fsync(file.fileno())


def look_into_sqlite(path: Path) -> Snapshot:
    """Check a copy from its pages to its log. BadInput ``backup.database`` where it is not whole."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
            (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise _wrong(str(verdict))
            if broken := database.execute("PRAGMA foreign_key_check").fetchone():
                raise _wrong(f"a row of {broken[0]} points nowhere")
            migrations = tuple(f"{app}.{name}" for app, name in database.execute(_MIGRATIONS))
            log = _log_of((index, _as_hex(leaf)) for index, leaf in database.execute(_LEAVES))
    except sqlite3.Error as error:
        raise _wrong(str(error)) from error
    return Snapshot(migrations, log)


def postgres_tool(name: str) -> str:
    """The path of a client program of PostgreSQL; Fault that says what to install."""
    found = shutil.which(name)
    if found is None:
        raise Fault(
            "backup.no-client",
            f"{name} is not installed on this machine.",
            next_step="Install the PostgreSQL client of the server's version, on Debian "
            "`apt install postgresql-client`, and try again.",
        )
    return found


def postgres_environment(address: str) -> dict[str, str]:
    """Where a client program finds the database. The password goes by the environment, not by arguments."""
    parts = urlsplit(address)
    given = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.removeprefix("/")),
    }
    # Times in the copied text do not depend on where this machine stands.
    return {**os.environ, **{name: value for name, value in given.items() if value}, "PGTZ": "UTC"}


def run_postgres(arguments: list[str], address: str) -> bytes:
    """Run a client program to its end; Fault with its own words where it fails."""
    done = subprocess.run(  # noqa: S603  a program found on the path, with arguments of our own
        arguments, env=postgres_environment(address), capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Fault(
            "backup.postgres",
            f"{Path(arguments[0]).name} failed: {said[-1] if said else 'it says nothing'}",
            next_step="See that the server runs and that the client is of its version or newer.",
        )
    return done.stdout


def copy_postgres(address: str, target: Path) -> None:
    """A consistent copy of a database that others write to meanwhile (pg_dump's own snapshot)."""
    # Not compressed: the archive around it is.
    run_postgres(
        [
            postgres_tool("pg_dump"),
            "--format=custom",
            "--compress=0",
            "--no-owner",
            "--no-privileges",
            f"--file={target}",
        ],
        address,
    )
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _copied_rows(path: Path, table: str, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Rows of one table of a dump, as pg_restore writes them for COPY (text, tab between columns)."""
    with subprocess.Popen(  # noqa: S603  as above
        [postgres_tool("pg_restore"), "--data-only", f"--table={table}", "--file=-", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as reader:
        assert reader.stdout is not None
        assert reader.stderr is not None
        places: list[int] = []
        for line in reader.stdout:
            if line.startswith(f"COPY public.{table} "):
                listed = [name.strip(' "') for name in line.partition("(")[2].partition(")")[0].split(",")]
                places = [listed.index(column) for column in columns]
            elif line.rstrip("\n") == "\\.":
                places = []
            elif places:
                values = line.rstrip("\n").split("\t")
                yield tuple(values[place] for place in places)
        said = reader.stderr.read().strip()
    if reader.returncode:
        raise _wrong(said or "pg_restore cannot read it")


def look_into_postgres(path: Path) -> Snapshot:
    """Read a dump from its first to its last table. BadInput ``backup.database`` where it is not whole."""
    done = subprocess.run(  # noqa: S603  as above
        [postgres_tool("pg_restore"), f"--file={os.devnull}", str(path)], capture_output=True, check=False
    )
    if done.returncode:
        raise _wrong(done.stderr.decode("utf-8", "replace").strip() or "pg_restore cannot read it")
    migrations = sorted(
        f"{app}.{name}" for app, name in _copied_rows(path, "django_migrations", ("app", "name"))
    )
    leaves = sorted(
        (int(index), leaf.removeprefix("\\\\x"))
        for index, leaf in _copied_rows(path, "exchange_logentry", ("index", "leaf"))
    )
    return Snapshot(tuple(migrations), _log_of(iter(leaves)))


def check_empty(address: str) -> None:
    """Conflict where something stands already in the database that a backup is to be put into."""
    if is_sqlite(address):
        path = sqlite_path(address)
        if path.exists():
            raise _living(str(path), "Move it away")
        return
    counted = run_postgres(
        [
            postgres_tool("psql"),
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
            "--command=SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'",
        ],
        address,
    )
    if counted.strip() != b"0":
        name = urlsplit(address).path.removeprefix("/")
        raise _living(f"the database {name}", "Rename it and create an empty one of this name")


def _living(what: str, to_do: str) -> Conflict:
    return Conflict(
        "restore.living",
        f"There is something in {what} already; a restore writes over nothing.",
        next_step=f"{to_do}, or name another database with --database.",
    )


def put_into_postgres(path: Path, address: str) -> None:
    """Fill an empty database from a dump, in one transaction: all of it or nothing."""
    run_postgres(
        [
            postgres_tool("pg_restore"),
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            f"--dbname={postgres_environment(address)['PGDATABASE']}",
            str(path),
        ],
        address,
    )
