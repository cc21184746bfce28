"""What a home's appliances ask for, hour by hour: a day of watt-hours, its peak and the start of a motor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

HOURS = 24
MOST_COUNT = 100
MOST_WATTS = 5000.0


@dataclass(frozen=True, slots=True)
class Appliance:
    """A kind of appliance. ``watts`` while it is on, of which ``duty`` is taken in the mean.

    It is used for ``hours`` a day, spread evenly over the clock from ``start`` to ``until`` (over midnight
    where that is smaller); at its start it takes ``surge`` times its watts. ``ac`` is behind an inverter.
    """

    key: str
    watts: float
    hours: float
    start: float
    until: float
    duty: float = 1.0
    surge: float = 1.0
    count: int = 1
    ac: bool = False

    def __post_init__(self) -> None:
        if not 0.0 < self.watts <= MOST_WATTS:
            raise ValueError(f"{self.key}: watts must be above 0 and at most {MOST_WATTS:g}")
        if not 0.0 <= self.hours <= HOURS:
            raise ValueError(f"{self.key}: hours must be between 0 and {HOURS}")
        if not (0.0 <= self.start < HOURS and 0.0 <= self.until <= HOURS and self.start != self.until):
            raise ValueError(f"{self.key}: it must be used from one hour of the day until another")
        if not 0.0 < self.duty <= 1.0:
            raise ValueError(f"{self.key}: duty must be above 0 and at most 1")
        if self.surge < 1.0:
            raise ValueError(f"{self.key}: nothing starts with less than it takes")

    def shares(self) -> tuple[float, ...]:
        """The share of each hour of the day (24, each 0 to 1) in which it is on, in the mean."""
        inside = [_overlap(hour, self.start, self.until) for hour in range(HOURS)]
        window = sum(inside)
        usual = min(self.hours, window)
        rest = 0.0 if window >= HOURS else (self.hours - usual) / (HOURS - window)
        return tuple(part * usual / window + (1.0 - part) * rest for part in inside)


def _overlap(hour: int, start: float, until: float) -> float:
    """How much of an hour lies in a window, which may run over midnight."""
    if until > start:
        return max(min(hour + 1.0, until) - max(float(hour), start), 0.0)
    return _overlap(hour, start, HOURS) + (_overlap(hour, 0.0, until) if until else 0.0)


@dataclass(frozen=True, slots=True)
class Use:
    """So many of an appliance."""

    appliance: Appliance
    count: int


@dataclass(frozen=True, slots=True)
class Known:
    """The appliances known for a country ("" for none in particular), and what is taken beside them.

    ``inverter`` is what an inverter passes on; ``growth`` is that of the use in a year, as a share.
    """

    country: str
    appliances: Mapping[str, Appliance]
    inverter: float
    growth: float
    checked_on: date
    confirmed: bool
    source: str


@dataclass(frozen=True, slots=True)
class Day:
    """What a home asks of its system on a day, at the battery's side of an inverter.

    ``wh`` by hour (24); ``peak_w`` is what all that may be on at the same hour takes at once, ``surge_w``
    the same while the worst motor starts; ``ac_w`` the part of the peak that needs an inverter.
    """

    wh: tuple[float, ...]
    peak_w: float
    surge_w: float
    ac_w: float

    @property
    def wh_per_day(self) -> float:
        """The whole day, Wh."""
        return sum(self.wh)


def day_of(uses: Iterable[Use], inverter: float) -> Day:
    """The day of a home that has these; ``inverter`` is what one passes on (above 0, at most 1)."""
    wh, on, starts, ac = ([0.0] * HOURS for _what in range(4))
    for use in uses:
        one = use.appliance
        asked = one.watts / (inverter if one.ac else 1.0)
        for hour, share in enumerate(one.shares()):
            wh[hour] += use.count * asked * one.duty * share
            if share > 0.0 and use.count:
                on[hour] += use.count * asked
                ac[hour] += use.count * asked if one.ac else 0.0
                starts[hour] = max(starts[hour], (one.surge - 1.0) * asked)
    surge = max(take + start for take, start in zip(on, starts, strict=True))
    return Day(tuple(wh), max(on), surge, max(ac))


def as_measured(day: Day, measured_wh_per_day: float) -> Day:
    """The same day in the measured amount: its shape stays, what was told is corrected.

    What homes say they will use is up to four times what they do: in Blodgett et al., "Accuracy of energy-use
    surveys in predicting rural mini-grid user consumption", Energy for Sustainable Development 41 (2017),
    surveys erred by 426 Wh a day in the mean where meters found 113. ValueError for a day without use.
    """
    if day.wh_per_day <= 0.0:
        raise ValueError("a day without use has no shape")
    by = measured_wh_per_day / day.wh_per_day
    return replace(day, wh=tuple(wh * by for wh in day.wh))


def uses_of(text: str, known: Mapping[str, Appliance]) -> tuple[Use, ...]:
    """The appliances of a list such as ``lamp:3, phone:2, radio``; without a number, as many as usual.

    ValueError names the part that is none. The same appliance twice adds up.
    """
    counts: dict[str, int] = {}
    for part in text.replace(";", ",").split(","):
        if not part.strip():
            continue
        key, _colon, number = (piece.strip() for piece in part.partition(":"))
        if key not in known:
            raise ValueError(part.strip())
        many = known[key].count if not number else int(number) if number.isdecimal() else -1
        counts[key] = counts.get(key, 0) + many
        if not 0 <= many <= MOST_COUNT or counts[key] > MOST_COUNT:
            raise ValueError(part.strip())
    return tuple(Use(known[key], count) for key, count in counts.items())
