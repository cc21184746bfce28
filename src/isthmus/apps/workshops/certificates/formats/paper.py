"""A certificate on one page of A4: who, what, when, each session, and the code that proves it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from isthmus.ui.typeset import typeset

_TEMPLATES = Path(__file__).resolve().parents[1] / "documents"
FACES = Path(__file__).resolve().parents[4] / "ui" / "papers" / "documents" / "chart.typ"


def square(text: str) -> bytes:
    """A QR code (ISO/IEC 18004, error correction M) as SVG."""
    import zxingcpp

    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return bytes(made.to_svg(scale=1, add_hrt=False).encode())


def certificate(values: Mapping[str, Any], code: str) -> bytes:
    """The certificate as PDF, not signed yet; ``code`` is what its QR code holds. Same values, same bytes."""
    files = {
        "main": (_TEMPLATES / "certificate.typ").read_bytes(),
        "chart.typ": FACES.read_bytes(),
        "data.json": json.dumps(values, ensure_ascii=False).encode(),
        "code.svg": square(code),
    }
    return typeset(files)[0]
