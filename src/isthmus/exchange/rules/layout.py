"""A record's body laid out as the form that officials know, and its fields as agreements list them.

Titles come from the record's model; what a model does not know is shown under its own name, so that nothing
of a body stays unseen.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from isthmus.exchange.rules import projection
from isthmus.kit import clock

Model = type[BaseModel]


@dataclass(frozen=True, slots=True)
class Line:
    """One field with its value, which is text, a number, or a tuple of these."""

    path: str
    title: str
    value: object


@dataclass(frozen=True, slots=True)
class Sheet:
    """A part of the form: lines, or a table with one row for each nested item. ``title`` is empty on top."""

    title: str
    lines: tuple[Line, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[object, ...], ...] = ()

    @property
    def numeric(self) -> tuple[bool, ...]:
        """For each column, whether it holds numbers alone."""
        return tuple(
            all(isinstance(row[place], int | Decimal | None) for row in self.rows)
            for place in range(len(self.columns))
        )


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field as it stands in an agreement; ``required`` ones must be granted."""

    path: str
    title: str
    required: bool


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that stand together on the form. ``path`` is empty for those on top."""

    path: str
    title: str
    fields: tuple[FieldChoice, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A group's fields by title: what crosses under an agreement, and what is withheld."""

    title: str
    granted: tuple[str, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """One value of a body in a dry run: whether it crosses."""

    path: str
    title: str
    value: object
    crosses: bool


Read = Callable[[str], object]


def _reader(stated: Mapping[str, Any]) -> Read | None:
    """How the text of a field becomes a number, a day or a moment; None for plain text."""
    pattern = stated.get("pattern", "")
    # A pattern that takes half of one and no letter is that of a decimal number.
    if pattern and re.fullmatch(pattern, "0.5") and not re.fullmatch(pattern, "A"):
        return Decimal
    return {"date": date.fromisoformat, "date-time": clock.from_text}.get(stated.get("format", ""))


def _readers(
    schema: Mapping[str, Any], definitions: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, Read]]:
    for name, stated in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        for option in (stated, *stated.get("anyOf", ())):
            inner = option.get("items", option)
            if "$ref" in inner:
                yield from _readers(definitions[inner["$ref"].rpartition("/")[2]], definitions, f"{path}.")
            found = _reader(inner)
            if found is not None:
                yield path, found


@lru_cache(maxsize=128)
def readers(model: Model) -> Mapping[str, Read]:
    """The fields that hold decimals, days or moments, all text on the wire, and how to read each."""
    schema = model.model_json_schema()
    return dict(_readers(schema, schema.get("$defs", {}), ""))


@lru_cache(maxsize=128)
def titles(model: Model | None) -> Mapping[str, str]:
    """The officials' title of each field path; empty where this node does not know the type."""
    return projection.field_titles(model) if model is not None else {}


def _named(path: str, model: Model | None) -> str:
    return titles(model).get(path) or path.rpartition(".")[2].replace("_", " ")


def _value(value: object, path: str, model: Model | None) -> object:
    if isinstance(value, list):
        return tuple(_value(item, path, model) for item in value)
    if isinstance(value, str) and model is not None and path in readers(model):
        try:
            return readers(model)[path](value)
        except (ValueError, ArithmeticError):
            return value
    if isinstance(value, dict):
        return ", ".join(f"{_named(f'{path}.{name}', model)}: {inner}" for name, inner in value.items())
    return value


