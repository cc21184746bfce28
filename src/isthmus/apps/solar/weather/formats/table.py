"""Rows of a weather file, whatever its format, and the checks that make whole years of them.

A file whose light does not fit its clock is refused: a series shifted by five hours once made an optimum 16 %
cheaper, and no program said anything. Years are turned to begin at the midnight of the place, where loads do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from isthmus.apps.solar.weather.rules.sky import Sun, clear_sky_w_m2, standard_offset_hours, sun_at
from isthmus.kit.errors import BadInput

Floats = NDArray[np.float64]
HOUR = timedelta(hours=1)
MOST_GHI, COLDEST, HOTTEST, MOST_WIND = 1500.0, -60.0, 60.0, 80.0
_LEAST_YEAR_MEAN, _MOST_YEAR_MEAN = 40.0, 400.0
_USUAL_YEAR_MEAN = (90.0, 300.0)
_MOST_SHIFT_HOURS = 1.0
# What a W/m² becomes in other units that people write: each as its factor and its name.
_OTHER_UNITS = ((0.001, "kW/m²"), (0.0036, "MJ/m²"), (3.6, "kJ/m²"), (3600.0, "J/m²"))


@dataclass(frozen=True, slots=True)
class Table:
    """Hours as a file gives them: when each begins (aware), light in W/m², air in °C, wind in m/s or none.

    ``rows`` says in which line of the file an hour stands. ``lat`` and ``lon`` are the place the file says it
    is of, where it does.
    """

    starts: Sequence[datetime]
    ghi: Sequence[float]
    air: Sequence[float]
    wind: Sequence[float] | None = None
    first_row: int = 2
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Whole years, hour by hour from the place's midnight: light on level ground in W/m², air in °C, the sun,
    each year's hours, and the wind in m/s where it is known."""

    ghi: Floats
    air: Floats
    sun: Sun
    by_year: tuple[int, ...]
    wind: Floats | None = None


def bad(message: str, step: str = "") -> BadInput:
    """The refusal of a weather file."""
    return BadInput("solar.weather", message, next_step=step)


def series_of(table: Table, lat: float, lon: float) -> Series:
    """The series of a table's rows; BadInput names the row that breaks it, or the hours its clock is off."""
    _check_steps(table)
    ghi, air = (np.asarray(values, dtype=np.float64) for values in (table.ghi, table.air))
    wind = None if table.wind is None else np.asarray(table.wind, dtype=np.float64)
    _check_units(ghi)
    _check_figures(ghi, "ghi_w_m2", 0.0, MOST_GHI, table.first_row)
    _check_figures(air, "temp_c", COLDEST, HOTTEST, table.first_row)
    if wind is not None:
        _check_figures(wind, "wind_m_s", 0.0, MOST_WIND, table.first_row)
    by_year = _years(table.starts)
    sun = sun_at(list(table.starts), lat, lon)
    _check_clock(ghi, clear_sky_w_m2(sun))
    late = (table.starts[0].astimezone(UTC) + HOUR * standard_offset_hours(lon)).hour
    turned = Sun(np.roll(sun.zenith, late), np.roll(sun.azimuth, late), np.roll(sun.day, late))
    return Series(
        np.roll(ghi, late),
        np.roll(air, late),
        turned,
        by_year,
        None if wind is None else np.roll(wind, late),
    )


def _check_steps(table: Table) -> None:
    for at, (before, after) in enumerate(zip(table.starts, table.starts[1:], strict=False), start=1):
        step = after - before
        if step == HOUR:
            continue
        row = {"row": table.first_row + at}
        if step == timedelta(0):
            raise bad(_("Row %(row)d is the same hour as the row before it.") % row, _("Keep one of them."))
        if step == timedelta(days=1):
            raise bad(
                _("Row %(row)d is a day after the row before it.") % row,
                _("Days do not do; give a file with a row for each hour."),
            )
        raise bad(
            _("Row %(row)d is not one hour after the row before it.") % row,
            _("Fill the gap, or cut the file."),
        )


def _check_figures(values: Floats, column: str, least: float, most: float, first_row: int) -> None:
    wrong = np.flatnonzero(~((values >= least) & (values <= most)))
    if len(wrong):
        raise bad(
            _("Row %(row)d, column %(column)s: “%(text)s” is no number between %(least)s and %(most)s.")
            % {
                "row": first_row + wrong[0],
                "column": column,
                "text": f"{values[wrong[0]]:g}",
                "least": f"{least:g}",
                "most": f"{most:g}",
            }
        )


def _years(starts: Sequence[datetime]) -> tuple[int, ...]:
    """The hours of each year of the series; refused where the years are not whole."""
    found: list[int] = []
    at = 0
    while at < len(starts):
        first = starts[at]
        try:
            end = first.replace(year=first.year + 1)
        except ValueError:  # begun on a leap day
            end = first.replace(year=first.year + 1, month=3, day=1)
        hours = (end - first) // HOUR
        if at + hours > len(starts):
            break
        found.append(hours)
        at += hours
    if not found or at != len(starts):
        raise bad(
            _("The weather file has %(hours)d hours, which are no whole years.") % {"hours": len(starts)},
            _("Give 8,760 hours for a year, 8,784 where it has a 29 February."),
        )
    return tuple(found)


def _check_units(ghi: Floats) -> None:
    if not len(ghi) or not np.isfinite(ghi).any():
        return
    mean = float(np.nanmean(np.maximum(ghi, 0.0)))
    if _LEAST_YEAR_MEAN <= mean <= _MOST_YEAR_MEAN:
        return
    like = [unit for factor, unit in _OTHER_UNITS if _usual(mean / factor)]
    step = _("The column ghi_w_m2 is in watts a square metre, not in kWh or joules.")
    if like:
        step = _("It looks like %(unit)s; the column ghi_w_m2 is in watts a square metre.") % {
            "unit": like[0]
        }
    raise bad(
        _("The light is %(mean)s W/m² on average, where the earth knows %(least)d to %(most)d.")
        % {"mean": f"{mean:.2f}", "least": _LEAST_YEAR_MEAN, "most": _MOST_YEAR_MEAN},
        step,
    )


def _usual(mean: float) -> bool:
    return _USUAL_YEAR_MEAN[0] <= mean <= _USUAL_YEAR_MEAN[1]


def _check_clock(ghi: Floats, clear: Floats) -> None:
    """Refused where the light would fit the clear sky better by more than an hour's shift."""
    day, sky = (values[: len(values) // 24 * 24].reshape(-1, 24).mean(axis=0) for values in (ghi, clear))
    angles = np.exp(2j * np.pi * np.arange(24) / 24)
    turned = np.angle(np.sum(day * angles) / np.sum(sky * angles)) * 24 / (2 * np.pi)
    if abs(turned) > _MOST_SHIFT_HOURS:
        raise bad(
            (
                _("The light of the file comes %(hours)s hours after the sun of the place.")
                if turned > 0
                else _("The light of the file comes %(hours)s hours before the sun of the place.")
            )
            % {"hours": f"{abs(turned):.1f}"},
            _("Check the zone of the times, and the coordinates."),
        )
