"""The weather of a place: from the built-in climate data, or from a file of the user's."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from isthmus.apps.solar.weather.air_queries import normals_of
from isthmus.apps.solar.weather.formats.foreign import read_foreign
from isthmus.apps.solar.weather.formats.series import read_table
from isthmus.apps.solar.weather.formats.table import Table, series_of
from isthmus.apps.solar.weather.rules.air import Normals, hourly_air_c
from isthmus.apps.solar.weather.rules.cells import TOO_FAR_KM, Cell, Climate, distance_km, nearest
from isthmus.apps.solar.weather.rules.sky import (
    HOURS_OF_YEAR,
    Sun,
    standard_offset_hours,
    sun_of_year,
    through_glass_w_m2,
    towards_equator,
)
from isthmus.apps.solar.weather.rules.synthesis import (
    RESOURCE_UNCERTAINTY,
    clearness_by_month,
    daily_means_w_m2,
    hourly_w_m2,
)
from isthmus.apps.solar.weather.rules.uncertainty import yield_deviation
from isthmus.kit.errors import BadInput

Floats = NDArray[np.float64]
YEARS = 20
ELSEWHERE_KM = 50.0
"""Beyond this distance it is said that a file is of another place."""


@cache
def climate() -> Climate:
    """The built-in climate data; read once a process (27 MB)."""
    import gsee_climate_data

    with gsee_climate_data.load() as data:
        irradiance, weights, lat, lon = (data[name] for name in ("xk", "pk", "lat", "lon"))
    held = np.isfinite(weights).all(axis=(2, 3)) & (weights.sum(axis=3) > 0).all(axis=2)
    rows, columns = np.nonzero(held)
    return Climate(lat[rows], lon[columns], irradiance[rows, columns], weights[rows, columns])


@dataclass(frozen=True, slots=True)
class Weather:
    """Light on the panel (W/m²) and air (°C) hour by hour; ``cell`` where it comes from the built-in data.

    ``says`` are sentences that belong beside every figure made from it. ``deviation`` is one standard
    deviation of a panel's long-term yield, as a share of it; ``wind`` m/s at the panel where it is known.
    """

    light: Floats
    air: Floats
    by_year: tuple[int, ...]
    cell: Cell | None
    says: tuple[str, ...]
    deviation: float = RESOURCE_UNCERTAINTY
    wind: Floats | None = None


def check_place(lat: float, lon: float) -> None:
    """BadInput for coordinates that are not on the earth."""
    if not -90.0 <= lat <= 90.0:
        raise BadInput(
            "solar.place",
            _("The latitude must be between -90 and 90 degrees, not %(lat)s.") % {"lat": f"{lat:g}"},
        )
    if not -180.0 <= lon <= 180.0:
        raise BadInput(
            "solar.place",
            _("The longitude must be between -180 and 180 degrees, not %(lon)s.") % {"lon": f"{lon:g}"},
        )


def cell_of(lat: float, lon: float) -> Cell:
    """The cell that speaks for a place. BadInput where none does, as at the poles."""
    check_place(lat, lon)
    cell = nearest(lat, lon, climate())
    if cell.is_too_far:
        raise BadInput(
            "solar.no-climate",
            _("The built-in climate data know no land within %(most)d km; the nearest is %(km)d km away.")
            % {"most": TOO_FAR_KM, "km": round(cell.km)},
            next_step=_("Give a file with the weather of the place."),
        )
    return cell


def weather_at(
    lat: float,
    lon: float,
    tilt: float,
    azimuth: float | None = None,
    *,
    air_c: float | None = None,
    height_m: float | None = None,
    seed: int = 1,
) -> Weather:
    """Twenty synthetic years at a place, the same for a seed, on a panel of this tilt.

    It faces the equator where no ``azimuth`` is given. ``air_c`` is the mean air of the place where it is
    known, ``height_m`` its height; else the air is estimated from latitude and height, which a grid gives.
    """
    cell = cell_of(lat, lon)
    sun = sun_of_year(lat, lon, standard_offset_hours(lon))
    ghi = hourly_w_m2(daily_means_w_m2(cell, YEARS, seed), sun)
    years = Sun(np.tile(sun.zenith, YEARS), np.tile(sun.azimuth, YEARS), np.tile(sun.day, YEARS))
    says = []
    if cell.is_far:
        says.append(
            _("The nearest land with climate data is %(km)d km away: the true figures may lie further apart.")
            % {"km": round(cell.km)}
        )
    normals = normals_of(lat, lon, clearness_by_month(cell, sun), height_m)
    air = hourly_air_c(normals)
    missed_k = normals.missed_k
    if air_c is None:
        says.append(_said_of(normals))
    else:
        air, missed_k = air + (air_c - air.mean()), 0.0
    faces = towards_equator(lat) if azimuth is None else azimuth
    return Weather(
        through_glass_w_m2(ghi, years, tilt, faces),
        np.tile(air, YEARS),
        (HOURS_OF_YEAR,) * YEARS,
        cell,
        tuple(says),
        yield_deviation(cell.km, missed_k),
    )


def _said_of(normals: Normals) -> str:
    return _(
        "The air is estimated from latitude and height: %(air)s °C in the mean of the year, give or take "
        "%(missed)s °C. A weather file or a mean temperature of your own is better."
    ) % {"air": f"{normals.mean.mean():.0f}", "missed": f"{normals.missed_k:.0f}"}


def weather_in(path: Path, lat: float, lon: float, tilt: float, azimuth: float | None = None) -> Weather:
    """The weather of a file, on a panel of this tilt. BadInput names what is wrong with the file.

    Its format is told by its content: ours, PVGIS, EPW, TMY3 or NASA POWER.
    """
    check_place(lat, lon)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            "solar.weather", _("%(file)s cannot be read as a text file.") % {"file": path.name}
        ) from error
    table = read_foreign(text) or read_table(text.splitlines())
    series = series_of(table, lat, lon)
    faces = towards_equator(lat) if azimuth is None else azimuth
    light = through_glass_w_m2(series.ghi, series.sun, tilt, faces)
    return Weather(light, series.air, series.by_year, None, _says_of(table, lat, lon), wind=series.wind)


def _says_of(table: Table, lat: float, lon: float) -> tuple[str, ...]:
    """What is to be said of a file that is of another place."""
    if table.lat is None or table.lon is None:
        return ()
    km = float(distance_km(lat, lon, np.array([table.lat]), np.array([table.lon]))[0])
    if km > TOO_FAR_KM:
        raise BadInput(
            "solar.weather",
            _("The weather file is of a place %(km)d km away.") % {"km": round(km)},
            next_step=_("Give a file of the place, or the coordinates that the file is of."),
        )
    if km <= ELSEWHERE_KM:
        return ()
    return (_("The weather file is of a place %(km)d km away.") % {"km": round(km)},)
