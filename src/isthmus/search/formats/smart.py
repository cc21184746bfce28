"""Collections in the form of the SMART system (Salton, 1971), as Cranfield and its kin are handed on.

A document begins with ``.I`` and its number; ``.T`` title, ``.A`` author, ``.B`` source and ``.W`` text
follow on lines of their own. Documents are numbered by their place from 1, not by ``.I``: the questions of
Cranfield skip numbers there (1, 2, 4, 8), while its judgments count them by place. Its documents have the
same number either way.
"""

from collections.abc import Iterable, Iterator

from isthmus.kit.errors import BadInput
from isthmus.search.formats.documents import Written

_SECTIONS = {".T": "title", ".A": "author", ".B": "source", ".W": "text"}


def is_smart(first_line: str) -> bool:
    """Whether a file that begins so is of this form."""
    return first_line.startswith(".I ")


def read(lines: Iterable[str], language: str) -> Iterator[Written]:
    """The documents of a file; all are in one ``language``. BadInput for a line before the first ``.I``."""
    place = 0
    sections: dict[str, list[str]] = {}
    section = ""
    for number, line in enumerate(lines, start=1):
        if is_smart(line):
            if place:
                yield _written(place, sections, language)
            place, sections, section = place + 1, {}, ""
        elif line.strip() in _SECTIONS and place:
            section = _SECTIONS[line.strip()]
        elif section:
            sections.setdefault(section, []).append(line.rstrip("\r\n"))
        elif line.strip():
            raise BadInput(
                "search.line",
                f"Line {number} cannot be read: it belongs to no section.",
                next_step="Begin each document with .I and its number, and its parts with .T, .A, .B and .W.",
            )
    if place:
        yield _written(place, sections, language)


def _written(place: int, sections: dict[str, list[str]], language: str) -> Written:
    title, text = ("\n".join(sections.get(name, [])) for name in ("title", "text"))
    return Written(str(place), title, text, language)
