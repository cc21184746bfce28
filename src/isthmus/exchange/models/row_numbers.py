"""Keys of the tables that every record writes: a row's number is its place in the table itself.

SQLite keeps a second index for a key of any type but ``integer``, and for Django's own keys a list of the
highest number that each table ever gave, which it reads and writes with each row. Neither is needed where
rows are not removed. PostgreSQL makes of both what it makes of the fields that they are.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _BigInteger = models.BigIntegerField[int, int]
    _BigAuto = models.BigAutoField[Any, int]
else:
    _BigInteger, _BigAuto = models.BigIntegerField, models.BigAutoField


class EntryNumber(_BigInteger):
    """A number that the node gives: a place in its log."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """The type of the column."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class RowNumber(_BigAuto):
    """A number that the database gives, one more than the highest in the table."""

    def db_type_suffix(self, connection: BaseDatabaseWrapper) -> str | None:
        """What stands behind the type of the column."""
        return None if connection.vendor == "sqlite" else super().db_type_suffix(connection)
