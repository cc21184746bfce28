"""What the model of a record's body shows about reading and writing it, without a body at hand."""

from collections.abc import Iterator
from functools import lru_cache

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
