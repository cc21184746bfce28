"""Who took part, by country and region."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ELSEWHERE = "elsewhere"
"""The region of a code that the list of regions does not hold."""


@dataclass(frozen=True, slots=True)
class ByPlace:
    """People by region and country; regions and countries by number, the largest first, then by code."""

    countries: tuple[tuple[str, int], ...]
    regions: tuple[tuple[str, int], ...]


def by_place(people: Iterable[str], region_of: Mapping[str, str]) -> ByPlace:
    """Count people by the country code of each."""
    countries = Counter(people)
    regions: Counter[str] = Counter()
    for code, number in countries.items():
        regions[region_of.get(code, ELSEWHERE)] += number

    def ordered(found: Counter[str]) -> tuple[tuple[str, int], ...]:
        return tuple(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    return ByPlace(ordered(countries), ordered(regions))
