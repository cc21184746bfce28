"""A file of documents or questions, whichever of the forms it has."""

from collections.abc import Iterator
from pathlib import Path

from isthmus.kit.errors import BadInput
from isthmus.search.formats import jsonl, smart
from isthmus.search.formats.documents import Written


def lines_of(path: Path) -> list[str]:
    """The lines of a text file. BadInput where it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise BadInput(
            "search.not-utf-8",
            f"{path.name} is not a text in UTF-8: byte {error.start + 1} cannot be read.",
            next_step="Save it in UTF-8.",
        ) from error


def read(path: Path, language: str) -> Iterator[Written]:
    """What a file of JSON Lines or of SMART holds; ``language`` where it states none."""
    lines = lines_of(path)
    form = smart if lines and smart.is_smart(lines[0]) else jsonl
    yield from form.read(lines, language)
