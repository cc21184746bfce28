"""A view in the database of a national system, read since a watermark.

The view is only read: the session is read-only where the database knows that, and the names of view and
column are checked against those it has, because names cannot be bound as parameters; the watermark is
bound. Rows come in the order of the watermark and are handed over as one CSV document each time, which is
kept like any file, so that what was read can be shown later. The column should be one that only grows,
such as the time of the last change; rows of the last watermark are read again each time, because others
may have been written with the same value since, and what is known changes nothing.
"""

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from sqlalchemy import Connection, MetaData, Table, create_engine, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import Date, DateTime, Integer, Numeric

from isthmus.apps.etrade.sources.feeds.contract import Found, Outcome
from isthmus.kit.errors import BadInput, Fault

PORTION = 5_000
SECONDS = 60
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class ViewFeed:
    """The rows of one view at an address such as ``postgresql://reader@host/database``, with its password."""

    def __init__(self, address: str, view: str, watermark: str, *, secret: str = "") -> None:
        self._url = _url(address, secret)
        self._view, self._watermark = view, watermark

    def discover(self, cursor: str) -> Iterator[Found]:
        """The rows since the watermark, in portions, each as one CSV document."""
        engine = create_engine(self._url, pool_pre_ping=False, connect_args=self._arguments())
        try:
            with engine.connect() as connection:
                _read_only(connection)
                table = self._table(connection)
                while True:
                    rows, reached = self._portion(connection, table, cursor)
                    if not rows:
                        return
                    content = _csv([column.name for column in table.columns], rows)
                    name = f"{self._view}-{hashlib.sha256(content).hexdigest()[:16]}.csv"
                    yield Found(name, lambda content=content: content, cursor=reached, adapter="csv")  # type: ignore[misc]  # mypy cannot infer the default's type
                    if reached == cursor or len(rows) < PORTION:
                        return
                    cursor = reached
        except SQLAlchemyError as error:
            reason = " ".join(str(getattr(error, "orig", None) or error).split())[:200]
            raise Fault(
                "etrade.source.database",
                f"The database of the source cannot be read: {reason}.",
                next_step="Check its address, its password and that it runs.",
            ) from None
        finally:
            engine.dispose()

    def settle(self, found: Found, outcome: Outcome) -> None:
        """Nothing is written in somebody else's database; the cursor tells where it stands."""

    def _arguments(self) -> dict[str, Any]:
        if self._url.get_backend_name() == "sqlite":
            return {"uri": True, "timeout": 5}
        return {"connect_timeout": 10, "options": f"-c statement_timeout={SECONDS * 1000}"}

    def _table(self, connection: Connection) -> Table:
        known = inspect(connection)
        names = {*known.get_table_names(), *known.get_view_names()}
        if self._view not in names:
            raise BadInput(
                "etrade.source.view", _("The database has no view %(view)s.") % {"view": self._view}
            )
        table = Table(self._view, MetaData(), autoload_with=connection)
        if self._watermark not in table.columns:
            raise BadInput(
                "etrade.source.watermark",
                _("The view %(view)s has no column %(column)s.")
                % {"view": self._view, "column": self._watermark},
            )
        return table

    def _portion(self, connection: Connection, table: Table, cursor: str) -> tuple[list[Any], str]:
        column = table.columns[self._watermark]
        query = select(table).where(column.is_not(None)).order_by(column)
        if cursor:
            query = query.where(column >= _bound(cursor, column.type))
        rows = list(connection.execute(query.limit(PORTION)))
        if not rows:
            return [], cursor
        at = [one.name for one in table.columns].index(self._watermark)
        # A portion never ends amid rows of one watermark, or those behind would be passed over.
        last = rows[-1][at]
        if len(rows) == PORTION:
            same = connection.execute(select(table).where(column == last)).all()
            rows = [row for row in rows if row[at] != last] + list(same)
        return rows, _written(last)


def _url(address: str, secret: str) -> URL:
    url = make_url(address)
    backend = url.get_backend_name()
    if backend not in _DRIVERS:
        raise BadInput("etrade.source.address", _("The database must be SQLite or PostgreSQL."))
    if url.password:
        raise BadInput("etrade.source.secret", _("Keep the password in the secret file, not in the address."))
    if backend == "sqlite":
        return URL.create("sqlite", database=f"file:{url.database}?mode=ro", query={"uri": "true"})
    return url.set(drivername=_DRIVERS[backend], password=secret or None)


def _read_only(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION READ ONLY"))


def _bound(cursor: str, kind: object) -> object:
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(cursor)
    if isinstance(kind, Date):
        return date.fromisoformat(cursor)
    if isinstance(kind, Integer):
        return int(cursor)
    return Decimal(cursor) if isinstance(kind, Numeric) else cursor


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}"
    return str(value)


def _csv(headers: list[str], rows: list[Any]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return file.getvalue().encode()
