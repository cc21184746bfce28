"""Inserting and storing rows, given as values or as instances."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from operator import itemgetter
from typing import Any, TypeVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState

from isthmus.trust.statements.running import Words, here, hex_of, run, text_of, words

_MOST_PARAMETERS = 30_000
"""PostgreSQL takes 65,535."""

_PLAIN = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.ForeignKey,
    models.BinaryField,
    models.BooleanField,
)
"""Fields whose values the driver takes as they are."""

_Prepare = Callable[[Any], Any] | None


def _preparation(field: "models.Field[Any, Any]", database: BaseDatabaseWrapper) -> _Prepare:
    """How a value becomes a parameter; None where it is one."""
    if isinstance(field, _PLAIN):
        return None
    if isinstance(field, models.DateTimeField):
        return text_of if database.vendor == "sqlite" else None
    if isinstance(field, models.UUIDField):
        return None if database.features.has_native_uuid_field else hex_of
    return partial(_saved, field)


def _saved(field: "models.Field[Any, Any]", value: object) -> Any:  # noqa: ANN401  as the driver takes it
    return field.get_db_prep_save(value, here.database)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Some columns of a model's table in the words of one database: names are quoted."""

    table: str
    key: str
    names: tuple[str, ...]
    prepare: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Where a value is no parameter yet, and how it becomes one."""

    def values(self, row: Sequence[Any]) -> list[Any]:
        """The parameters of a row."""
        values = list(row)
        for at, step in self.prepare:
            values[at] = step(values[at])
        return values


Row = TypeVar("Row", bound=models.Model)


@cache
def _blank(model: type[models.Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """The attributes of an instance that nothing was given to; those made anew for each stand apart."""
    plain, made = {}, []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            made.append((field.attname, field.default))
        else:
            plain[field.attname] = field.get_default()
    return plain, tuple(made)


def new(model: type[Row], **values: Any) -> Row:
    """An instance that is not stored yet, by attributes (``stream_id``, not ``stream``).

    Django's own way takes six times as long, for signals and descriptors that nobody uses here.
    """
    row = model.__new__(model)
    plain, made = _blank(model)
    row.__dict__.update(plain)
    for name, default in made:
        row.__dict__[name] = default()
    row.__dict__.update(values)
    row._state = ModelState()
    return row


def relate(row: models.Model, name: str, other: models.Model) -> None:
    """Say which instance a row's key ``name`` stands for, where both are known to belong together.

    An assignment would compare their databases and set the key once more.
    """
    row._state.fields_cache[name] = other


@cache
def _columns(model: type[models.Model], names: tuple[str, ...], vendor: str) -> _Columns:  # noqa: ARG001  one for each database
    database = here.database
    quote = database.ops.quote_name
    fields = {field.attname: field for field in model._meta.concrete_fields}
    steps = [_preparation(fields[name], database) for name in names]
    return _Columns(
        table=quote(model._meta.db_table),
        key=quote(model._meta.pk.column or ""),
        names=tuple(quote(fields[name].column or "") for name in names),
        prepare=tuple((at, step) for at, step in enumerate(steps) if step is not None),
    )


class _Insertion:
    """How rows of a model are inserted into one kind of database, given as values of some attributes."""

    __slots__ = ("_columns", "_defaults", "_given", "_words", "most")

    def __init__(self, model: type[models.Model], names: tuple[str, ...], vendor: str) -> None:
        given = {*names, model._meta.pk.attname}
        fields = [field for field in model._meta.concrete_fields if field.attname not in given]
        others = tuple(field.attname for field in fields)
        self._columns = _columns(model, names + others, vendor)
        self._given = _columns(model, names, vendor)
        self._defaults = _columns(model, others, vendor).values([field.get_default() for field in fields])
        self._words: dict[tuple[int, bool, bool], Words] = {}
        most = here.database.features.max_query_params or _MOST_PARAMETERS
        self.most = most // len(self._columns.names)
        """Rows of one statement, at most."""

    def values(self, row: Sequence[Any]) -> list[Any]:
        """The parameters of a row: its own values, and the defaults of the model's other attributes."""
        values = self._given.values(row)
        return values + self._defaults if self._defaults else values

    def words(self, count: int, *, ignore_conflicts: bool, keys: bool) -> Words:
        """The statement for so many rows."""
        kind = count, ignore_conflicts, keys
        return self._words.get(kind) or self._words.setdefault(kind, self._write(*kind))

    def _write(self, count: int, ignore_conflicts: bool, keys: bool) -> Words:
        columns = self._columns
        one = f"({', '.join(['%s'] * len(columns.names))})"
        statement = f"INSERT INTO {columns.table} ({', '.join(columns.names)}) VALUES "  # noqa: S608  our own tables
        statement += ", ".join([one] * count)
        statement += " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
        statement += f" RETURNING {columns.key}" if keys else ""
        return words(statement, here.database)


