"""What is taken where nobody says another: how good a system must be, and how its panel stands."""

TARGETS = {"basic": 0.10, "good": 0.03, "best": 0.005}
"""How much of the load may stay unmet in the three designs that a family is shown."""
_LEAST_TILT, _MOST_TILT = 10.0, 60.0


def usual_tilt(lat: float) -> float:
    """The tilt of a panel in degrees: the latitude, but steep enough for rain to wash it."""
    return min(max(abs(lat), _LEAST_TILT), _MOST_TILT)
