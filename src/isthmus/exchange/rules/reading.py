"""What the model of a record's body shows about reading and writing it, without a body at hand."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

_OTHER_FROM_TEXT = frozenset({"union", "tagged-union", "json-or-python", "lax-or-strict", "json", "call"})
"""Kinds of pydantic-core where an accepted value may be another one when it comes as text."""

_WITHOUT_FRACTIONS = frozenset(
    {
        "bool",
        "chain",
        "custom-error",
        "default",
        "definition-ref",
        "definitions",
        "function-after",
        "function-before",
        "int",
        "list",
        "literal",
        "model",
        "model-field",
        "model-fields",
        "nullable",
        "str",
        "tuple",
    }
)
"""Kinds that are written as an object of known names, a list, a text, an integer, true, false or null."""

_NO_SCHEMAS = frozenset({"cls", "config", "expected", "function", "metadata", "ref"})


def _kinds(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if "type" in schema:
            yield str(schema["type"])
        if "allow" in {schema.get("extra_behavior"), schema.get("config", {}).get("extra_fields_behavior")}:
            yield "names of any kind"
        for name, part in schema.items():
            if name not in _NO_SCHEMAS:
                yield from _kinds(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from _kinds(part)


@lru_cache(maxsize=500)
def _kinds_of(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(_kinds(model.__pydantic_core_schema__))


def reads_alike(model: type[BaseModel]) -> bool:
    """Whether a strict ``model`` that accepts a decoded document makes the same of its text.

    A decoded document may still be refused where its text is accepted: days, identifiers, tuples.
    """
    return _OTHER_FROM_TEXT.isdisjoint(_kinds_of(model))


def writes_no_fractions(model: type[BaseModel]) -> bool:
    """Whether what ``model`` writes has distinct names, and no numbers but integers.

    It holds for values of the types of their fields; of others pydantic warns while it writes.
    """
    return _kinds_of(model) <= _WITHOUT_FRACTIONS


_AROUND = frozenset(
    {"custom-error", "default", "function-after", "function-before", "model", "model-field", "nullable"}
)
"""Kinds that are written as what is in them."""


def _levels(schema: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> int | None:
    kind = schema["type"]
    if kind == "definitions":
        listed = {part["ref"]: part for part in schema["definitions"]}
        return _levels(schema["schema"], {**named, **listed})
    if kind == "definition-ref":
        above = schema["schema_ref"]
        others = {ref: part for ref, part in named.items() if ref != above}
        return _levels(named[above], others) if above in named else None
    if kind in _AROUND:
        return _levels(schema["schema"], named)
    if kind == "chain":
        return _deepest(schema["steps"], named, 0)
    if kind == "model-fields":
        return _deepest(schema["fields"].values(), named, 1)
    if kind in {"list", "tuple"}:
        items = schema.get("items_schema")
        return None if items is None else _deepest(items if kind == "tuple" else [items], named, 1)
    return 0


def _deepest(
    schemas: Iterable[Mapping[str, Any]], named: Mapping[str, Mapping[str, Any]], more: int
) -> int | None:
    deepest = 0
    for schema in schemas:
        levels = _levels(schema, named)
        if levels is None:
            return None
        deepest = max(deepest, levels)
    return deepest + more


@lru_cache(maxsize=500)
def levels_of(model: type[BaseModel]) -> int | None:
    """How many objects and lists deep what ``model`` writes is at most; 1 for an object of texts.

    None for a model that holds itself, for a list of anything, and where ``writes_no_fractions`` says no.
    """
    return _levels(model.__pydantic_core_schema__, {}) if writes_no_fractions(model) else None
