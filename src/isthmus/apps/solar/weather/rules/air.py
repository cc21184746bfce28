"""The air of a place, estimated from its latitude, height and sky by published models.

Every part is a model's own; none was fitted to measurements here, and no measurement is held:

- the mean of the year at a latitude from the two-mode energy-balance model: North, "Theory of energy-balance
  climate models", J. Atmos. Sci. 32 (1975), with the constants of North, Cahalan and Coakley, "Energy balance
  climate models", Rev. Geophys. Space Phys. 19 (1981), and the absorbed share of sunlight of Graves, Lee and
  North, "New parameterizations and sensitivities for simple climate models", J. Geophys. Res. 98 (1993);
- the height by the lapse of stations on the ground: Rolland, "Spatial and seasonal variations of air
  temperature lapse rates in Alpine regions", J. Climate 16 (2003), 5.4 to 5.8 K a kilometre. The free air of
  the standard atmosphere (ICAO Doc 7488, 6.5 K) is colder than the ground of a highland at its height;
- the swing of the year from Gorczynski's index of continentality (1920);
- the swing of the day from how clear the sky is: Hargreaves and Samani (1982), as in FAO Irrigation and
  Drainage Paper 56 (1998), equation 50.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SUN_W_M2 = 1360.8 / 4.0
"""Sunlight above the air in the mean of the globe: Kopp and Lean, Geophys. Res. Lett. 38 (2011)."""
_OUT_W_M2, _OUT_W_M2_K = 203.3, 2.09
"""Heat that leaves the earth: at 0 °C, and more for each kelvin (North, Cahalan and Coakley 1981)."""
_SPREAD_W_M2_K = 0.649
"""How fast heat spreads between latitudes (North, Cahalan and Coakley 1981)."""
_SUN_TO_POLE = -0.477
"""How sunlight falls off with the second Legendre polynomial of the sine of latitude (North 1975)."""
_ABSORBED, _ABSORBED_TO_POLE = 0.681, -0.202
"""The share of sunlight that stays, and how it falls off likewise (Graves, Lee and North 1993)."""
LAPSE_K_PER_M = 0.0056
"""The middle of what Rolland (2003) found."""
CONTINENTAL = 100.0 / 3.0
"""Where Gorczynski's maritime climates end and his continental ones begin (0 at sea, 100 deep inland)."""
MISSED_BELOW, MISSED_K = (20.0, 50.0), (3.0, 4.0, 5.0)
"""What such an estimate misses, K, one standard deviation, by latitude, and beyond: our assumption."""
CLEAREST = 0.75
"""The share of the light above the air that comes through a cloudless sky (FAO 56, equation 36)."""
_INLAND = 0.16
"""Of FAO 56, equation 50, away from the coast."""
_WARMEST_HOUR = 15.0
_WARMEST_DAY_NORTH, _WARMEST_DAY_SOUTH = 202.0, 20.0
"""A month after the solstice."""
_MIDDLES = np.array([15.5, 45.0, 74.5, 105.0, 135.5, 166.0, 196.5, 227.5, 258.0, 288.5, 319.0, 349.5])
"""The middle of each month, in days of a year of 365."""
_DAYS = 365


@dataclass(frozen=True, slots=True)
class Normals:
    """Mean air (°C) and daily swing (K) of the twelve months at a place; ``missed_k`` is one deviation."""

    mean: Floats
    swing: Floats
    missed_k: float


def sea_level_c(lat: float) -> float:
    """The mean air of the year at the foot of a latitude, °C: 30.9 at the equator, -11.7 at the poles."""
    absorbed = SUN_W_M2 * (_ABSORBED + _ABSORBED_TO_POLE * _SUN_TO_POLE / 5.0)
    to_pole = SUN_W_M2 * (
        _ABSORBED_TO_POLE + _ABSORBED * _SUN_TO_POLE + 2.0 / 7.0 * _ABSORBED_TO_POLE * _SUN_TO_POLE
    )
    second_legendre = (3.0 * math.sin(math.radians(lat)) ** 2 - 1.0) / 2.0
    mean = (absorbed - _OUT_W_M2) / _OUT_W_M2_K
    return mean + to_pole / (_OUT_W_M2_K + 6.0 * _SPREAD_W_M2_K) * second_legendre


def yearly_swing_k(lat: float) -> float:
    """The warmest month less the coldest, K, at a place neither maritime nor continental.

    Gorczynski's index is 1.7 times the swing over the sine of latitude, less 20.4.
    """
    return (CONTINENTAL + 20.4) / 1.7 * abs(math.sin(math.radians(lat)))


def daily_swing_k(clearness: Floats) -> Floats:
    """The day's highest less its lowest, K, by the share of the light above the air that comes through."""
    swing: Floats = (np.clip(clearness, 0.0, CLEAREST) / _INLAND) ** 2
    return swing


def missed_k(lat: float) -> float:
    """How far the mean of the year may be off, K, one standard deviation."""
    return MISSED_K[sum(abs(lat) > bound for bound in MISSED_BELOW)]


def normals_at(lat: float, height_m: float, clearness: Floats) -> Normals:
    """The months of a place by its latitude, height and how clear its sky is in each month (12, 0 to 1)."""
    year = sea_level_c(lat) - height_m * LAPSE_K_PER_M
    warmest = _WARMEST_DAY_NORTH if lat >= 0 else _WARMEST_DAY_SOUTH
    season = np.cos((_MIDDLES - warmest) / _DAYS * 2.0 * np.pi)
    return Normals(year + yearly_swing_k(lat) / 2.0 * season, daily_swing_k(clearness), missed_k(lat))


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
