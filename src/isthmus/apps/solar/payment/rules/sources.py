"""Other sources of a family's light and power, in money and in kg of CO2 a year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

DAYS = Decimal(365)


@dataclass(frozen=True, slots=True)
class Source:
    """A source: what it costs to begin, what a kWh of its service costs, and the CO2 of that kWh.

    ``service`` is the share of the family's electric use that it can stand in for at all: kerosene gives
    light only. ``most_wh_per_day`` is what homes that live by it use of it, where that is less.
    """

    name: str
    first_cost: Decimal
    per_kwh: Decimal
    co2_kg_per_kwh: Decimal
    service: Decimal
    source: str
    checked_on: date
    confirmed: bool
    most_wh_per_day: Decimal | None = None

    def share_of(self, wh_per_day: Decimal) -> Decimal:
        """The share of this use, above 0, that the source takes the place of."""
        if self.most_wh_per_day is None:
            return self.service
        return min(self.service, self.most_wh_per_day / wh_per_day)


@dataclass(frozen=True, slots=True)
class Yearly:
    """A source over the years that are counted, a year."""

    name: str
    cost: Decimal
    co2_kg: Decimal
    covers: Decimal
    confirmed: bool


def yearly(source: Source, wh_per_day: Decimal, years: int) -> Yearly:
    """What a source costs and emits a year for the part of this use that it covers."""
    covers = source.share_of(wh_per_day)
    kwh = wh_per_day * covers * DAYS / 1000
    cost = source.first_cost / years + kwh * source.per_kwh
    return Yearly(source.name, cost, kwh * source.co2_kg_per_kwh, covers, source.confirmed)


def compare(sources: Iterable[Source], wh_per_day: Decimal, years: int) -> tuple[Yearly, ...]:
    """All of them, the cheapest for a year of what it covers first."""
    return tuple(sorted((yearly(one, wh_per_day, years) for one in sources), key=lambda one: one.cost))
