"""When duty falls due, and what a late payment costs, by the dated terms of a country."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise


class Per(StrEnum):
    """What one return is for: all goods of a month, or one event such as a clearance."""

    MONTH = "month"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Dated:
    """Days on which a term counts, both included, where it is from, and whether that was confirmed."""

    first_day: date
    last_day: date | None
    act: str
    source: str
    confirmed: bool

    def in_force(self, day: date) -> bool:
        """Whether the term counts on a day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class TaxPoint(Dated):
    """An event at which duty arises, and when it is due.

    ``due_day`` of the month that comes ``months_after`` the event; the day of the event itself where it is
    None.
    """

    name: str
    title: str
    per: Per
    months_after: int
    due_day: int | None


@dataclass(frozen=True, slots=True)
class DayRate(Dated):
    """Interest on what is paid late, in per cent of the debt for each day."""

    percent_a_day: Fraction


@dataclass(frozen=True, slots=True)
class Penalty(Dated):
    """A penalty: a fixed amount, or per cent of the duty; ``missing`` says why neither is known."""

    name: str
    title: str
    fixed_minor: int | None
    percent: Fraction | None
    missing: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one country, in its currency's minor units."""

    country: str
    currency: str
    checked_on: date
    tax_points: tuple[TaxPoint, ...]
    rates: tuple[DayRate, ...]
    penalties: tuple[Penalty, ...]


class TermsFault(Exception):
    """What the terms do not say: a code, the day, and the name that was asked for."""

    def __init__(self, code: str, day: date, name: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.day = day
        self.name = name


def tax_point(terms: Terms, name: str, day: date) -> TaxPoint:
    """The tax point of this name as it counts on a day. TermsFault ``tax-point`` where there is none."""
    found = next((one for one in terms.tax_points if one.name == name and one.in_force(day)), None)
    if found is None:
        raise TermsFault("tax-point", day, name)
    return found


def due_on(point: TaxPoint, day: date) -> date:
    """The last day on which duty that arose on ``day`` is paid in time.

    A month that is too short ends the time on its last day. Days of rest are not looked at.
    """
    if point.due_day is None:
        return day
    months = day.year * 12 + day.month - 1 + point.months_after
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(point.due_day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Late:
    """Some days on which the same debt was owed at the same rate, and the interest of all of them."""

    first: date
    last: date
    debt_minor: int
    rate: DayRate
    interest_minor: Fraction

    @property
    def days(self) -> int:
        """How many days, both included."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Interest:
    """Interest in minor units, rounded once, and the runs of days that make it."""

    amount_minor: int
    parts: tuple[Late, ...]


def half_up(amount: Fraction) -> int:
    """A fraction that is not negative, rounded half up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def interest(
    changes: Iterable[tuple[date, int]], due: date, until: date, rates: Sequence[DayRate]
) -> Interest:
    """Simple interest on a debt from the day after ``due`` up to and with ``until``.

    ``changes`` are what raised (positive) or lowered the debt, each with its day; a change counts from the
    day after it, so that the day of payment still bears interest. TermsFault ``rate`` names the first day
    with a debt and no rate: it is never taken as nothing.
    """
    known = list(changes)
    ends = {until + timedelta(days=1)}
    starts = {due + timedelta(days=1)}
    starts |= {day + timedelta(days=1) for day, _amount in known}
    starts |= {rate.first_day for rate in rates}
    starts |= {rate.last_day + timedelta(days=1) for rate in rates if rate.last_day is not None}
    cuts = sorted({day for day in starts if due < day <= until} | ends)
    parts = []
    for first, beyond in pairwise(cuts):
        debt = sum(amount for day, amount in known if day < first)
        if debt <= 0:
            continue
        rate = next((one for one in rates if one.in_force(first)), None)
        if rate is None:
            raise TermsFault("rate", first)
        days = (beyond - first).days
        parts.append(
            Late(first, beyond - timedelta(days=1), debt, rate, debt * rate.percent_a_day / 100 * days)
        )
    total = sum((part.interest_minor for part in parts), Fraction(0))
    return Interest(half_up(total), tuple(parts))


def penalty(terms: Terms, name: str, day: date, duty_minor: int) -> tuple[Penalty, int | None]:
    """The penalty of this name on a day and its amount; None where the terms do not know the amount.

    TermsFault ``penalty`` where there is no such penalty.
    """
    found = next((one for one in terms.penalties if one.name == name and one.in_force(day)), None)
    if found is None:
        raise TermsFault("penalty", day, name)
    if found.fixed_minor is not None:
        return found, found.fixed_minor
    if found.percent is not None:
        return found, half_up(max(duty_minor, 0) * found.percent / 100)
    return found, None
