"""QR codes as inline SVG: one path, no style attribute, so that a strict content security policy holds."""

from itertools import groupby

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString

_QUIET = 4  # modules of white around the code (ISO/IEC 18004)


def svg(text: str, label: str) -> SafeString:
    """The code of ``text`` with error correction M; ``label`` is its name for those who do not see it."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    size = len(rows) + 2 * _QUIET
    parts = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                parts.append(f"M{x + _QUIET} {y + _QUIET}h{length}v1h-{length}z")
            x += length
    return format_html(
        '<svg class="qr" role="img" viewBox="0 0 {0} {0}" shape-rendering="crispEdges"><title>{1}</title>'
        '<path d="{2}"/></svg>',
        size,
        label,
        "".join(parts),
    )
