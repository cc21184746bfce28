"""Strict JSON: the one form in which anything is read before its signature can mean something.

RFC 8259 leaves much open that two readers may settle differently: duplicate names, numbers beyond a double,
unpaired surrogates, two spellings of one text. Here each of them is refused, so that every node reads the
same value from the same bytes. Numbers are integers only; decimals travel as strings.
"""

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import chain
from typing import Any, NoReturn

from typing_extensions import TypeAliasType

from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.text import is_nfc

MAX_BYTES = 1_048_576
MAX_DEPTH = 64
MAX_INTEGER = 2**53 - 1
_MAX_INTEGER_LENGTH = len(str(-MAX_INTEGER))

Json = TypeAliasType("Json", "dict[str, Json] | list[Json] | str | int | bool | None")


def _refuse(reason: str, message: str, where: str = "") -> NoReturn:
    faults = (FieldFault(where, message),) if where else ()
    sentence = f"{where}: {message}." if where else f"The document {message}."
    raise BadInput(
        f"wire.codec.{reason}",
        sentence,
        next_step="Correct the document at its source and sign it again.",
        faults=faults,
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        _refuse("duplicate", f"names {twice!r} twice in one object")
    return found


def _integer(digits: str) -> int:
    # The length first: converting a million digits is an attack of its own.
    if len(digits) <= _MAX_INTEGER_LENGTH:
        number = int(digits)
        if -MAX_INTEGER <= number <= MAX_INTEGER:
            return number
    _refuse("integer", "holds a number beyond ±(2^53-1)")


def _float(digits: str) -> NoReturn:
    _refuse("float", f"holds the number {digits[:20]}, which is no integer; write decimals as text")


def _constant(name: str) -> NoReturn:
    _refuse("constant", f"holds {name}, which is no number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
)
_CONTAINERS = frozenset({dict, list})  # the decoder makes no other kinds, and no subclasses
_TEXT = frozenset({str})
_PLAIN = _CONTAINERS | _TEXT | {int, bool, type(None)}
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


def decode(data: bytes) -> Json:
    """Read one JSON document of at most 1 MiB and 64 levels.

    Raises BadInput, code ``wire.codec.`` and one of: size, utf8, syntax, depth, duplicate, float, integer,
    constant (NaN, Infinity), surrogate, nul, nfc.
    """
    if len(data) > MAX_BYTES:
        _refuse("size", f"has {len(data)} bytes; at most {MAX_BYTES} are read")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse("utf8", f"is not UTF-8 at byte {error.start}")
    try:
        value: Json = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        _refuse("syntax", f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}")
    except RecursionError:
        _refuse("depth", f"has more than {MAX_DEPTH} levels")
    if text.count("{") + text.count("[") > MAX_DEPTH:
        _check_depth(value)
    if not _is_settled(text):
        _check_texts(value)
    return value


def _is_settled(text: str) -> bool:
    """Whether the text of a whole document shows at a look that each string in it is sound.

    A part of an NFC text is NFC, and no quote, bracket or control composes with what follows it; only an
    escape can hide a character.
    """
    return "\\u" not in text and (text.isascii() or is_nfc(text))


_SHAPES = bytes.maketrans(b"0123456789[,-", b"0000000000:::")
_LONG_NUMBER = b":" + b"0" * (_MAX_INTEGER_LENGTH - 1)
"""What a number beyond the limit looks like in ``_SHAPES``: something stands before it, and no quote."""


def is_sound(data: bytes, levels: int | None = None) -> bool:
    """Whether a look at the value of a member shows that ``decode`` would read it.

    For compact JSON in UTF-8 of distinct names without floats, such as the serializer of a strict model
    writes; ``levels`` is how deep it is at most, where that is known. False says nothing: then it has to be
    read.
    """
    if levels is None:
        levels = data.count(b"{") + data.count(b"[")
    if levels >= MAX_DEPTH:
        return False
    if _LONG_NUMBER in (b":" + data).translate(_SHAPES):
        return False
    return _is_settled(data.decode("utf-8"))


def _is_plain(value: Json) -> bool:
    """Whether a value holds only what the decoder makes: the quick way to know that it may be written."""
    level: list[Any] = [[value]]
    for _ in range(MAX_DEPTH + 1):
        children = [c for parent in level for c in (parent.values() if type(parent) is dict else parent)]
        numbers = [child for child in children if type(child) is int]
        level = [child for child in children if type(child) in _CONTAINERS]
        names = chain.from_iterable(child for child in level if type(child) is dict)
        if not (_PLAIN.issuperset(map(type, children)) and _TEXT.issuperset(map(type, names))):
            return False
        if numbers and (min(numbers) < -MAX_INTEGER or max(numbers) > MAX_INTEGER):
            return False
        if not level:
            return True
    return False


def encode(value: Json) -> bytes:
    """Write compact UTF-8, names in the order given; what ``decode`` would refuse is refused with its code.

    A value JSON does not know, or a name that is no text, is BadInput ``wire.codec.type``.
    """
    try:
        text = _ENCODER.encode(value)
        data = text.encode("utf-8")
    except TypeError as error:
        _refuse("type", f"holds what JSON cannot: {error}")
    except RecursionError:
        _refuse("depth", f"has more than {MAX_DEPTH} levels")
    except UnicodeEncodeError:
        _check_depth(value)
        _check_texts(value)
        _refuse("surrogate", "holds half of a surrogate pair")
    except ValueError:
        _refuse("integer", "holds a number beyond ±(2^53-1)")
    if len(data) <= MAX_BYTES and _is_settled(text) and _is_plain(value):
        return data
    # Reading it back proves what a look cannot: names that were numbers, tuples and the like come back as
    # something else, and every other fault is refused under its own code.
    if decode(data) != value:
        _refuse("type", "holds names that are no text, or sequences that are no lists")
    return data


def digest_json(value: Json) -> bytes:
    """SHA-256 (32 bytes) over the document with all names sorted: one name for one set of terms.

    For comparing terms only; signatures are over the bytes as they were sent.
    """
    return sha256(encode(_sorted(decode(encode(value))))).digest()


def _sorted(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value


def _check_depth(value: Json) -> None:
    # Level by level: a walk that calls itself would cost twice as much.
    level: list[Any] = [value] if type(value) in _CONTAINERS else []
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            _refuse("depth", f"has more than {MAX_DEPTH} levels")
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) in _CONTAINERS
        ]


def _walk(value: Json, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every name and every leaf of a value, each with its path."""
    if type(value) is dict:
        for name, child in value.items():
            path = f"{where}.{name}" if where else str(name)
            yield path, name
            yield from _walk(child, path)
    elif type(value) is list:
        for index, child in enumerate(value):
            yield from _walk(child, f"{where}[{index}]")
    else:
        yield where, value


def _check_texts(value: Json) -> None:
    for where, text in _walk(value):
        if not isinstance(text, str) or (text.isascii() and "\0" not in text):
            continue
        shown = where or "The text"
        if any("\ud800" <= character <= "\udfff" for character in text):
            _refuse("surrogate", "holds half of a surrogate pair", shown)
        if "\0" in text:
            _refuse("nul", "holds the character U+0000, which databases cannot store", shown)
        if not is_nfc(text):
            _refuse("nfc", "is not in Unicode normalisation form C", shown)
