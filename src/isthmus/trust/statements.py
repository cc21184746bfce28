"""SQL of the hot path, compiled once and run many times.

Building a statement through the ORM costs several times what running it does, and an exchange of one record
runs some forty. So the few statements that every record passes are declared in the ORM's own words, compiled
at first use for the database at hand, and then run with new values. Everything else keeps to plain querysets.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache, partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query import FlatValuesListIterable, ModelIterable
from django.db.models.sql import UpdateQuery

T = TypeVar("T")

_MOST_PARAMETERS = 30_000
"""PostgreSQL takes 65,535."""

_SAMPLES: dict[type, Callable[[int], Any]] = {
    str: lambda number: f"\x01value {number}\x01",
    # Within a small integer: Django finds nothing, without asking, beyond what a column can hold.
    int: lambda number: 32_600 + number,
    datetime: lambda number: datetime(1803, 7, 2, tzinfo=UTC) + timedelta(days=number),
    UUID: lambda number: UUID(int=(0x7203 << 112) + number),
}
"""Values by which a parameter is found again in a compiled statement; no real one looks like these."""


def _database() -> BaseDatabaseWrapper:
    """This thread's connection itself: each look through Django's proxy costs as much as reading a row."""
    return connections[DEFAULT_DB_ALIAS]


@lru_cache(maxsize=512)
def _in_driver_words(statement: str, vendor: str) -> str:
    return statement.replace("%s", "?").replace("%%", "%") if vendor == "sqlite" else statement


def _run(database: BaseDatabaseWrapper, statement: str, parameters: Sequence[Any]) -> tuple[list[Any], int]:
    """Rows and their number, straight from the driver: Django's cursor costs three times what SQLite does.

    What the cursor guards stays guarded: a broken transaction, and errors in Django's classes. Where somebody
    listens to the statements, it is used.
    """
    if database.execute_wrappers or database.queries_logged:
        with database.cursor() as cursor:
            cursor.execute(statement, parameters)
            return (cursor.fetchall() if cursor.description else []), cursor.rowcount
    database.close_if_health_check_failed()
    database.ensure_connection()
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        found = database.connection.execute(_in_driver_words(statement, database.vendor), parameters)
        return (found.fetchall() if found.description else []), found.rowcount


def _adapted(database: BaseDatabaseWrapper, value: Any) -> Any:  # noqa: ANN401  whatever a column can hold
    """A parameter in the form that the database's driver takes."""
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not database.features.has_native_uuid_field:
        return value.hex
    return value


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    """(place in the parameters, number of the value that goes there)."""
    converters: tuple[tuple[int, tuple[Any, ...], Any], ...]
    attributes: tuple[str, ...] | None
    """Attributes of the model in the order of the columns; None where the rows are wanted as they are."""


class _Statement:
    """A statement and its compiled forms, one for each kind of database."""

    def __init__(self, *kinds: type) -> None:
        self._kinds = kinds
        self._compiled: dict[str, _Compiled] = {}

    def _samples(self) -> list[Any]:
        return [_SAMPLES[kind](number) for number, kind in enumerate(self._kinds)]

    def _places(
        self, database: BaseDatabaseWrapper, parameters: Sequence[Any]
    ) -> tuple[tuple[int, int], ...]:
        samples = [_adapted(database, sample) for sample in self._samples()]
        places = tuple((at, samples.index(found)) for at, found in enumerate(parameters) if found in samples)
        assert {number for _, number in places} == set(range(len(samples))), "each value has its place"
        return places

    def _compile(self, database: BaseDatabaseWrapper) -> _Compiled:
        raise NotImplementedError

    def _run(self, database: BaseDatabaseWrapper, values: Sequence[Any]) -> tuple[_Compiled, list[Any], int]:
        compiled = self._compiled.get(database.vendor)
        if compiled is None:
            compiled = self._compiled[database.vendor] = self._compile(database)
        filled = list(compiled.parameters)
        for at, number in compiled.places:
            filled[at] = _adapted(database, values[number])
        return compiled, *_run(database, compiled.sql, filled)


