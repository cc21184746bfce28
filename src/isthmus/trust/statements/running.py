"""Running a statement on this thread's connection, with as little as possible before the driver."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper


class _Here(threading.local):
    """This thread's connection itself: each look through Django's proxies costs as much as reading a row."""

    def __init__(self) -> None:
        self.database: BaseDatabaseWrapper = connections[DEFAULT_DB_ALIAS]
        self.debug = settings.DEBUG


here = _Here()


def _in_driver_words(statement: str, vendor: str) -> str:
    return statement.replace("%s", "?").replace("%%", "%") if vendor == "sqlite" else statement


def run(
    database: BaseDatabaseWrapper, statement: "Words", parameters: Sequence[Any], *, rows: bool
) -> tuple[list[Any], int]:
    """Rows and their number, straight from the driver: Django's cursor costs three times what SQLite does.

    What the cursor guards stays guarded: a broken transaction, and errors in Django's classes. Where somebody
    listens to the statements, it is used.
    """
    if database.execute_wrappers or database.force_debug_cursor or here.debug:
        with database.cursor() as cursor:
            cursor.execute(statement.django, parameters)
            return (cursor.fetchall() if rows else []), cursor.rowcount
    if database.connection is None or database.health_check_enabled:  # type: ignore[attr-defined]  # missing in the stubs
        database.close_if_health_check_failed()
        database.ensure_connection()
    if database.needs_rollback:
        database.validate_no_broken_transaction()
    try:
        found = database.connection.execute(statement.driver, parameters)
        return (found.fetchall() if rows else []), found.rowcount
    except Exception:
        with database.wrap_database_errors:
            raise


_EPOCH_ZONE = "+00:00"


def text_of(moment: datetime | None) -> str | None:
    """A time as Django writes it into SQLite."""
    if moment is None:
        return None
    text = moment.isoformat(" ")
    assert text.endswith(_EPOCH_ZONE), "times are in UTC"
    return text[: -len(_EPOCH_ZONE)]


def hex_of(value: UUID | None) -> str | None:
    """An identifier as Django writes it where the database has no type for it."""
    return None if value is None else value.hex


def adapted(database: BaseDatabaseWrapper, value: Any) -> Any:  # noqa: ANN401  whatever a column can hold
    """A parameter in the form that the database's driver takes."""
    if isinstance(value, datetime):
        return text_of(value) if database.vendor == "sqlite" else value
    if isinstance(value, UUID) and not database.features.has_native_uuid_field:
        return value.hex
    return value


@dataclass(frozen=True, slots=True)
class Words:
    """A statement as Django's cursor takes it, and as the driver does."""

    django: str
    driver: str


@cache
def _savepoint_words(depth: int, vendor: str) -> tuple["Words", "Words", "Words"]:  # noqa: ARG001  one for each
    # Named by its depth: a name for each record would be three statements for each, and the driver keeps few.
    database = here.database
    quoted = database.ops.quote_name(f"depth_{depth}")
    made = (f"SAVEPOINT {quoted}", f"ROLLBACK TO SAVEPOINT {quoted}", f"RELEASE SAVEPOINT {quoted}")
    begin, undo, end = (words(statement, database) for statement in made)
    return begin, undo, end


class savepoint:  # noqa: N801  used like a function, as ``atomic`` is
    """Inside a transaction: what is done under it stays or goes as one, as under a nested ``atomic``.

    ``name`` differs from that of every other savepoint of the transaction: what waits for the commit is told
    apart by it. A record costs two statements of the driver; ``atomic`` takes five times as long.
    """

    __slots__ = ("_database", "_name", "_words")

    def __init__(self, name: str) -> None:
        self._database = here.database
        self._name = name
        self._words = _savepoint_words(len(self._database.savepoint_ids), self._database.vendor)

    def __enter__(self) -> None:
        assert self._database.in_atomic_block, "a savepoint is one of a transaction"
        run(self._database, self._words[0], (), rows=False)
        self._database.savepoint_ids.append(self._name)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        database = self._database
        database.savepoint_ids.pop()
        if database.closed_in_transaction:
            return  # the connection is gone, and the transaction with it
        if kind is not None or database.needs_rollback:
            self._undo()
            return
        try:
            run(database, self._words[2], (), rows=False)
        except DatabaseError:  # somebody swallowed an error that had broken the transaction
            self._undo()
            raise

    def _undo(self) -> None:
        database = self._database
        database.needs_rollback = False
        database.run_on_commit = [
            waiting for waiting in database.run_on_commit if self._name not in waiting[0]
        ]
        try:
            run(database, self._words[1], (), rows=False)
            run(database, self._words[2], (), rows=False)
        except DatabaseError:  # then nothing of the whole transaction may stay
            database.needs_rollback = True


def words(statement: str, database: BaseDatabaseWrapper) -> Words:
    """A statement of Django's for this database."""
    return Words(statement, _in_driver_words(statement, database.vendor))
