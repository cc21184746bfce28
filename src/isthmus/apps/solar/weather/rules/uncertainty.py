"""How far a panel's long-term yield may be from what the weather data say of it."""

import math

from isthmus.apps.solar.weather.rules.cells import FAR_KM
from isthmus.apps.solar.weather.rules.synthesis import RESOURCE_UNCERTAINTY

_YIELD_PER_K = 0.004
"""The share of its output that a silicon panel loses for a kelvin."""


def yield_deviation(km: float, missed_k: float) -> float:
    """One standard deviation of the yield, as a share: of light that was seen ``km`` away and of the air.

    Beyond 300 km the light is less sure in proportion to the distance: how it changes over more than a cell
    is not known.
    """
    light = RESOURCE_UNCERTAINTY * max(1.0, km / FAR_KM)
    return math.hypot(light, _YIELD_PER_K * missed_k)
