"""Pure alcohol in goods: the measure that quotas are kept in.

Volume is in microlitres of one container, strength in thousandths of a per cent by volume, as tariffs have
them; pure alcohol in whole millilitres. Volume times strength is the definition of the alcoholic strength by
volume at 20 °C (OIML R 22, 1975).
"""

from collections.abc import Iterable
from dataclasses import dataclass

PER_MILLILITRE = 100_000 * 1000
"""Thousandths of a per cent in the whole, times microlitres in a millilitre."""


@dataclass(frozen=True, slots=True)
class Goods:
    """One line of goods: microlitres a container, thousandths of a per cent, containers."""

    volume: int
    abv: int
    quantity: int


def pure_alcohol(goods: Iterable[Goods]) -> int:
    """Millilitres of pure alcohol in all lines together, rounded up once: nothing passes uncounted."""
    exact = sum(one.volume * one.abv * one.quantity for one in goods)
    return -(-exact // PER_MILLILITRE)
