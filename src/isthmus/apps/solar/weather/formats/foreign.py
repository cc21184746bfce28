"""Weather files of others: PVGIS (hourly and typical years), EnergyPlus (EPW), TMY3 and NASA POWER.

EPW and TMY3 are read by pvlib; PVGIS and the CSV of POWER here, so that a refusal can name the row. Each
becomes a table of hours by their beginning; what the table holds is checked like every other.
"""

import csv
import io
import json
import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from itertools import takewhile
from typing import Any

from django.utils.translation import gettext as _

from isthmus.apps.solar.weather.formats.table import HOUR, Table, bad
from isthmus.apps.solar.weather.rules.sky import standard_offset_hours

_TYPICAL_YEAR = 2023
"""The year that months of several are given: any without a leap day."""
_MISSING = -999.0
# What POWER's header calls an hour's energy, and how many W/m² one of it is.
_POWER_UNITS = {
    "Wh/m^2": 1.0,
    "W/m^2": 1.0,
    "kW-hr/m^2": 1000.0,
    "kW-hr/m^2/hour": 1000.0,
    "MJ/hr": 1 / 0.0036,
    "MJ/m^2/hour": 1 / 0.0036,
}


def read_foreign(text: str) -> Table | None:
    """The table of a file in one of these formats, told by how it begins; None for any other.

    BadInput where it is one of them and cannot be read.
    """
    head = text[:4000].lstrip("\ufeff \r\n")
    known: tuple[tuple[str, bool, Callable[[str], Table]], ...] = (
        ("PVGIS", head.startswith("{") and '"outputs"' in text, _pvgis_json),
        ("PVGIS", head.startswith("Latitude (decimal degrees)"), _pvgis_csv),
        ("EPW", head.startswith("LOCATION,"), _epw),
        ("NASA POWER", head.startswith("-BEGIN HEADER-"), _power),
        ("TMY3", "Date (MM/DD/YYYY),Time (HH:MM)" in head, _tmy3),
    )
    for name, fits, read in known:
        if fits:
            try:
                return read(text)
            except (KeyError, IndexError, TypeError, ValueError, AttributeError, StopIteration) as error:
                raise bad(
                    _("The file begins like one of %(format)s and cannot be read as one.") % {"format": name},
                    _("Download it again, and leave it as it is."),
                ) from error
    return None


def _pvgis_json(text: str) -> Table:
    told = json.loads(text)
    outputs = told["outputs"]
    if "tmy_hourly" in outputs:
        return _typical(outputs["tmy_hourly"], told["inputs"]["location"], "time(UTC)", 2)
    fixed = told["inputs"]["mounting_system"]["fixed"]
    return _hourly(outputs["hourly"], told["inputs"]["location"], fixed["slope"]["value"], 2)


def _pvgis_csv(text: str) -> Table:
    lines = text.lstrip("\ufeff").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("time"))
    head = dict(line.split(":", 1) for line in lines[:at] if ":" in line)
    location = {
        "latitude": head["Latitude (decimal degrees)"],
        "longitude": head["Longitude (decimal degrees)"],
    }
    rows = list(csv.DictReader(takewhile(str.strip, lines[at:])))
    if lines[at].startswith("time(UTC)"):
        return _typical(rows, location, "time(UTC)", at + 2)
    return _hourly(rows, location, head.get("Slope", "0").split("deg")[0].strip(), at + 2)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d:%H%M").replace(minute=0, tzinfo=UTC)


def _typical(rows: list[dict[str, Any]], place: dict[str, Any], time: str, first_row: int) -> Table:
    """A typical year: its months are of different years, and become those of one."""
    return Table(
        [_moment(str(row[time])).replace(year=_TYPICAL_YEAR) for row in rows],
        _numbers(rows, "G(h)"),
        _numbers(rows, "T2m"),
        _numbers(rows, "WS10m"),
        first_row,
        float(place["latitude"]),
        float(place["longitude"]),
    )


