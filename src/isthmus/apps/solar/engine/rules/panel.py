"""From the light on the plane of the panel to what a watt-peak of it gives.

Cell temperature by the nominal operating cell temperature (IEC 61215-1, 20 °C air and 800 W/m² there), or by
Faiman, "Assessing the outdoor operating temperature of photovoltaic modules", Prog. Photovolt. 16 (2008).
Output by the simple linear model of PVWatts (NREL/TP-6A20-62641, 2014), equation 8.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

_REFERENCE_CELL_C = 25.0
_NOCT_AIR_C, _NOCT_LIGHT_W_M2 = 20.0, 800.0


@dataclass(frozen=True, slots=True)
class Panel:
    """A kind of panel. ``losses`` is the fraction lost to wires, mismatch and dirt before the controller.

    ``coefficient_per_k`` is the change of output for a kelvin above 25 °C (negative), ``noct_c`` the nominal
    operating cell temperature.
    """

    coefficient_per_k: float = -0.004
    noct_c: float = 45.0
    losses: float = 0.14


def cell_temperature_by_noct(light_w_m2: Series, air_c: Series, noct_c: float) -> Series:
    """Cell temperature in °C from the light on the plane and the air's temperature."""
    return air_c + light_w_m2 * ((noct_c - _NOCT_AIR_C) / _NOCT_LIGHT_W_M2)


def cell_temperature_by_faiman(
    light_w_m2: Series, air_c: Series, wind_m_s: Series, u0: float = 25.0, u1: float = 6.84
) -> Series:
    """Cell temperature in °C; ``u0`` in W/(m² K) and ``u1`` in W s/(m³ K) are Faiman's for open racks."""
    return air_c + light_w_m2 / (u0 + u1 * wind_m_s)


def yield_per_wp(light_w_m2: Series, cell_c: Series, panel: Panel) -> Series:
    """Watts that a watt-peak gives at the panel's terminals, hour by hour; never below zero."""
    by_heat = 1.0 + panel.coefficient_per_k * (cell_c - _REFERENCE_CELL_C)
    given: Series = light_w_m2 / 1000.0 * by_heat * (1.0 - panel.losses)
    return np.maximum(given, 0.0)


def fading(hours: int, end: float) -> Series:
    """The share that is left of new output at each hour: it falls evenly from 1 to ``end`` (0 to 1]."""
    return 1.0 - (1.0 - end) * np.arange(hours, dtype=np.float64) / hours