_insertion_of = cache(_Insertion)


_PORTIONS = (100, 50, 20, 10, 5, 2, 1)
"""Rows of one statement. Each number of rows is a statement of its own, which this process and the driver's
every connection keep: with any number up to a hundred, a node's memory grew for hours."""


def _portions(count: int, most: int) -> Iterator[tuple[int, int]]:
    """Where each statement's rows begin and end."""
    start = 0
    for size in _PORTIONS:
        while size <= most and count - start >= size:
            yield start, start + size
            start += size


def insert_values(
    model: type[models.Model],
    names: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    *,
    ignore_conflicts: bool = False,
    keys: bool = False,
) -> list[Any]:
    """Insert rows given as values of the attributes ``names``; returns the new keys if they are asked for.

    The model's other attributes get their defaults.
    """
    if not rows:
        return []
    database = here.database
    insertion = _insertion_of(model, names, database.vendor)
    made: list[Any] = []
    for start, end in _portions(len(rows), insertion.most):
        words = insertion.words(end - start, ignore_conflicts=ignore_conflicts, keys=keys)
        values = insertion.values(rows[start])
        for row in rows[start + 1 : end]:
            values += insertion.values(row)
        made += run(database, words, values, rows=keys)[0]
    return [key for (key,) in made]


_Take = Callable[[dict[str, Any]], Sequence[Any]]


def _take(names: tuple[str, ...]) -> _Take:
    # itemgetter gives a single value alone
    return itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)


@cache
def _taken(model: type[models.Model], *, keyed: bool) -> tuple[tuple[str, ...], _Take]:
    """The attributes of all columns, with or without the key, and what takes their values out of a row."""
    key = model._meta.pk.attname
    names = tuple(f.attname for f in model._meta.concrete_fields if keyed or f.attname != key)
    return names, _take(names)


def insert(rows: Sequence[models.Model], *, ignore_conflicts: bool = False, keys: bool = False) -> None:
    """Insert rows of one model with all their columns; a key that the database gives is left to it.

    ``keys`` asks for those keys and sets them on the rows. Unlike ``bulk_create`` it builds no query.
    """
    if not rows:
        return
    model = type(rows[0])
    key = model._meta.pk.attname
    names, take = _taken(model, keyed=rows[0].__dict__[key] is not None)
    values = [take(row.__dict__) for row in rows]
    made = insert_values(model, names, values, ignore_conflicts=ignore_conflicts, keys=keys)
    for row, given in zip(rows, made, strict=False):
        row.__dict__[key] = given
    alias = here.database.alias
    for row in rows:
        row._state.adding, row._state.db = False, alias


@cache
def _storing(model: type[models.Model], names: tuple[str, ...], vendor: str) -> tuple[_Columns, Words, _Take]:
    """The columns of these attributes and the key, the statement, and what takes the values out of a row."""
    named = (*names, model._meta.pk.attname)
    columns = _columns(model, named, vendor)
    changes = ", ".join(f"{name} = %s" for name in columns.names[:-1])
    statement = f"UPDATE {columns.table} SET {changes} WHERE {columns.key} = %s"  # noqa: S608  our own tables
    return columns, words(statement, here.database), _take(named)


def store_values(model: type[models.Model], names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Write the attributes ``names`` of rows that are in the database already; each row's key stands last."""
    if not rows:
        return
    database = here.database
    columns, words, _ = _storing(model, names, database.vendor)
    if len(rows) == 1:
        run(database, words, columns.values(rows[0]), rows=False)
    else:
        with database.cursor() as cursor:
            cursor.executemany(words.django, [columns.values(row) for row in rows])


def store(rows: Sequence[models.Model], *attributes: str) -> None:
    """Write these attributes of rows that are in the database already, each row under its key."""
    if rows:
        model = type(rows[0])
        take = _storing(model, attributes, here.database.vendor)[2]
        store_values(model, attributes, [take(row.__dict__) for row in rows])
