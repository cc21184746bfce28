"""Where the sun stands, and what of its light falls on a tilted panel. All by pvlib, in local standard time.

Anderson et al., "pvlib python: 2023 project update", JOSS 8(92), 2023; Haurwitz, J. Meteorol. 2 (1945) for
the clear sky; Erbs, Klein and Duffie, Solar Energy 28 (1982) for its parts; Hay and Davies (1980) for the
tilt.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HOURS_OF_YEAR = 8760
_MIDDLE = timedelta(minutes=30)
_YEAR = (
    2023  # any year without a leap day: positions of the sun differ by less than half a degree between them
)
ALBEDO = 0.2
"""What the ground throws back: grass and dry soil."""


@dataclass(frozen=True, slots=True)
class Sun:
    """The sun at the middle of each hour: zenith and azimuth (north 0, east 90) in degrees, day of year."""

    zenith: Floats
    azimuth: Floats
    day: NDArray[np.int64]


def standard_offset_hours(lon: float) -> int:
    """The zone by which the sun is in the south at noon, give or take half an hour: 15 degrees an hour."""
    return round(lon / 15.0)


def sun_of_year(lat: float, lon: float, offset_hours: float) -> Sun:
    """The sun over a year of 8,760 hours that begins at midnight of ``offset_hours`` from UTC."""
    start = datetime(_YEAR, 1, 1, tzinfo=timezone(timedelta(hours=offset_hours)))
    return sun_at([start + timedelta(hours=hour) for hour in range(HOURS_OF_YEAR)], lat, lon)


def sun_at(starts: list[datetime], lat: float, lon: float) -> Sun:
    """The sun at the middle of the hours that begin at ``starts`` (aware)."""
    import pandas as pd
    from pvlib import solarposition

    middles = pd.DatetimeIndex([(start + _MIDDLE).astimezone(UTC) for start in starts])
    found = solarposition.ephemeris(middles, lat, lon)
    days = np.array([start.timetuple().tm_yday for start in starts], dtype=np.int64)
    return Sun(90.0 - found["elevation"].to_numpy(), found["azimuth"].to_numpy(), days)


def clear_sky_w_m2(sun: Sun) -> Floats:
    """Global horizontal irradiance of a cloudless sky, 0 at night."""
    up = np.cos(np.radians(sun.zenith))
    with np.errstate(divide="ignore", over="ignore"):
        clear = 1098.0 * up * np.exp(-0.059 / np.where(up > 0, up, np.inf))
    return np.where(up > 0, clear, 0.0)


def above_the_air_w_m2(sun: Sun) -> Floats:
    """The sun's light on level ground if there were no air, 0 at night."""
    from pvlib import irradiance

    beam = np.asarray(irradiance.get_extra_radiation(sun.day), dtype=np.float64)
    return beam * np.maximum(np.cos(np.radians(sun.zenith)), 0.0)


def on_plane_w_m2(ghi: Floats, sun: Sun, tilt: float, azimuth: float) -> Floats:
    """Light on a plane tilted by ``tilt`` degrees towards ``azimuth``, hour by hour, from global light.

    Hours with the sun below the horizon give nothing.
    """
    parts = _parts_w_m2(ghi, sun, tilt, azimuth)
    return _by_day(parts["poa_global"], ghi, sun)


def through_glass_w_m2(ghi: Floats, sun: Sun, tilt: float, azimuth: float) -> Floats:
    """What of that light reaches the cells, as a square metre of it that falls straight would count.

    Glass throws back what comes aslant: the beam by Fresnel and Bouguer (De Soto et al., Solar Energy 80,
    2006), the light of the sky and of the ground by its mean over where it comes from (Marion, Solar Energy
    147, 2017). PVWatts takes the same off; its losses do not include it.
    """
    from pvlib import iam, irradiance

    parts = _parts_w_m2(ghi, sun, tilt, azimuth)
    beam = iam.physical(irradiance.aoi(tilt, azimuth, np.minimum(sun.zenith, 90.0), sun.azimuth))
    scattered = iam.marion_diffuse("physical", tilt)
    # Of a panel that lies flat the ground lights nothing, and the mean over nothing is no number.
    ground = np.nan_to_num(scattered["ground"])
    light = (
        parts["poa_direct"] * np.nan_to_num(beam)
        + parts["poa_sky_diffuse"] * scattered["sky"]
        + parts["poa_ground_diffuse"] * ground
    )
    return _by_day(light, ghi, sun)


def _parts_w_m2(ghi: Floats, sun: Sun, tilt: float, azimuth: float) -> dict[str, Floats]:
    from pvlib import irradiance

    parts = irradiance.erbs(ghi, sun.zenith, sun.day)
    found = irradiance.get_total_irradiance(
        tilt,
        azimuth,
        np.minimum(sun.zenith, 90.0),
        sun.azimuth,
        np.asarray(parts["dni"]),
        ghi,
        np.asarray(parts["dhi"]),
        dni_extra=irradiance.get_extra_radiation(sun.day),
        albedo=ALBEDO,
        model="haydavies",
    )
    return {name: np.asarray(values, dtype=np.float64) for name, values in found.items()}


def _by_day(light: Floats, ghi: Floats, sun: Sun) -> Floats:
    light = np.nan_to_num(light, nan=0.0)
    return np.where((sun.zenith < 90.0) & (ghi > 0), np.maximum(light, 0.0), 0.0)


def towards_equator(lat: float) -> float:
    """The azimuth of a panel that faces the equator: 180 degrees in the north, 0 in the south."""
    return 180.0 if lat >= 0 else 0.0
