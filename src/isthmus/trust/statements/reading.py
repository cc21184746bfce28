"""Queries and conditional updates, declared as querysets and compiled once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState
from django.db.models.query import FlatValuesListIterable, ModelIterable
from django.db.models.sql import UpdateQuery

from isthmus.trust.statements.running import Words, adapted, here, run, words

T = TypeVar("T")

_SAMPLES: dict[type, Callable[[int], Any]] = {
    str: lambda number: f"\x01value {number}\x01",
    # Within a small integer: Django finds nothing, without asking, beyond what a column can hold.
    int: lambda number: 32_600 + number,
    datetime: lambda number: datetime(1803, 7, 2, tzinfo=UTC) + timedelta(days=number),
    UUID: lambda number: UUID(int=(0x7203 << 112) + number),
}
"""Values by which a parameter is found again in a compiled statement; no real one looks like these."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    words: Words
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    """(place in the parameters, number of the value that goes there)."""
    converters: tuple[tuple[int, tuple[Any, ...], Any], ...]
    attributes: tuple[str, ...] | None
    """Attributes of the model in the order of the columns; None where the rows are wanted as they are."""


def _moment_of(value: datetime | None, _expression: object, _database: object) -> datetime | None:
    """A time as SQLite's driver reads it; Django's converter makes it aware in four times as many steps."""
    return value if value is None else value.replace(tzinfo=UTC)


_AS_IS = frozenset({str, int})


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
        samples = [adapted(database, sample) for sample in self._samples()]
        places = tuple((at, samples.index(found)) for at, found in enumerate(parameters) if found in samples)
        assert {number for _, number in places} == set(range(len(samples))), "each value has its place"
        return places

    def _compile(self, database: BaseDatabaseWrapper) -> _Compiled:
        raise NotImplementedError

    def _run(
        self, database: BaseDatabaseWrapper, values: Sequence[Any], *, rows: bool
    ) -> tuple[_Compiled, list[Any], int]:
        compiled = self._compiled.get(database.vendor)
        if compiled is None:
            compiled = self._compiled[database.vendor] = self._compile(database)
        filled = list(compiled.parameters)
        for at, number in compiled.places:
            value = values[number]
            filled[at] = value if type(value) in _AS_IS else adapted(database, value)
        return compiled, *run(database, compiled.words, filled, rows=rows)


_MOST_KNOWN = 500
"""Answers of a look-up that are kept; more partners than that are rare, and are only read anew."""


def _instance(model: type[models.Model], alias: str, values: Any) -> models.Model:  # noqa: ANN401  what dict takes
    """What ``Model.from_db`` makes: one attribute a column, and the state of a stored row."""
    made = model.__new__(model)
    made.__dict__.update(values)
    state = made._state = ModelState()
    state.adding, state.db = False, alias
    return made


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
        slow = getattr(database.ops, "convert_datetimefield_value", None)
        attributes = None
        if queryset._iterable_class is ModelIterable:  # noqa: SLF001  says whether instances are wanted
            assert compiler.klass_info is not None
            attributes = tuple(
                compiler.select[at][0].target.attname for at in compiler.klass_info["select_fields"]
            )
            self._model = queryset.model
        self._flat = queryset._iterable_class is FlatValuesListIterable  # noqa: SLF001  the same
        return _Compiled(
            words(sql, database),
            tuple(parameters),
            self._places(database, parameters),
            tuple(
                (at, tuple(_moment_of if f == slow else f for f in functions), expression)
                for at, (functions, expression) in found.items()
            ),
            attributes,
        )

    def __call__(self, *values: Any) -> list[T]:
        """All rows for these values."""
        database = here.database
        compiled, rows, _ = self._run(database, values, rows=True)
        return self._built(database, compiled, rows)

    def _built(self, database: BaseDatabaseWrapper, compiled: _Compiled, rows: list[Any]) -> list[T]:
        if compiled.converters:
            rows = [self._converted(database, compiled, row) for row in rows]
        if compiled.attributes is not None:
            assert self._model is not None
            attributes = compiled.attributes
            return [_instance(self._model, database.alias, zip(attributes, row, strict=True)) for row in rows]  # type: ignore[misc]  # T is that model
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


class Lookup(Select[T]):
    """A query whose answer is seldom another than last time: equal rows are not built into values again.

    It asks the database each time, so that what another process changed counts at once. Instances are fresh.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any, T]], *kinds: type) -> None:
        super().__init__(build, *kinds)
        self._known: dict[tuple[Any, ...], list[T]] = {}

    def __call__(self, *values: Any) -> list[T]:
        """All rows for these values."""
        database = here.database
        compiled, rows, _ = self._run(database, values, rows=True)
        found = (database.vendor, *rows)
        built = self._known.get(found)
        if built is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            built = self._known[found] = self._built(database, compiled, rows)
        if compiled.attributes is None:
            return list(built)
        return [_instance(type(row), database.alias, vars(row)) for row in built]  # type: ignore[arg-type, misc]  # T is that model


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
        places = self._places(database, parameters)
        return _Compiled(words(sql, database), tuple(parameters), places, (), None)

    def __call__(self, *values: Any) -> int:
        """Run it; returns how many rows were changed."""
        return self._run(here.database, values, rows=False)[2]
