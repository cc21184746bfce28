"""SQL of the hot path, compiled once and run many times.

Building a statement through the ORM costs several times what running it does, and an exchange of one record
runs some forty. So the few statements that every record passes are declared in the ORM's own words, compiled
at first use for the database at hand, and then run with new values. Everything else keeps to plain querysets.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection, models
from django.db.models.query import ModelIterable
from django.db.models.sql import UpdateQuery

T = TypeVar("T")

_MOST_PARAMETERS = 30_000
"""PostgreSQL takes 65,535."""

_SAMPLES: dict[type, Callable[[int], Any]] = {
    str: lambda number: f"\x01value {number}\x01",
    int: lambda number: 7_203_000_000_000_000 + number,
    datetime: lambda number: datetime(1803, 7, 2, tzinfo=UTC) + timedelta(days=number),
    UUID: lambda number: UUID(int=(0x7203 << 112) + number),
}
"""Values by which a parameter is found again in a compiled statement; no real one looks like these."""


def _adapted(value: Any) -> Any:  # noqa: ANN401  whatever a column can hold
    """A parameter in the form that the database's driver takes."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
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

    def _places(self, parameters: Sequence[Any]) -> tuple[tuple[int, int], ...]:
        samples = [_adapted(sample) for sample in self._samples()]
        places = tuple((at, samples.index(found)) for at, found in enumerate(parameters) if found in samples)
        assert {number for _, number in places} == set(range(len(samples))), "each value has its place"
        return places

    def _fill(self, compiled: _Compiled, values: Sequence[Any]) -> list[Any]:
        filled = list(compiled.parameters)
        for at, number in compiled.places:
            filled[at] = _adapted(values[number])
        return filled


class Select(_Statement, Generic[T]):
    """A query: ``build`` is given one sample for each of ``kinds`` and returns the queryset.

    Rows come as the queryset would give them: instances (of one model, without select_related), tuples of
    ``values_list``, or single values with ``flat=True``.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any, T]], *kinds: type) -> None:
        super().__init__(*kinds)
        self._build = build
        self._model: type[models.Model] | None = None
        self._flat = False

    def _compile(self) -> _Compiled:
        queryset = self._build(*self._samples())
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        found = compiler.get_converters(expression for expression, _, _ in compiler.select)
        attributes = None
        if queryset._iterable_class is ModelIterable:  # noqa: SLF001  says whether instances are wanted
            assert compiler.klass_info is not None
            attributes = tuple(
                compiler.select[at][0].target.attname for at in compiler.klass_info["select_fields"]
            )
            self._model = queryset.model
        self._flat = attributes is None and len(compiler.select) == 1
        return _Compiled(
            sql,
            tuple(parameters),
            self._places(parameters),
            tuple((at, tuple(functions), expression) for at, (functions, expression) in found.items()),
            attributes,
        )

    def __call__(self, *values: Any) -> list[T]:
        """All rows for these values."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = self._compile()
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, self._fill(compiled, values))
            rows: Iterable[Any] = cursor.fetchall()
        if compiled.converters:
            rows = [self._converted(compiled, row) for row in rows]
        if compiled.attributes is not None:
            assert self._model is not None
            return [self._model.from_db(connection.alias, compiled.attributes, row) for row in rows]  # type: ignore[misc]  # T is that model
        return [row[0] for row in rows] if self._flat else [tuple(row) for row in rows]  # type: ignore[misc]  # as T says

    @staticmethod
    def _converted(compiled: _Compiled, row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for at, functions, expression in compiled.converters:
            for function in functions:
                values[at] = function(values[at], expression, connection)
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

    def _compile(self) -> _Compiled:
        samples = self._samples()
        query: Any = self._build(*samples).query.chain(UpdateQuery)  # its type lacks what updates add
        query.add_update_values(self._changes(*samples))
        sql, parameters = query.get_compiler(connection=connection).as_sql()
        return _Compiled(sql, tuple(parameters), self._places(parameters), (), None)

    def __call__(self, *values: Any) -> int:
        """Run it; returns how many rows were changed."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = self._compile()
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, self._fill(compiled, values))
            changed: int = cursor.rowcount
            return changed


_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.ForeignKey)
"""Fields whose values the driver takes as they are."""

_Prepare = Callable[[Any], Any] | None


@cache
def _columns(model: type[models.Model]) -> dict[str, str]:
    """Quoted column names by attribute, the key first where it comes first."""
    return {
        field.attname: connection.ops.quote_name(field.column or "") for field in model._meta.concrete_fields
    }


@cache
def _preparations(model: type[models.Model]) -> dict[str, _Prepare]:
    return {
        field.attname: None if isinstance(field, _PLAIN) else partial(_saved, field)
        for field in model._meta.concrete_fields
    }


def _saved(field: "models.Field[Any, Any]", value: object) -> Any:  # noqa: ANN401  the driver's form of any column
    return field.get_db_prep_save(value, connection)


def _values(row: models.Model, names: Sequence[str]) -> list[Any]:
    prepare = _preparations(type(row))
    found = []
    for name in names:
        value, prepared = getattr(row, name), prepare[name]
        found.append(value if prepared is None else prepared(value))
    return found


def insert(rows: Sequence[models.Model], *, ignore_conflicts: bool = False, keys: bool = False) -> None:
    """Insert rows of one model with all their columns; a key that the database gives is left to it.

    ``keys`` asks for those keys and sets them on the rows. Unlike ``bulk_create`` it builds no query.
    """
    if not rows:
        return
    model = type(rows[0])
    columns = dict(_columns(model))
    key = model._meta.pk.attname
    key_column = columns[key] if rows[0].pk is not None else columns.pop(key)
    table = connection.ops.quote_name(model._meta.db_table)
    head = f"INSERT INTO {table} ({', '.join(columns.values())}) VALUES "  # noqa: S608  our own tables
    one = f"({', '.join(['%s'] * len(columns))})"
    tail = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    tail += f" RETURNING {key_column}" if keys else ""
    portion = (connection.features.max_query_params or _MOST_PARAMETERS) // len(columns)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), portion):
            part = rows[start : start + portion]
            values = [value for row in part for value in _values(row, tuple(columns))]
            cursor.execute(head + ", ".join([one] * len(part)) + tail, values)
            if keys:
                for row, (found,) in zip(part, cursor.fetchall(), strict=True):
                    setattr(row, key, found)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def store(rows: Sequence[models.Model], *attributes: str) -> None:
    """Write these attributes of rows that are in the database already, each row under its key."""
    if not rows:
        return
    model = type(rows[0])
    columns, key = _columns(model), model._meta.pk.attname
    changes = ", ".join(f"{columns[name]} = %s" for name in attributes)
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"UPDATE {table} SET {changes} WHERE {columns[key]} = %s"  # noqa: S608  names of our own tables
    values = [_values(row, (*attributes, key)) for row in rows]
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(statement, values[0])
        else:
            cursor.executemany(statement, values)