def _hourly(rows: list[dict[str, Any]], place: dict[str, Any], slope: object, first_row: int) -> Table:
    if float(str(slope)) != 0.0:
        raise bad(
            _("The PVGIS file is of a plane with a slope of %(slope)s degrees.") % {"slope": slope},
            _("Download it for a slope of 0: the tilt of the panel is worked out here."),
        )
    if "G(i)" in rows[0]:
        light = _numbers(rows, "G(i)")
    else:
        parts = (_numbers(rows, name) for name in ("Gb(i)", "Gd(i)", "Gr(i)"))
        light = [sum(hour) for hour in zip(*parts, strict=True)]
    return Table(
        [_moment(str(row["time"])) for row in rows],
        light,
        _numbers(rows, "T2m"),
        _numbers(rows, "WS10m"),
        first_row,
        float(place["latitude"]),
        float(place["longitude"]),
    )


def _numbers(rows: Iterable[dict[str, Any]], name: str) -> list[float]:
    return [float(row[name]) for row in rows]


def _epw(text: str) -> Table:
    from pvlib.iotools import read_epw

    data, meta = read_epw(io.StringIO(text), coerce_year=_TYPICAL_YEAR)
    return _of_frame(data, meta, 9)


def _tmy3(text: str) -> Table:
    from pvlib.iotools import read_tmy3

    data, meta = read_tmy3(io.StringIO(text), coerce_year=_TYPICAL_YEAR, map_variables=True)
    data.index -= HOUR  # it names hours by their end
    return _of_frame(data, meta, 3)


def _of_frame(data: Any, meta: dict[str, Any], first_row: int) -> Table:  # noqa: ANN401  a pandas frame
    starts = [moment.to_pydatetime().replace(year=_TYPICAL_YEAR) for moment in data.index]
    return Table(
        starts,
        data["ghi"].astype(float).tolist(),
        data["temp_air"].astype(float).tolist(),
        data["wind_speed"].astype(float).tolist(),
        first_row,
        float(meta["latitude"]),
        float(meta["longitude"]),
    )


def _power(text: str) -> Table:
    lines = text.lstrip("\ufeff").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("-END HEADER-")) + 1
    head = lines[:at]
    rows = list(csv.DictReader(lines[at:]))
    if "HR" not in rows[0]:
        raise bad(
            _("The file of NASA POWER has no hours."),
            _("Download it by the hour, with ALLSKY_SFC_SW_DWN and T2M."),
        )
    where = next(line for line in head if line.startswith("Location:")).replace(":", "").split()
    lat, lon = (float(where[where.index(name) + 1]) for name in ("Latitude", "Longitude"))
    solar = any(line.strip().endswith("LST") for line in head)
    zone = timezone(timedelta(hours=standard_offset_hours(lon) if solar else 0))
    factor = _factor(next(line for line in head if line.startswith("ALLSKY_SFC_SW_DWN")))
    wind = next((name for name in ("WS10M", "WS2M") if name in rows[0]), None)
    return Table(
        [
            datetime(int(row["YEAR"]), int(row["MO"]), int(row["DY"]), int(row["HR"]), tzinfo=zone)
            for row in rows
        ],
        [_known(row["ALLSKY_SFC_SW_DWN"]) * factor for row in rows],
        [_known(row["T2M"]) for row in rows],
        None if wind is None else [_known(row[wind]) for row in rows],
        at + 2,
        lat,
        lon,
    )


def _known(text: str) -> float:
    value = float(text)
    return math.nan if value == _MISSING else value


def _factor(line: str) -> float:
    unit = line.rstrip().rpartition("(")[2].rstrip(")")
    if unit not in _POWER_UNITS:
        raise bad(
            _("The file of NASA POWER gives its light in “%(unit)s”.") % {"unit": unit[:30]},
            _("Download it in Wh/m^2, kW-hr/m^2 or MJ/hr."),
        )
    return _POWER_UNITS[unit]
