"""The database: whether it answers, has every table, and keeps what it was given."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from isthmus.node.checkup.finding import Finding
from isthmus.node.schema import Schema, schema

OLDEST_POSTGRESQL = 14
OLDEST_SQLITE = (3, 37, 0)
"""3.37 keeps no writer waiting behind a checkpoint of the WAL; Debian 12 has 3.40."""


def database() -> Iterator[Finding]:
    """Whether the database answers and has every table; nothing else can be looked at where it does not."""
    what = _("Database")
    try:
        connection.ensure_connection()
        found = schema()
    except DatabaseError as error:
        advice = _("Look whether the server runs and ISTHMUS_DATABASE is right.")
        yield Finding("fault", what, _("It does not answer: %(error)s") % {"error": error}, advice)
        return
    yield from _tables(what, found)
    yield from durability()
    yield from upkeep()


def _tables(what: str, found: Schema) -> Iterator[Finding]:
    if found.unknown:
        said = _("A newer release has made it: %(names)s.") % {"names": ", ".join(found.unknown)}
        yield Finding("fault", what, said, _("Install the release that last ran here."))
    elif found.missing:
        said = _("%(count)d migrations are missing.") % {"count": len(found.missing)}
        yield Finding("fault", what, said, _("Run `isthmus upgrade`."))
    else:
        yield Finding("ok", what, _("It answers and is up to date (%(kind)s).") % {"kind": connection.vendor})


def _setting(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def durability() -> Iterator[Finding]:
    """Whether what was committed is still there after a power cut."""
    yield from _sqlite() if connection.vendor == "sqlite" else _postgresql()


def _sqlite() -> Iterator[Finding]:
    what = _("Durability")
    mode, synchronous = _setting("PRAGMA journal_mode"), _setting("PRAGMA synchronous")
    if mode != "wal" or synchronous not in {"2", "3"}:
        found = _("SQLite runs with journal_mode=%(mode)s, synchronous=%(synchronous)s.") % {
            "mode": mode,
            "synchronous": synchronous,
        }
        advice = _("Put the database on a local disk: WAL does not work on a network file system.")
        yield Finding("fault", what, found, advice)
    elif sqlite3.sqlite_version_info < OLDEST_SQLITE:
        found = _("SQLite %(version)s is old.") % {"version": sqlite3.sqlite_version}
        yield Finding("warning", what, found, _("Use the Python of a newer system."))
    else:
        found = _("SQLite %(version)s, WAL, synchronous FULL.") % {"version": sqlite3.sqlite_version}
        yield Finding("ok", what, found)


def _postgresql() -> Iterator[Finding]:
    what = _("Durability")
    version = int(_setting("SHOW server_version_num")) // 10_000
    if version < OLDEST_POSTGRESQL:
        found = _("PostgreSQL %(version)d is too old.") % {"version": version}
        advice = _("Use PostgreSQL %(version)d or newer.") % {"version": OLDEST_POSTGRESQL}
        yield Finding("fault", what, found, advice)
    wanted = ("fsync", "synchronous_commit", "full_page_writes")
    off = [name for name in wanted if _setting(f"SHOW {name}") == "off"]
    if off:
        found = _("PostgreSQL runs with %(settings)s: a receipt can outlive its record at a power cut.") % {
            "settings": ", ".join(f"{name}=off" for name in off)
        }
        advice = _("Remove these lines from postgresql.conf and run `sudo systemctl reload postgresql`.")
        yield Finding("fault", what, found, advice)
    elif version >= OLDEST_POSTGRESQL:
        yield Finding("ok", what, _("PostgreSQL %(version)d keeps what it commits.") % {"version": version})


def _tables_left_alone() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND reloptions && ARRAY['autovacuum_enabled=false', 'autovacuum_enabled=off',"
            " 'autovacuum_enabled=no', 'autovacuum_enabled=0'] ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def upkeep() -> Iterator[Finding]:
    """Whether PostgreSQL cleans and counts its tables by itself; SQLite needs none of it."""
    if connection.vendor != "postgresql":
        return
    what = _("Upkeep of the database")
    off = [name for name in ("autovacuum", "track_counts") if _setting(f"SHOW {name}") == "off"]
    alone = _tables_left_alone()
    if off:
        found = _("PostgreSQL runs with %(settings)s: searching becomes several times slower.") % {
            "settings": ", ".join(f"{name}=off" for name in off)
        }
        advice = _(
            "Remove these lines from postgresql.conf, run `sudo systemctl reload postgresql`, then"
            " `VACUUM (ANALYZE)` once in the node's database."
        )
        yield Finding("warning", what, found, advice)
    if alone:
        found = _("Autovacuum is off for: %(tables)s.") % {"tables": ", ".join(alone)}
        advice = _("Run `ALTER TABLE %(table)s RESET (autovacuum_enabled)` for each, as the node's user.") % {
            "table": alone[0]
        }
        yield Finding("warning", what, found, advice)
    if not off and not alone:
        yield Finding("ok", what, _("PostgreSQL cleans and counts its tables by itself (autovacuum)."))


def size_bytes() -> int | None:
    """How large the database is; None where it cannot be told."""
    try:
        if connection.vendor == "sqlite":
            name = Path(str(connection.settings_dict["NAME"]))
            return sum(
                path.stat().st_size for path in (name, name.with_name(name.name + "-wal")) if path.is_file()
            )
        return int(_setting("SELECT pg_database_size(current_database())"))
    except (DatabaseError, OSError):
        return None
