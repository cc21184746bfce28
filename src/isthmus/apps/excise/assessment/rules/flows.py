"""Flows: how much of what happened month by month or day by day, as values to draw and to list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

MONTHS: Final = 12
DAYS: Final = 30
"""How far back a flow goes from its last step."""
REST: Final = "rest"
"""The name of the line in which smaller ones stand together."""

Noted = tuple[date, str, Decimal]
"""A day, the line that it counts for, and how much."""


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One line of a flow, with a value for each step."""

    key: str
    values: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow: its ``key`` says of what, ``about`` of whom; ``steps`` are days, or the first days of months.

    ``source`` names the newest record that it rests on.
    """

    key: str
    about: str
    by_day: bool
    steps: tuple[date, ...]
    lines: tuple[FlowLine, ...]
    unit: str
    places: int
    source: str


def _months(last: date, first: date) -> list[date]:
    found = [last.replace(day=1)]
    while len(found) < MONTHS and found[-1] > first.replace(day=1):
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def _filled(noted: Iterable[Noted], keys: Sequence[str], steps: Sequence[date]) -> tuple[FlowLine, ...]:
    sums: defaultdict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for day, key, value in noted:
        sums[key, day] += value
    return tuple(FlowLine(key, tuple(sums[key, step] for step in steps)) for key in keys)


def monthly(
    key: str,
    noted: Sequence[Noted],
    keys: Sequence[str],
    *,
    unit: str,
    source: str,
    about: str = "",
    places: int = 0,
) -> Flow | None:
    """A flow by month, up to the last month in which anything happened; None where nothing did."""
    in_months = [(day.replace(day=1), line, value) for day, line, value in noted]
    if not in_months:
        return None
    days = [day for day, _line, _value in in_months]
    steps = _months(max(days), min(days))
    return Flow(key, about, False, tuple(steps), _filled(in_months, keys, steps), unit, places, source)


def daily(
    key: str, noted: Sequence[Noted], keys: Sequence[str], *, last: date, unit: str, source: str
) -> Flow | None:
    """A flow of the days up to ``last``; None where nothing happened on them."""
    steps = tuple(last - timedelta(days=back) for back in reversed(range(DAYS)))
    if not any(steps[0] <= day <= last for day, _line, _value in noted):
        return None
    return Flow(key, "", True, steps, _filled(noted, keys, steps), unit, 0, source)


def largest(noted: Sequence[Noted], most: int) -> tuple[list[Noted], list[str]]:
    """The same with all but the ``most`` largest lines put together as ``REST``, and the lines' names."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for _day, key, value in noted:
        sums[key] += value
    kept = sorted(sums, key=lambda key: (-sums[key], key))[:most]
    found = [(day, key if key in kept else REST, value) for day, key, value in noted]
    return found, [*kept, *([REST] if len(sums) > len(kept) else [])]
