"""Documents and questions as JSON Lines: an object a line, with ``id``, ``title``, ``text`` and
``language``.
"""

import json
from collections.abc import Iterable, Iterator

from isthmus.kit.errors import BadInput
from isthmus.search.formats.documents import Written

_MEMBERS = ("id", "title", "text", "language")


def read(lines: Iterable[str], language: str) -> Iterator[Written]:
    """The documents of a file, line by line; ``language`` where a line states none.

    Other members are left alone. BadInput names the line and what is wrong with it.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _document(line, number, language)


def _document(line: str, number: int, language: str) -> Written:
    try:
        content = json.loads(line)
    except ValueError as error:
        raise _fault(number, f"it is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise _fault(number, "it is not an object")
    found: dict[str, str] = {}
    for name in _MEMBERS:
        value = content.get(name, "")
        if name == "id" and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise _fault(number, f"its member {name} is not a text")
        found[name] = value
    if not found["id"]:
        raise _fault(number, "it has no member id")
    if not found["title"] and not found["text"]:
        raise _fault(number, "it has neither title nor text")
    return Written(found["id"], found["title"], found["text"], found["language"] or language)


def _fault(number: int, why: str) -> BadInput:
    return BadInput(
        "search.line",
        f"Line {number} cannot be read: {why}.",
        next_step='Write an object a line: {"id": "1", "title": "...", "text": "...", "language": "en"}.',
    )
