"""The height of a place, and its air where nobody measured it."""

from isthmus.apps.solar.weather.rules.air import Floats, Normals, normals_at


def height_m(lat: float, lon: float) -> float:
    """The height of the ground, m, to some ten metres on a grid of 5 minutes of arc; the sea is at 0."""
    from pvlib.location import lookup_altitude

    return max(float(lookup_altitude(lat, lon)), 0.0)


def normals_of(lat: float, lon: float, clearness: Floats, height: float | None = None) -> Normals:
    """The months of a place at its height, which is looked up where it is not given."""
    return normals_at(lat, height_m(lat, lon) if height is None else height, clearness)
