"""Running a statement on this thread's connection, with as little as possible before the driver."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
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


def words(statement: str, database: BaseDatabaseWrapper) -> Words:
    """A statement of Django's for this database."""
    return Words(statement, _in_driver_words(statement, database.vendor))
