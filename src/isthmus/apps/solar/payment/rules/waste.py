"""Waste: which year brings how many kilograms of worn batteries and panels, by what they are made of."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Installed:
    """So many pieces of one material that were installed in a year and last so many years."""

    material: str
    count: int
    grams_each: int
    year: int
    life_years: int


def forecast(installed: Iterable[Installed], until: int) -> dict[int, dict[str, int]]:
    """Grams by year and material up to a year; what wears out is replaced by its like, again and again."""
    found: dict[int, dict[str, int]] = {}
    for one in installed:
        for year in range(one.year + one.life_years, until + 1, one.life_years):
            of_year = found.setdefault(year, {})
            of_year[one.material] = of_year.get(one.material, 0) + one.count * one.grams_each
    return dict(sorted(found.items()))
