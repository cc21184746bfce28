"""Read a capture: JSON of bounded size, depth and number of parts, and nothing in it twice.

Numbers are read as exact decimals. What this refuses, a lenient reader would take for something: the second
of two names, a number too large to hold, half a character.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from isthmus.apps.excise.events.rules.checking import faults_of, namespaces_of
from isthmus.apps.excise.events.rules.hashing import event_hash
from isthmus.apps.excise.events.rules.values import EventFault

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32
MAX_PARTS = 400_000
_MOST_DIGITS = 40


class _Unreadable(ValueError):
    """What was found in the text while it was read."""

    def __init__(self, code: str, given: str = "", expected: str = "") -> None:
        super().__init__(code)
        self.fault = EventFault(None, "", code, given, expected)


@dataclass(frozen=True, slots=True)
class CheckedEvent:
    """One event of a checked document, as it was written, and its hash."""

    body: Mapping[str, Any]
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a capture came to: events where there are no faults, faults where there are any."""

    events: tuple[CheckedEvent, ...]
    faults: tuple[EventFault, ...]
    namespaces: Mapping[str, str]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        ((twice, _count),) = Counter(name for name, _value in pairs).most_common(1)
        raise _Unreadable("duplicate", twice[:60])
    return found


def _decimal(digits: str) -> Decimal:
    mantissa, _mark, exponent = digits.lower().partition("e")
    if len(mantissa) > _MOST_DIGITS or len(exponent) > 3 or abs(int(exponent or "0")) > _MOST_DIGITS:
        raise _Unreadable("too-large", digits[:60])
    return Decimal(digits)


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise _Unreadable("too-large", digits[:60])
    return int(digits)


def _constant(name: str) -> Any:  # noqa: ANN401  never returns
    raise _Unreadable("not-json", name)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_decimal, parse_int=_integer, parse_constant=_constant
)


def decoded(text: str) -> Any:  # noqa: ANN401  any JSON
    """The value of a JSON text that was read before, numbers as whole numbers and decimals."""
    return _DECODER.decode(text)


def _nesting(text: str) -> int:
    """How deep brackets open outside strings."""
    deepest = depth = 0
    inside = escaped = False
    for sign in text:
        if inside:
            if escaped:
                escaped = False
            elif sign == "\\":
                escaped = True
            elif sign == '"':
                inside = False
        elif sign == '"':
            inside = True
        elif sign in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "}]":
            depth -= 1
    return deepest


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401  any JSON
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            stack += one.values()
        elif isinstance(one, list):
            stack += one


def _json(content: bytes) -> Any:  # noqa: ANN401  any JSON
    if len(content) > MAX_BYTES:
        raise _Unreadable("too-long", str(len(content)), str(MAX_BYTES))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable("not-utf8", str(error.start)) from error
    if sum(map(text.count, "{[,")) > MAX_PARTS:
        raise _Unreadable("too-many-parts", "", str(MAX_PARTS))
    if text.count("{") + text.count("[") > MAX_DEPTH and _nesting(text) > MAX_DEPTH:
        raise _Unreadable("too-deep", "", str(MAX_DEPTH))
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _Unreadable("not-json", f"{error.lineno}:{error.colno}") from error
    if "\\u" in text or "\0" in text:
        for one in _strings(value):
            if "\0" in one or any("\ud800" <= sign <= "\udfff" for sign in one):
                raise _Unreadable("bad-character")
    return value


def read_document(content: bytes) -> Reading:
    """The events of an EPCIS 2.0 document in JSON, each with its hash, or every fault that was found."""
    try:
        document = _json(content)
    except _Unreadable as error:
        return Reading((), (error.fault,), {})
    faults = faults_of(document)
    if faults:
        return Reading((), faults, {})
    outer = namespaces_of(document["@context"])
    events = []
    for event in document["epcisBody"]["eventList"]:
        inner = outer | namespaces_of(event.get("@context"))
        events.append(CheckedEvent(event, event_hash(event, inner)))
    return Reading(tuple(events), (), outer)
