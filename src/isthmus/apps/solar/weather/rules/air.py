"""The air of a place month by month, from weather stations around it, and hour by hour from that.

The nearest stations speak by the inverse square of their distance, each brought to the height of the place by
the lapse of the ICAO standard atmosphere (Doc 7488, 6.5 K a kilometre). How far such an estimate is from the
truth was measured by leaving each of the stations between 40° south and 37° north out in turn.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.solar.weather.rules.cells import distance_km

Floats = NDArray[np.float64]
LAPSE_K_PER_M = 0.0065
STATIONS = 4
"""How many stations speak for a place: more or fewer were further from those left out."""
_NEAR_KM = 10.0
"""Within this distance a station stands at the place."""
MISSED_KM, MISSED_K = (
    (0.0, 100.0, 200.0, 300.0, 500.0, 700.0, 1000.0, 1500.0),
    (
        1.6,
        1.7,
        1.9,
        2.2,
        2.6,
        2.9,
        3.4,
        4.7,
    ),
)
"""Root mean square of what is missed, in K, where the nearest station is at least so many km away."""
_WARMEST_HOUR = 15.0
_MIDDLES = np.array([15.5, 45.0, 74.5, 105.0, 135.5, 166.0, 196.5, 227.5, 258.0, 288.5, 319.0, 349.5])
"""The middle of each month, in days of a year of 365."""
_DAYS = 365


@dataclass(frozen=True, slots=True)
class Stations:
    """Stations (n): where they stand (degrees, m), and mean air and daily swing of each month (n, 12), °C."""

    name: tuple[str, ...]
    lat: Floats
    lon: Floats
    height: Floats
    mean: Floats
    swing: Floats


@dataclass(frozen=True, slots=True)
class Normals:
    """Mean air (°C) and daily swing (K) of the twelve months at a place, and how far they may be off.

    ``station`` is the nearest of those that speak for it, ``km`` away; ``missed_k`` one standard deviation.
    """

    mean: Floats
    swing: Floats
    station: str
    km: float
    missed_k: float


def normals_at(lat: float, lon: float, height_m: float, known: Stations) -> Normals:
    """The months of a place from the stations around it."""
    distances = distance_km(lat, lon, known.lat, known.lon)
    near = np.argsort(distances, kind="stable")[:STATIONS]
    weights = 1.0 / np.maximum(distances[near], _NEAR_KM) ** 2
    weights /= weights.sum()
    climbed = (height_m - known.height[near]) * LAPSE_K_PER_M
    return Normals(
        weights @ (known.mean[near] - climbed[:, np.newaxis]),
        weights @ known.swing[near],
        known.name[near[0]],
        float(distances[near[0]]),
        float(np.interp(distances[near[0]], MISSED_KM, MISSED_K)),
    )


def hourly_air_c(normals: Normals) -> Floats:
    """A year of 8,760 hours from midnight, °C: warmest at three in the afternoon, one month into the next."""
    days = np.arange(_DAYS) + 0.5
    mean, swing = (
        np.interp(days, _MIDDLES, months, period=_DAYS)[:, np.newaxis]
        for months in (normals.mean, normals.swing)
    )
    clock = np.cos((np.arange(24) + 0.5 - _WARMEST_HOUR) / 24.0 * 2.0 * np.pi)
    hours: Floats = (mean + swing / 2.0 * clock).reshape(-1)
    return hours
