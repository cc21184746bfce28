"""The installation sheet as PDF: the same values, the same bytes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from isthmus.ui.typeset import Form, typeset

_TEMPLATE = Path(__file__).resolve().parents[1] / "documents" / "sheet.typ"


def pdf(values: Mapping[str, Any]) -> bytes:
    """The sheet as PDF; ``values`` are what the template shows, ``code`` is what the square says."""
    return _compiled(values, "pdf", None)[0]


def pictures(values: Mapping[str, Any], *, ppi: int) -> list[bytes]:
    """Its pages as PNG, to look at; ``ppi`` is in points an inch."""
    return _compiled(values, "png", float(ppi))


def _compiled(values: Mapping[str, Any], form: Form, ppi: float | None) -> list[bytes]:
    import zxingcpp

    square = zxingcpp.create_barcode(values["code"], zxingcpp.BarcodeFormat.QRCode)
    files = {
        "square.svg": square.to_svg(scale=1, add_hrt=False).encode(),
        "main": _TEMPLATE.read_bytes(),
        "data.json": json.dumps(values, ensure_ascii=False).encode(),
    }
    return typeset(files, form, ppi)
