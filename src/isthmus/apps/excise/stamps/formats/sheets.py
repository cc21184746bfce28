"""Sheets of stamps as PDF: what a printer of labels gets."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from isthmus.apps.excise.stamps.formats import symbols
from isthmus.apps.excise.stamps.rules import codes
from isthmus.ui.typeset import Form, typeset

_TEMPLATE: Final = Path(__file__).parent.parent / "documents" / "sheet.typ"
_WIDTH_MM, _GUTTER_MM = 190.0, 2.0
MOST_STAMPS: Final = 5000
"""On one document; a larger batch is printed in several."""


def pdf(stamps: Sequence[tuple[str, codes.Code]], *, title: str) -> bytes:
    """A PDF of the stamps, each a number and its code; all are of one kind. The same stamps, the same bytes.

    ValueError for none, for more than ``MOST_STAMPS`` and for a mixture of kinds.
    """
    return _compiled(stamps, title, "pdf", None)[0]


def pictures(stamps: Sequence[tuple[str, codes.Code]], *, title: str, ppi: int) -> list[bytes]:
    """The same pages as PNG, to look at; ``ppi`` is in points an inch."""
    return _compiled(stamps, title, "png", float(ppi))


def _compiled(
    stamps: Sequence[tuple[str, codes.Code]], title: str, form: Form, ppi: float | None
) -> list[bytes]:
    kinds = {symbols.kind_of(code) for _number, code in stamps}
    if len(kinds) != 1 or len(stamps) > MOST_STAMPS:
        raise ValueError(f"a document holds 1 to {MOST_STAMPS} stamps of one kind")
    kind = kinds.pop()
    data = {
        "title": title,
        "side_mm": kind.side_mm,
        "across": int((_WIDTH_MM + _GUTTER_MM) / (kind.side_mm + _GUTTER_MM)),
        "stamps": [{"number": number, "signs": codes.typed(code)} for number, code in stamps],
    }
    files = {f"symbols/{place}.svg": symbols.svg(code).encode() for place, (_n, code) in enumerate(stamps)}
    files["main"] = _TEMPLATE.read_bytes()
    files["data.json"] = json.dumps(data, ensure_ascii=False).encode()
    return typeset(files, form, ppi)
