"""Waste: which year brings how many kilograms of worn batteries and panels, by what they are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Installed:
    """So many pieces of one material that were installed in a year and last so many years."""

    material: str
    count: int
    grams_each: int
    year: int
    life_years: int


@dataclass(frozen=True, slots=True)
class Masses:
    """What panels and batteries weigh, and how long they last: ``battery_grams_per_wh`` by chemistry."""

    panel_grams_per_wp: float
    panel_years: int
    battery_grams_per_wh: Mapping[str, float]
    battery_years: Mapping[str, int]


def systems_of(
    masses: Masses, wp: int, battery_wh: int, battery: str, count: int, year: int, battery_years: int | None
) -> tuple[Installed, ...]:
    """So many systems of one size; ``battery_years`` is how long a battery lasts, where it is known."""
    panel = round(wp * masses.panel_grams_per_wp)
    cells = round(battery_wh * masses.battery_grams_per_wh[battery])
    years = battery_years or masses.battery_years[battery]
    return (
        Installed("panel", count, panel, year, masses.panel_years),
        Installed(battery, count, cells, year, years),
    )


def forecast(installed: Iterable[Installed], until: int) -> dict[int, dict[str, int]]:
    """Grams by year and material up to a year; what wears out is replaced by its like, again and again."""
    found: dict[int, dict[str, int]] = {}
    for one in installed:
        for year in range(one.year + one.life_years, until + 1, one.life_years):
            of_year = found.setdefault(year, {})
            of_year[one.material] = of_year.get(one.material, 0) + one.count * one.grams_each
    return dict(sorted(found.items()))
