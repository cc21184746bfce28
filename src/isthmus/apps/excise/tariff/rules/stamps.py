"""Whether goods of a line must bear an excise stamp; what cannot be read from the line is named."""

from dataclasses import dataclass
from fractions import Fraction

from isthmus.apps.excise.tariff.rules.model import ABV_SCALE, LITRE_SCALE, Line, StampExemption, Tariff


@dataclass(frozen=True, slots=True)
class StampAnswer:
    """``free`` is the exemption that holds; ``possible`` those that hold for a purpose the line does not
    state.
    """

    free: StampExemption | None
    possible: tuple[StampExemption, ...]


def _holds(exemption: StampExemption, group: str, line: Line) -> bool:
    if exemption.groups and group not in exemption.groups:
        return False
    if exemption.abv is not None and (
        line.abv is None or not exemption.abv.holds(Fraction(line.abv, ABV_SCALE))
    ):
        return False
    if exemption.size_l is None and not exemption.sizes_l:
        return True
    if line.volume is None:
        return False
    size = Fraction(line.volume, LITRE_SCALE)
    small = exemption.size_l is not None and exemption.size_l.holds(size)
    return small or size in exemption.sizes_l


def stamp_of(tariff: Tariff, group: str, line: Line) -> StampAnswer | None:
    """What the tariff says about a stamp for a line's goods; None where it says nothing about stamps."""
    if not tariff.stamp_act:
        return None
    holding = [one for one in tariff.stamp_exemptions if _holds(one, group, line)]
    free = next((one for one in holding if not one.purpose), None)
    possible = () if free is not None else tuple(one for one in holding if one.purpose)
    return StampAnswer(free, possible)
