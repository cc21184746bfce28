"""Wires and fuses of direct current.

The drop is that of IEC 60364-5-52:2009, annex G, for two wires: twice the length, copper as warm as in
use (0.0225 ohm mm²/m). What a wire may carry is that of table B.52.4 there, two loaded wires in PVC, clipped
direct. Not yet compared with the printed standard.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

RESISTIVITY: Final = Decimal("0.0225")
"""Ohm mm²/m."""
MOST_DROP: Final = Decimal("0.03")
"""Share of the voltage that may be lost in a wire."""
CARRIES: Final[dict[Decimal, Decimal]] = {
    Decimal(size): Decimal(amps)
    for size, amps in (
        ("1.5", "19.5"),
        ("2.5", "27"),
        ("4", "36"),
        ("6", "46"),
        ("10", "63"),
        ("16", "85"),
        ("25", "112"),
        ("35", "138"),
        ("50", "168"),
    )
}
"""Amperes by cross-section in mm²."""
FUSES: Final = (3, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 125, 150)
"""Amperes of fuses that are sold."""
FUSE_MARGIN: Final = Decimal("1.5")
"""Of the current in use; of a panel's short circuit, IEC 62548 asks for at least as much."""


class TooMuch(ValueError):
    """No wire or fuse of the list carries this current so far."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A wire of a run: cross-section in mm², its fuse in amperes, and the share of the voltage it loses."""

    mm2: Decimal
    fuse: int
    drop: Decimal


def voltage_drop(amps: Decimal, volts: Decimal, metres: Decimal, mm2: Decimal) -> Decimal:
    """The share of the voltage that is lost in a run of two wires of this length, one way."""
    return 2 * RESISTIVITY * metres * amps / mm2 / volts


def fuse_for(amps: Decimal) -> int:
    """The smallest fuse that does not blow in ordinary use; TooMuch where none is large enough."""
    found = next((one for one in FUSES if one >= amps * FUSE_MARGIN), None)
    if found is None:
        raise TooMuch(f"{amps:.1f} A")
    return found


def wire_for(amps: Decimal, volts: Decimal, metres: Decimal) -> Wire:
    """The thinnest wire that loses no more than 3 % and is protected by its fuse; TooMuch where none is."""
    fuse = fuse_for(amps)
    for mm2, carries in CARRIES.items():
        drop = voltage_drop(amps, volts, metres, mm2)
        if carries >= fuse and drop <= MOST_DROP:
            return Wire(mm2, fuse, drop)
    raise TooMuch(f"{amps:.1f} A over {metres} m")
