"""The weather stations that come with the product, and the height of a place."""

import csv
from functools import cache
from pathlib import Path

import numpy as np

from isthmus.apps.solar.weather.rules.air import Normals, Stations, normals_at

_FILE = Path(__file__).parent / "params" / "stations.csv"


@cache
def stations() -> Stations:
    """The stations, in the order of their numbers at the World Meteorological Organization."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    months = [f"{month:02d}" for month in range(1, 13)]
    return Stations(
        tuple(row["name"] for row in rows),
        *(np.array([float(row[name]) for row in rows]) for name in ("lat", "lon", "height_m")),
        *(
            np.array([[float(row[f"{kind}_{month}"]) for month in months] for row in rows])
            for kind in ("mean", "swing")
        ),
    )


def height_m(lat: float, lon: float) -> float:
    """The height of the ground, m, to some ten metres on a grid of 5 minutes of arc; the sea is at 0."""
    from pvlib.location import lookup_altitude

    return max(float(lookup_altitude(lat, lon)), 0.0)


def normals_of(lat: float, lon: float, height: float | None = None) -> Normals:
    """The months of a place at its height, which is looked up where it is not given."""
    return normals_at(lat, lon, height_m(lat, lon) if height is None else height, stations())
