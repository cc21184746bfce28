"""Controllers that follow the panel's best point (MPPT), and simple ones (PWM) at the battery's voltage.

A PWM controller joins panel and battery: the panel's current flows at the battery's voltage, and what the
panel's own voltage is above it is lost. Cells give 0.5 V each at their best point (silicon, 25 °C).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]
_VOLTS_PER_CELL, _FALL_PER_K, _REFERENCE_C, _HOT_C = 0.5, 0.004, 25.0, 65.0
_CHARGING, _FULL = 1.1, 1.2
"""The voltage of a battery that is charged and of one that is nearly full, for each volt it is named by."""
_MOST_LOST = 0.35


@dataclass(frozen=True, slots=True)
class Pwm:
    """A PWM controller between a panel of so many cells and a battery of so many volts by name."""

    cells: int
    volts: float


def best_volts(cells: int, cell_c: float) -> float:
    """The voltage of a panel of so many cells at its best point."""
    return cells * _VOLTS_PER_CELL * (1.0 - _FALL_PER_K * (cell_c - _REFERENCE_C))


def lost_by_pwm(cells: int, battery_v: float) -> float:
    """The share of a panel's power at 25 °C that a PWM controller loses; below zero: it charges none."""
    return 1.0 - battery_v * _CHARGING / best_volts(cells, _REFERENCE_C)


def fits_pwm(cells: int, battery_v: float) -> bool:
    """Whether a panel goes with a battery of this voltage by PWM: 36 cells with 12 V, 72 with 24 V.

    With 60 cells on 12 V more than half would be lost; with too few the battery never fills on a hot day.
    """
    fills = best_volts(cells, _HOT_C) >= battery_v * _FULL
    return fills and lost_by_pwm(cells, battery_v) <= _MOST_LOST


def pwm_per_wp(light_w_m2: Series, cell_c: Series, cells: int, battery_v: float, losses: float) -> Series:
    """Watts behind a PWM controller for a watt-peak of panel, hour by hour.

    The current follows the light alone; a hot panel whose best voltage is below the battery's ends there.
    """
    best = cells * _VOLTS_PER_CELL * (1.0 - _FALL_PER_K * (cell_c - _REFERENCE_C))
    volts = np.minimum(battery_v * _CHARGING, best)
    given: Series = light_w_m2 / 1000.0 * np.maximum(volts, 0.0) / (cells * _VOLTS_PER_CELL) * (1.0 - losses)
    return given