class Select(_Statement, Generic[T]):
    """A query: ``build`` is given one sample for each of ``kinds`` and returns the queryset.

    Rows come as the queryset would give them: instances (of one model, without select_related), tuples of
    ``values_list``, or plain values with ``flat=True``.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any, T]], *kinds: type) -> None:
        super().__init__(*kinds)
        self._build = build
        self._model: type[models.Model] | None = None
        self._flat = False

    def _compile(self, database: BaseDatabaseWrapper) -> _Compiled:
        queryset = self._build(*self._samples())
        compiler = queryset.query.get_compiler(connection=database)
        sql, parameters = compiler.as_sql()
        found = compiler.get_converters(expression for expression, _, _ in compiler.select)
        attributes = None
        if queryset._iterable_class is ModelIterable:  # noqa: SLF001  says whether instances are wanted
            assert compiler.klass_info is not None
            attributes = tuple(
                compiler.select[at][0].target.attname for at in compiler.klass_info["select_fields"]
            )
            self._model = queryset.model
        self._flat = queryset._iterable_class is FlatValuesListIterable  # noqa: SLF001  the same
        return _Compiled(
            sql,
            tuple(parameters),
            self._places(database, parameters),
            tuple((at, tuple(functions), expression) for at, (functions, expression) in found.items()),
            attributes,
        )

    def __call__(self, *values: Any) -> list[T]:
        """All rows for these values."""
        database = _database()
        compiled, rows, _ = self._run(database, values)
        if compiled.converters:
            rows = [self._converted(database, compiled, row) for row in rows]
        if compiled.attributes is not None:
            assert self._model is not None
            return [self._model.from_db(database.alias, compiled.attributes, row) for row in rows]  # type: ignore[misc]  # T is that model
        return [row[0] for row in rows] if self._flat else [tuple(row) for row in rows]  # type: ignore[misc]  # as T says

    @staticmethod
    def _converted(database: BaseDatabaseWrapper, compiled: _Compiled, row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for at, functions, expression in compiled.converters:
            for function in functions:
                values[at] = function(values[at], expression, database)
        return values

    def first(self, *values: Any) -> T | None:
        """The first row, None where there is none."""
        rows = self(*values)
        return rows[0] if rows else None


class Update(_Statement):
    """A conditional update: ``build`` gives the rows, ``changes`` the new values, both from the samples."""

    def __init__(
        self,
        build: Callable[..., models.QuerySet[Any]],
        changes: Callable[..., dict[str, Any]],
        *kinds: type,
    ) -> None:
        super().__init__(*kinds)
        self._build, self._changes = build, changes

    def _compile(self, database: BaseDatabaseWrapper) -> _Compiled:
        samples = self._samples()
        query: Any = self._build(*samples).query.chain(UpdateQuery)  # its type lacks what updates add
        query.add_update_values(self._changes(*samples))
        sql, parameters = query.get_compiler(connection=database).as_sql()
        return _Compiled(sql, tuple(parameters), self._places(database, parameters), (), None)

    def __call__(self, *values: Any) -> int:
        """Run it; returns how many rows were changed."""
        return self._run(_database(), values)[2]


_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.ForeignKey)
"""Fields whose values the driver takes as they are."""

_Prepare = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Table:
    """A model's table in the words of one database: names are quoted."""

    name: str
    key: str
    columns: dict[str, str]
    """By attribute, in the model's order."""
    prepare: dict[str, Callable[[Any], Any] | None]
    """How a value becomes a parameter; None where it is one."""


@cache
def _table(model: type[models.Model], vendor: str) -> _Table:  # noqa: ARG001  one for each database
    database = _database()
    fields = model._meta.concrete_fields
    return _Table(
        name=database.ops.quote_name(model._meta.db_table),
        key=model._meta.pk.attname,
        columns={field.attname: database.ops.quote_name(field.column or "") for field in fields},
        prepare={
            field.attname: None if isinstance(field, _PLAIN) else partial(_saved, field) for field in fields
        },
    )


def _saved(field: "models.Field[Any, Any]", value: object) -> Any:  # noqa: ANN401  as the driver takes it
    return field.get_db_prep_save(value, _database())


def _values(table: _Table, names: Sequence[str], row: Sequence[Any]) -> list[Any]:
    steps = [table.prepare[name] for name in names]
    return [value if step is None else step(value) for step, value in zip(steps, row, strict=True)]


def insert_values(
    model: type[models.Model],
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    ignore_conflicts: bool = False,
    keys: bool = False,
) -> list[Any]:
    """Insert rows given as values of the attributes ``names``; returns the new keys if they are asked for."""
    if not rows:
        return []
    database = _database()
    table = _table(model, database.vendor)
    head = f"INSERT INTO {table.name} ({', '.join(table.columns[name] for name in names)}) VALUES "  # noqa: S608  our own tables
    one = f"({', '.join(['%s'] * len(names))})"
    tail = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    tail += f" RETURNING {table.columns[table.key]}" if keys else ""
    portion = (database.features.max_query_params or _MOST_PARAMETERS) // len(names)
    made: list[Any] = []
    for start in range(0, len(rows), portion):
        part = rows[start : start + portion]
        values = [value for row in part for value in _values(table, names, row)]
        made += _run(database, head + ", ".join([one] * len(part)) + tail, values)[0]
    return [key for (key,) in made]


def insert(rows: Sequence[models.Model], *, ignore_conflicts: bool = False, keys: bool = False) -> None:
    """Insert rows of one model with all their columns; a key that the database gives is left to it.

    ``keys`` asks for those keys and sets them on the rows. Unlike ``bulk_create`` it builds no query.
    """
    if not rows:
        return
    database = _database()
    model = type(rows[0])
    table = _table(model, database.vendor)
    names = [name for name in table.columns if name != table.key or rows[0].pk is not None]
    values = [[getattr(row, name) for name in names] for row in rows]
    made = insert_values(model, names, values, ignore_conflicts=ignore_conflicts, keys=keys)
    for row, key in zip(rows, made, strict=False):
        setattr(row, table.key, key)
    for row in rows:
        row._state.adding, row._state.db = False, database.alias


def store(rows: Sequence[models.Model], *attributes: str) -> None:
    """Write these attributes of rows that are in the database already, each row under its key."""
    if not rows:
        return
    database = _database()
    table = _table(type(rows[0]), database.vendor)
    changes = ", ".join(f"{table.columns[name]} = %s" for name in attributes)
    statement = f"UPDATE {table.name} SET {changes} WHERE {table.columns[table.key]} = %s"  # noqa: S608  our own tables
    names = (*attributes, table.key)
    values = [_values(table, names, [getattr(row, name) for name in names]) for row in rows]
    if len(values) == 1:
        _run(database, statement, values[0])
    else:
        with database.cursor() as cursor:
            cursor.executemany(statement, values)
