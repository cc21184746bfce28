"""The OpenAPI 3.1 document: what ninja derives, with our problems and without its slips."""

from collections.abc import Iterator
from typing import Any

from isthmus.exchange.api.problems import MEDIA_TYPE, Problem

REFERENCE = "#/components/schemas/{model}"
_HEADERS = {
    "Retry-After": {
        "description": "Seconds to wait (429 only).",
        "schema": {"type": "integer"},
        "required": False,
    },
    "WWW-Authenticate": {
        "description": "How to authenticate (401 only).",
        "schema": {"type": "string"},
        "required": False,
    },
}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is given or left out; null is no value that an address or header could hold."""
    choices = schema.get("anyOf")
    if not choices or {"type": "null"} not in choices:
        return schema
    (value,) = [choice for choice in choices if choice != {"type": "null"}]
    kept = {name: part for name, part in schema.items() if name not in {"anyOf", "default", "title"}}
    return {**value, **kept}


def _tidy_parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = _without_null(parameter["schema"])
    # A parameter's own examples are a map; the list that ninja copies stays in the schema.
    tidy = {**{name: part for name, part in parameter.items() if name != "examples"}, "schema": schema}
    if "description" in schema:
        tidy.setdefault("description", schema["description"])
    return tidy


def _references(part: object) -> Iterator[str]:
    """The names of all schemas that a part of the document refers to."""
    if isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str):
            yield reference.rsplit("/", 1)[-1]
        part = list(part.values())
    if isinstance(part, list | tuple):
        for inner in part:
            yield from _references(inner)


def _used(document: dict[str, Any]) -> dict[str, Any]:
    """The schemas that the document needs, by name; ninja also keeps those whose members it took apart."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    found: set[str] = set()
    waiting = [*_references(document["paths"]), *_references(document["components"]["responses"])]
    while waiting:
        name = waiting.pop()
        if name in schemas and name not in found:
            found.add(name)
            waiting.extend(_references(schemas[name]))
    return {name: schemas[name] for name in sorted(found)}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the problem response, and with parameters as they can be written."""
    components = document["components"]
    schema = Problem.model_json_schema(ref_template=REFERENCE)
    components["schemas"].update(schema.pop("$defs", {}))
    components["schemas"]["Problem"] = schema
    components["responses"] = {
        "Problem": {
            "description": "What went wrong, as problem details (RFC 9457).",
            "headers": _HEADERS,
            "content": {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(model="Problem")}}},
        }
    }
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["parameters"] = [_tidy_parameter(found) for found in operation["parameters"]]
    components["schemas"] = _used(document)
    return document
