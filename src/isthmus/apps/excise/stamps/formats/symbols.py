"""The QR code of a stamp (ISO/IEC 18004, error correction M) at the size of its kind.

========== ========= =========================== ==================================
kind       version   side with its quiet zone    holds
========== ========= =========================== ==================================
plain      4         13.5 mm                     GTIN and serial
tagged     5         14.9 mm                     and the tag, for checks by network
signed     9         20.0 mm                     and the signature, for inspectors
========== ========= =========================== ==================================

A module is 0.33 mm wide. How long the host's name may be is told by ``room_for_host``.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.excise.stamps.rules import codes

QUIET_MODULES: Final = 4
_SAMPLE_GTIN: Final = "00000000000000"


@dataclass(frozen=True, slots=True)
class Kind:
    """A size of symbol; ``side_mm`` counts the quiet zone."""

    name: str
    version: int
    side_mm: float

    @property
    def modules(self) -> int:
        """Modules of a side, without the quiet zone."""
        return 17 + 4 * self.version


PLAIN: Final = Kind("plain", 4, 13.5)
TAGGED: Final = Kind("tagged", 5, 14.9)
SIGNED: Final = Kind("signed", 9, 20.0)
KINDS: Final = {kind.name: kind for kind in (PLAIN, TAGGED, SIGNED)}


def kind_of(code: codes.Code) -> Kind:
    """The size that a code is printed in."""
    if code.signature_key is not None:
        return SIGNED
    return PLAIN if code.tag_key is None else TAGGED


def modules(code: codes.Code) -> NDArray[np.bool_]:
    """The symbol without its quiet zone, True where it is dark; ValueError where the host is too long."""
    import zxingcpp

    kind = kind_of(code)
    made = zxingcpp.create_barcode(
        code.text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", version=kind.version
    )
    image = np.asarray(made.to_image(scale=1, add_quiet_zones=False))
    if image.shape != (kind.modules, kind.modules):
        raise ValueError(f"a symbol of {image.shape} modules is not of version {kind.version}")
    dark: NDArray[np.bool_] = image < 128
    return dark


def path(dark: NDArray[np.bool_], x: int = QUIET_MODULES, y: int = QUIET_MODULES) -> str:
    """The dark modules as the data of an SVG path, a module a unit, from (``x``, ``y``) on."""
    parts = []
    for row, line in enumerate(dark.tolist()):
        place = x
        for is_dark, run in groupby(line):
            length = len(list(run))
            if is_dark:
                parts.append(f"M{place} {y + row}h{length}v1h-{length}z")
            place += length
    return "".join(parts)


def svg(code: codes.Code) -> str:
    """One symbol as an SVG of its printed size."""
    kind = kind_of(code)
    side = kind.modules + 2 * QUIET_MODULES
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{kind.side_mm}mm" height="{kind.side_mm}mm" '
        f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}'
        f'h-{side}z"/><path d="{path(modules(code))}"/></svg>'
    )


def room_for_host(kind: Kind) -> int:
    """The longest host's name, in signs, that fits into symbols of a kind whatever their serials."""
    tag = (0, b"\xff" * codes.TAG_BYTES) if kind is not PLAIN else (None, b"")
    # A signature of many small letters is the longest in a symbol's modes.
    signature = (0, b"\x69\xa6\x9a" * 21 + b"\x69") if kind is SIGNED else (None, b"")
    for length in range(60, 0, -1):
        host = "".join("a" if place % 2 else "-" for place in range(length - 1)) + "a"
        code = codes.Code(host, _SAMPLE_GTIN, b"\xff" * codes.SERIAL_BYTES, *tag, *signature)
        try:
            modules(code)
        except ValueError:
            continue
        return length
    raise ValueError(f"no host fits into a symbol of version {kind.version}")
