"""The margin between the value of an export (FOB) and of its import (CIF), and the band that is usual.

Margins are in thousandths. The default of 1.06 is the ratio that the IMF's Direction of Trade Statistics used
for estimating the partner's side; the band around a learned margin is five robust standard deviations, taken
as 1.4826 times the median absolute deviation (Hampel, JASA 69, 1974).
"""

from dataclasses import dataclass

ENOUGH = 30
"""Shipments from which a margin is learned; below that the corridor's or the default one is used."""
NARROWEST = 40
"""Half of the narrowest band, in thousandths: rounding and daily rates alone move a ratio so far."""
WIDEST = 250


@dataclass(frozen=True, slots=True)
class Margin:
    """The usual ratio of import to export value and its band, in thousandths, and what it rests on."""

    middle: int = 1060
    low: int = 980
    high: int = 1200
    shipments: int = 0


DEFAULT = Margin()


def learn(median: int, deviation: int, shipments: int, otherwise: Margin = DEFAULT) -> Margin:
    """The margin of shipments with this median and median absolute deviation; ``otherwise`` for too few."""
    if shipments < ENOUGH:
        return otherwise
    half = min(max(round(5 * 1.4826 * deviation), NARROWEST), WIDEST)
    return Margin(median, median - half, median + half, shipments)