def _has_items(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _lines(body: Mapping[str, object], prefix: str, model: Model | None, lead: str = "") -> Iterator[Line]:
    """The values of an object and of the objects in it, without those that say nothing."""
    for name, value in body.items():
        path = f"{prefix}{name}"
        title = f"{lead}{_named(path, model)}"
        if isinstance(value, dict):
            yield from _lines(value, f"{path}.", model, f"{title}: ")
        elif value is not None and value != []:
            yield Line(path, title, _value(value, path, model))


def _ordered(body: Mapping[str, object], prefix: str, model: Model | None) -> dict[str, object]:
    """The members in the order of the form; unknown ones last."""
    known = [path for path in titles(model) if path.startswith(prefix)]
    place = {path.removeprefix(prefix): number for number, path in enumerate(known)}
    return dict(sorted(body.items(), key=lambda pair: place.get(pair[0], len(place))))


def _table(path: str, items: list[object], model: Model | None) -> Sheet:
    rows = []
    for item in items:
        members = _ordered(item, f"{path}.", model) if isinstance(item, dict) else {"": item}
        rows.append({line.path: line for line in _lines(members, f"{path}.", model)})
    known = list(titles(model))
    present = {line.path: line.title for row in rows for line in row.values()}
    columns = sorted(present, key=lambda found: known.index(found) if found in known else len(known))
    cells = tuple(tuple(row[c].value if c in row else None for c in columns) for row in rows)
    return Sheet(_named(path, model), columns=tuple(present[c] for c in columns), rows=cells)


def lay_out(body: Mapping[str, object], model: Model | None) -> tuple[Sheet, ...]:
    """The body as a form: the fields on top, then one sheet for each nested object or list of objects."""
    top: dict[str, object] = {}
    sheets: list[Sheet] = []
    for name, value in _ordered(body, "", model).items():
        if _has_items(value):
            assert isinstance(value, list)
            sheets.append(_table(name, value, model))
        elif isinstance(value, dict):
            lines = tuple(_lines(_ordered(value, f"{name}.", model), f"{name}.", model))
            if lines:
                sheets.append(Sheet(_named(name, model), lines))
        else:
            top[name] = value
    return (Sheet("", tuple(_lines(top, "", model))), *sheets)


def field_groups(model: Model) -> tuple[FieldGroup, ...]:
    """The fields that an agreement can grant, in the groups of the form; only those that hold values."""
    named = titles(model)
    required = frozenset(projection.required_fields(model))
    parents = {path.rpartition(".")[0] for path in named}
    groups: dict[str, list[FieldChoice]] = {"": []}
    for path, title in named.items():
        if path in parents:
            continue
        top, _, rest = path.partition(".")
        group = top if rest else ""
        between = [named[f"{group}.{'.'.join(rest.split('.')[:n])}"] for n in range(1, rest.count(".") + 1)]
        groups.setdefault(group, []).append(FieldChoice(path, ": ".join([*between, title]), path in required))
    return tuple(FieldGroup(p, named.get(p, ""), tuple(found)) for p, found in groups.items() if found)


def _covers(fields: Collection[str], path: str) -> bool:
    parts = path.split(".")
    return any(".".join(parts[:end]) in fields for end in range(1, len(parts) + 1))


def granted_paths(model: Model, fields: Collection[str]) -> tuple[str, ...]:
    """The single fields that ``fields`` covers: a path covers all below it."""
    granted = frozenset(fields)
    return tuple(
        choice.path
        for group in field_groups(model)
        for choice in group.fields
        if _covers(granted, choice.path)
    )


def full_titles(model: Model | None, paths: Collection[str]) -> tuple[str, ...]:
    """The titles of these paths, each behind the titles above it, in the order of the form."""
    named = titles(model)
    order = {path: number for number, path in enumerate(named)}
    found = []
    for path in sorted(paths, key=lambda one: order.get(one, len(order))):
        parts = path.split(".")
        above = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
        found.append(": ".join(_named(step, model) for step in above))
    return tuple(found)


def weigh(model: Model, fields: Collection[str]) -> tuple[Weighed, ...]:
    """What crosses and what is withheld, group by group, by the titles officials know."""
    granted = frozenset(fields)
    found = []
    for group in field_groups(model):
        crossing = tuple(c.title for c in group.fields if _covers(granted, c.path))
        held = tuple(c.title for c in group.fields if not _covers(granted, c.path))
        found.append(Weighed(group.title, crossing, held))
    return tuple(found)


def _passages(body: Mapping[str, object], prefix: str, model: Model, lead: str) -> Iterator[Line]:
    for name, value in _ordered(body, prefix, model).items():
        path = f"{prefix}{name}"
        title = f"{lead}{_named(path, model)}"
        if _has_items(value):
            assert isinstance(value, list)
            for number, item in enumerate(value, start=1):
                if isinstance(item, dict):
                    yield from _passages(item, f"{path}.", model, f"{title} {number}: ")
                else:
                    yield Line(path, f"{title} {number}", _value(item, path, model))
        elif isinstance(value, dict):
            yield from _passages(value, f"{path}.", model, f"{title}: ")
        elif value is not None and value != []:
            yield Line(path, title, _value(value, path, model))


def dry_run(body: projection.Body, fields: Collection[str], model: Model) -> tuple[Passage, ...]:
    """Every value of a body, in the order of the form, and whether the agreement lets it cross."""
    granted = frozenset(fields)
    return tuple(
        Passage(line.path, line.title, line.value, _covers(granted, line.path))
        for line in _passages(body, "", model, "")
    )
