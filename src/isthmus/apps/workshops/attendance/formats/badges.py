"""Badges to cut out, with a code that a telephone reads and a person types."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from isthmus.apps.workshops.certificates.formats.paper import FACES, square
from isthmus.ui.typeset import typeset

_TEMPLATE = Path(__file__).resolve().parents[1] / "documents" / "badges.typ"


def badges(title: str, people: Sequence[dict[str, Any]], language: str) -> bytes:
    """Badges to cut out, eight a page; a person has name, country, employer, code and its address."""
    files = {
        "main": _TEMPLATE.read_bytes(),
        "chart.typ": FACES.read_bytes(),
        "data.json": json.dumps(
            {"title": title, "language": language, "people": list(people)}, ensure_ascii=False
        ).encode(),
    }
    for place, one in enumerate(people):
        files[f"{place}.svg"] = square(one["address"])
    return typeset(files)[0]
