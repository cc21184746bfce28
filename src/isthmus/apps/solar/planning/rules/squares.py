"""Squares of 3 degrees by which a country is looked up: the cells of the climate data, and the sea between.

A home is planned with the sky over the middle of its square; what climate speaks there the weather decides.
"""

SIDE = 3.0
ACROSS = 120
"""Squares around the earth."""


def square_of(lat: float, lon: float) -> int:
    """The number of the square that a place lies in; degrees."""
    row = int((lat + 90.0 + SIDE / 2) // SIDE)
    return row * ACROSS + int((lon + 180.0 + SIDE / 2) // SIDE) % ACROSS


def middle_of(square: int) -> tuple[float, float]:
    """The middle of a square: latitude and longitude in degrees."""
    row, column = divmod(square, ACROSS)
    return row * SIDE - 90.0, column * SIDE - 180.0
