"""JSON through a JSONata expression, in a bounded process.

The expression sees the document's numbers with decimals as text, so that every digit survives, and whole
numbers as numbers; it answers with one body or a list of them, in the record's own terms. An answer with
a binary float is refused for the same reason: ``$string`` makes text of it. See https://docs.jsonata.org.
"""

import json
from typing import Any

from isthmus.apps.etrade.formats.draft import Draft, Found, clean
from isthmus.apps.etrade.formats.mapping.definition import JsonExpression, Rule
from isthmus.apps.etrade.formats.mapping.filling import complete
from isthmus.apps.etrade.formats.mapping.targets import model_of, put_written, targets_of
from isthmus.apps.etrade.formats.readings import Malformed, Reading
from isthmus.kit.bounded import run_bounded, serve
from isthmus.kit.errors import BadInput, FieldFault

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64
MAX_DECLARATIONS = 10_000
MILLISECONDS = 5_000
MAX_STACK = 300
_CODE = "etrade.jsonata"


def read_json(data: bytes, mapping: JsonExpression) -> tuple[Reading, ...]:
    """A reading for each body that the expression answers with."""
    if len(data) > MAX_BYTES:
        return _refused("size", f"The document has {len(data):,} bytes; at most {MAX_BYTES:,} are read.")
    head = json.dumps({"expression": mapping.expression}).encode()
    request = len(head).to_bytes(4, "big") + head + data
    try:
        answer = json.loads(
            run_bounded(__name__, request, subject="The document with its mapping", cpu_seconds=8)
        )
    except BadInput as error:
        return (Malformed(error.code, error.faults),)
    if "refused" in answer:
        return _refused(answer["refused"], answer["message"], answer.get("where", "document"))
    return tuple(_read(body, at, mapping) for at, body in enumerate(answer["bodies"], start=1))


def _refused(code: str, message: str, where: str = "document") -> tuple[Reading, ...]:
    return (Malformed(f"{_CODE}.{code}", (FieldFault(where, message),)),)


def _read(body: object, at: int, mapping: JsonExpression) -> Reading:
    draft = Draft(at, model_of(mapping.record), unit="declaration", code=f"{_CODE}.fields")
    if not isinstance(body, dict):
        fault = FieldFault(f"declaration {at}", "The expression answers with something that is no body.")
        return Malformed(f"{_CODE}.fields", (fault,))
    parts: dict[str, Any] = dict(body)
    items, match = parts.pop("items", []), parts.pop("match", {})
    for name, value in parts.items():
        _put(draft, (name,), value, at, mapping)
    for item in items if isinstance(items, list) else [items]:
        place = draft.add_item(at)
        for name, value in item.items() if isinstance(item, dict) else ():
            _put(draft, ("items", place, name), value, at, mapping)
    for name, value in match.items() if isinstance(match, dict) else ():
        _put(draft, ("match", name), value, at, mapping)
    complete(draft)
    return draft.finish()


def _put(draft: Draft, place: tuple[str | int, ...], value: object, at: int, mapping: JsonExpression) -> None:
    path = ".".join(part for part in place if isinstance(part, str))
    target = targets_of(mapping.record).get(path)
    if target is None:
        draft.reject(f"The record has no field “{path[:80]}”.", at)
    elif isinstance(value, float):
        draft.fault(place, "the expression answers with a binary number; make it text with $string", at)
    elif isinstance(value, list) and target.kind == "list":
        draft.put(place, [clean(one) if isinstance(one, str) else one for one in value], at)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        if text := clean(str(value)):
            put_written(draft, place, target, Rule(field=path), Found(text, at))
    elif value is not None:
        draft.fault(place, "it is neither a text nor a whole number", at)


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object names a member twice")
    return found


def _constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _depth(value: object) -> int:
    level, waiting = 0, [value]
    while waiting:
        level += 1
        below: list[object] = []
        for one in waiting:
            below += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting = below
    return level


def _answer(request: bytes) -> bytes:
    """In the child: the bodies as JSON, or why there are none."""
    from jsonata import JException, Jsonata  # type: ignore[import-untyped]  # it has no stubs

    size = int.from_bytes(request[:4], "big")
    expression, data = json.loads(request[4 : 4 + size])["expression"], request[4 + size :]
    try:
        document = json.loads(
            data.decode("utf-8-sig"), parse_float=str, parse_constant=_constant, object_pairs_hook=_pairs
        )
        if _depth(document) > MAX_DEPTH:
            return _no("depth", f"The document is nested more than {MAX_DEPTH} deep.")
    except RecursionError:
        return _no("depth", f"The document is nested more than {MAX_DEPTH} deep.")
    except UnicodeDecodeError:
        return _no("encoding", "The document is not written in UTF-8, as JSON is.")
    except json.JSONDecodeError as error:
        return _no("not-json", f"This is not JSON: {error.msg}.", f"line {error.lineno}")
    except ValueError as error:
        return _no("not-json", f"This is not JSON: {error}.")
    try:
        found = Jsonata.jsonata(expression, timeout=MILLISECONDS, stack=MAX_STACK).evaluate(document)
    except JException as error:
        return _no("expression", f"The mapping's expression fails: {' '.join(str(error).split())[:200]}")
    bodies = found if isinstance(found, list) else [] if found is None else [found]
    if not bodies:
        return _no("nothing", "The mapping finds no declaration in this document.")
    if len(bodies) > MAX_DECLARATIONS:
        return _no("size", f"The document holds more than {MAX_DECLARATIONS:,} declarations.")
    return json.dumps({"bodies": bodies}, default=str).encode()


def _no(code: str, message: str, where: str = "document") -> bytes:
    return json.dumps({"refused": code, "message": message, "where": where}).encode()


if __name__ == "__main__":
    serve(_answer)
