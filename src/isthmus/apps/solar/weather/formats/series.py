"""A year or more of weather from a CSV file: ``time,ghi_w_m2,temp_c``, one row an hour.

``time`` is the beginning of the hour, with its distance from UTC (``2023-01-01T00:00+01:00``). A file whose
light does not fit its clock is refused: a series shifted by five hours once made an optimum 16 % cheaper, and
no program said anything.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from isthmus.apps.solar.weather.rules.sky import Sun, clear_sky_w_m2, sun_at
from isthmus.kit.errors import BadInput

Floats = NDArray[np.float64]
COLUMNS = ("time", "ghi_w_m2", "temp_c")
_HOUR = timedelta(hours=1)
_MOST_GHI, _COLDEST, _HOTTEST = 1500.0, -60.0, 60.0
_LEAST_YEAR_MEAN, _MOST_YEAR_MEAN = 40.0, 400.0
_MOST_SHIFT_HOURS = 1.0


@dataclass(frozen=True, slots=True)
class Series:
    """Whole years, hour by hour: light on level ground in W/m², air in °C, the sun, and each year's hours."""

    ghi: Floats
    air: Floats
    sun: Sun
    by_year: tuple[int, ...]


def _bad(message: str, step: str = "") -> BadInput:
    return BadInput("solar.weather", message, next_step=step)


def read_series(lines: Iterable[str], lat: float, lon: float) -> Series:
    """Read a file's lines; BadInput names the row that breaks it, or the hours its clock is wrong by."""
    rows = csv.DictReader(lines)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise _bad(
            _("The weather file lacks the column %(names)s.") % {"names": ", ".join(missing)},
            _("Its columns are %(names)s.") % {"names": ", ".join(COLUMNS)},
        )
    starts: list[datetime] = []
    figures: list[tuple[float, float]] = []
    for number, row in enumerate(rows, start=2):
        start = _time(row["time"] or "", number)
        if starts and start - starts[-1] != _HOUR:
            raise _bad(
                _("Row %(row)d is not one hour after the row before it.") % {"row": number},
                _("Fill the gap, or cut the file."),
            )
        starts.append(start)
        figures.append(
            (
                _figure(row["ghi_w_m2"], number, "ghi_w_m2", 0.0, _MOST_GHI),
                _figure(row["temp_c"], number, "temp_c", _COLDEST, _HOTTEST),
            )
        )
    by_year = _years(starts)
    ghi, air = np.array(figures, dtype=np.float64).T
    _check_units(ghi)
    sun = sun_at(starts, lat, lon)
    _check_clock(ghi, clear_sky_w_m2(sun))
    return Series(ghi, air, sun, by_year)


def _time(text: str, number: int) -> datetime:
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise _bad(
            _("Row %(row)d: “%(text)s” is no time with its distance from UTC.")
            % {"row": number, "text": text[:40]},
            _("Write it like 2023-01-01T00:00+01:00."),
        )
    return start


def _figure(text: str | None, number: int, column: str, least: float, most: float) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise _bad(
            _("Row %(row)d, column %(column)s: “%(text)s” is no number between %(least)s and %(most)s.")
            % {
                "row": number,
                "column": column,
                "text": (text or "")[:20],
                "least": f"{least:g}",
                "most": f"{most:g}",
            }
        )
    return value


def _years(starts: list[datetime]) -> tuple[int, ...]:
    """The hours of each year of the series; refused where the years are not whole."""
    found: list[int] = []
    at = 0
    while at < len(starts):
        first = starts[at]
        try:
            end = first.replace(year=first.year + 1)
        except ValueError:  # begun on a leap day
            end = first.replace(year=first.year + 1, month=3, day=1)
        hours = (end - first) // _HOUR
        if at + hours > len(starts):
            break
        found.append(hours)
        at += hours
    if not found or at != len(starts):
        raise _bad(
            _("The weather file has %(hours)d hours, which are no whole years.") % {"hours": len(starts)},
            _("Give 8,760 hours for a year, 8,784 where it has a 29 February."),
        )
    return tuple(found)


def _check_units(ghi: Floats) -> None:
    mean = float(ghi.mean())
    if not _LEAST_YEAR_MEAN <= mean <= _MOST_YEAR_MEAN:
        raise _bad(
            _("The light is %(mean)s W/m² on average, where the earth knows %(least)d to %(most)d.")
            % {"mean": f"{mean:.1f}", "least": _LEAST_YEAR_MEAN, "most": _MOST_YEAR_MEAN},
            _("The column ghi_w_m2 is in watts a square metre, not in kWh or joules."),
        )


def _check_clock(ghi: Floats, clear: Floats) -> None:
    """Refused where the light would fit the clear sky better by more than an hour's shift."""
    day, sky = (values[: len(values) // 24 * 24].reshape(-1, 24).mean(axis=0) for values in (ghi, clear))
    angles = np.exp(2j * np.pi * np.arange(24) / 24)
    turned = np.angle(np.sum(day * angles) / np.sum(sky * angles)) * 24 / (2 * np.pi)
    if abs(turned) > _MOST_SHIFT_HOURS:
        raise _bad(
            (
                _("The light of the file comes %(hours)s hours after the sun of the place.")
                if turned > 0
                else _("The light of the file comes %(hours)s hours before the sun of the place.")
            )
            % {"hours": f"{abs(turned):.1f}"},
            _("Check the zone of the times, and the coordinates."),
        )
