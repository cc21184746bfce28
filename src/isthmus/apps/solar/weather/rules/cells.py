"""The cell of the built-in climate data that speaks for a place, and how well it can.

Cells are 3 degrees wide and know land alone (MERRA-2, Gelaro et al., J. Climate 30, 2017, as distributed in
the package ``gsee-climate-data``): the sea, small islands and the poles are spoken for by the nearest one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""
FAR_KM, TOO_FAR_KM = 300.0, 800.0
"""Beyond the first the interval is widened and said to be; beyond the second a file is asked for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Monthly distributions of the daily mean of global horizontal irradiance: W/m² and weights (12, 128)."""

    lat: float
    lon: float
    km: float
    irradiance: NDArray[np.float64]
    weights: NDArray[np.float64]

    @property
    def is_far(self) -> bool:
        """Whether the cell is so far that what it says of the place is less sure."""
        return self.km > FAR_KM

    @property
    def is_too_far(self) -> bool:
        """Whether the cell is so far that it says nothing of the place."""
        return self.km > TOO_FAR_KM


@dataclass(frozen=True, slots=True)
class Climate:
    """All cells that hold data: their middles in degrees (n) and distributions (n, 12, 128)."""

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    irradiance: NDArray[np.float32]
    weights: NDArray[np.float32]


def distance_km(
    lat: float, lon: float, lats: NDArray[np.float64], lons: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Great-circle distances in km from a place to others, all in degrees (haversine)."""
    north, south = np.radians(lat), np.radians(lats)
    over, along = (south - north) / 2.0, np.radians(lons - lon) / 2.0
    chord = np.sin(over) ** 2 + np.cos(north) * np.cos(south) * np.sin(along) ** 2
    distances: NDArray[np.float64] = 2.0 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return distances


def nearest(lat: float, lon: float, known: Climate) -> Cell:
    """The cell that speaks for a place, however far it is; its distance says how well it can."""
    distances = distance_km(lat, lon, known.lat, known.lon)
    at = int(np.argmin(distances))
    return Cell(
        float(known.lat[at]),
        float(known.lon[at]),
        float(distances[at]),
        known.irradiance[at].astype(np.float64),
        known.weights[at].astype(np.float64),
    )
