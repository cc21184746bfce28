"""How near two goods are to each other, and whether a capacity covers a volume.

Nearness follows the Harmonized System (WCO, International Convention of 1983): two digits name a chapter,
four a heading, six a subheading; what countries add behind them is not compared.
"""

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

HS_PATTERN = r"^[0-9]{4}([0-9]{2}){0,3}$"
BOUNDS = (1, 100, 1_000, 10_000, 100_000, 1_000_000)
"""The least quantity of each class of yearly volume; the last class has no upper end."""
LAST_CLASS = len(BOUNDS) - 1


class Nearness(StrEnum):
    """How far two codes agree."""

    SUBHEADING = "subheading"
    HEADING = "heading"
    CHAPTER = "chapter"
    APART = "apart"


class Covers(StrEnum):
    """Whether a capacity is enough for a volume, as far as one is told."""

    YES = "yes"
    SAME_CLASS = "same-class"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Volume:
    """A quantity a year in a unit: its class, which partners are told, and the figure where it is known."""

    unit: str
    size: int
    quantity: int | None = None


def nearness(one: str, other: str) -> Nearness:
    """How far two HS codes of four to ten digits agree."""
    if len(one) >= 6 and len(other) >= 6 and one[:6] == other[:6]:
        return Nearness.SUBHEADING
    if one[:4] == other[:4]:
        return Nearness.HEADING
    return Nearness.CHAPTER if one[:2] == other[:2] else Nearness.APART


def class_of(quantity: int) -> int:
    """The class of a yearly quantity, 0 for the smallest; ValueError for less than one."""
    if quantity < 1:
        raise ValueError("a quantity is at least one")
    return bisect_right(BOUNDS, quantity) - 1


def class_bounds(size: int) -> tuple[int, int | None]:
    """The least and the largest quantity of a class; None where there is no largest."""
    return BOUNDS[size], None if size == LAST_CLASS else BOUNDS[size + 1] - 1


def covers(need: Volume, offer: Volume) -> Covers:
    """Whether a capacity covers a volume: by the figures where both are known, else by their classes.

    Other units are never enough: a tonne says nothing of pieces.
    """
    if need.unit != offer.unit:
        return Covers.NO
    if need.quantity is not None and offer.quantity is not None:
        return Covers.YES if offer.quantity >= need.quantity else Covers.NO
    if offer.size == need.size:
        return Covers.SAME_CLASS
    return Covers.YES if offer.size > need.size else Covers.NO
