"""The paper that travels with the goods as PDF: the same values, the same bytes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from isthmus.ui.typeset import Form, typeset

_TEMPLATE = Path(__file__).resolve().parents[1] / "documents" / "movement.typ"


def pdf(values: Mapping[str, Any]) -> bytes:
    """The paper as PDF; ``values`` are what the template shows, ``reference`` also as bars and a square."""
    return _compiled(values, "pdf", None)[0]


def pictures(values: Mapping[str, Any], *, ppi: int) -> list[bytes]:
    """Its pages as PNG, to look at; ``ppi`` is in points an inch."""
    return _compiled(values, "png", float(ppi))


def _compiled(values: Mapping[str, Any], form: Form, ppi: float | None) -> list[bytes]:
    import zxingcpp

    kinds = {"bars.svg": zxingcpp.BarcodeFormat.Code128, "square.svg": zxingcpp.BarcodeFormat.QRCode}
    files = {
        name: zxingcpp.create_barcode(values["reference"], kind).to_svg(scale=1, add_hrt=False).encode()
        for name, kind in kinds.items()
    }
    files["main"] = _TEMPLATE.read_bytes()
    files["data.json"] = json.dumps(values, ensure_ascii=False).encode()
    return typeset(files, form, ppi)
