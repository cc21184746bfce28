"""The air of a place: what stations around it say, how far that is from the truth, and the hours of a day."""

import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from isthmus.apps.solar.weather import air_queries as air
from isthmus.apps.solar.weather import queries
from isthmus.apps.solar.weather.rules.air import (
    LAPSE_K_PER_M,
    MISSED_K,
    MISSED_KM,
    Normals,
    Stations,
    hourly_air_c,
    normals_at,
)
from isthmus.apps.solar.weather.rules.cells import distance_km
from isthmus.apps.solar.weather.rules.uncertainty import yield_deviation

PARAMS = Path(air.__file__).parent / "params"


def without(near_km: float, at: int) -> Stations:
    """The stations that are further than this from one of them."""
    known = air.stations()
    distances = distance_km(known.lat[at], known.lon[at], known.lat, known.lon)
    far = distances > max(near_km, 0.1)
    names = tuple(name for name, keeps in zip(known.name, far, strict=True) if keeps)
    arrays = (getattr(known, name)[far] for name in ("lat", "lon", "height", "mean", "swing"))
    return Stations(names, *arrays)


def test_the_stations_that_come_with_the_product_are_whole() -> None:
    known = air.stations()
    assert len(known.name) == 2176
    assert known.mean.shape == known.swing.shape == (2176, 12)
    assert known.lat.min() > -60
    assert known.mean.min() > -52
    assert known.mean.max() < 42
    assert known.swing.min() > 0


def test_every_source_says_what_it_is_and_whether_it_was_confirmed() -> None:
    told = tomllib.loads((PARAMS / "sources.toml").read_text(encoding="utf-8"))
    assert {source["file"] for source in told.values()} == {
        path.name for path in PARAMS.iterdir() if path.suffix != ".toml"
    }
    for source in told.values():
        assert all(source[key] for key in ("title", "publisher", "url", "licence", "credit", "method"))
        assert isinstance(source["checked_on"], date)
        assert source["confirmed"] is False


@pytest.mark.parametrize(("km", "missed"), list(zip(MISSED_KM[:6], MISSED_K[:6], strict=True)))
def test_what_is_said_to_be_missed_is_what_a_station_left_out_is_missed_by(km: float, missed: float) -> None:
    known = air.stations()
    places = [at for at in range(len(known.name)) if -40 < known.lat[at] < 37][::7]
    squares = []
    for at in places:
        told = normals_at(known.lat[at], known.lon[at], known.height[at], without(km, at))
        squares.append(np.mean((told.mean - known.mean[at]) ** 2))
    assert np.sqrt(np.mean(squares)) == pytest.approx(missed, rel=0.15)


# Normals as commonly cited for 1961 to 1990 or 1991 to 2020, unconfirmed; the bounds are wide for either.
@pytest.mark.parametrize(
    ("place", "year", "coldest", "warmest"),
    [
        ((12.05, 8.52), 26.5, 1, 5),
        ((4.17, 73.5), 28.4, 12, 4),
        ((9.03, 38.74), 16.5, 12, 5),
        ((47.0, 28.86), 10.8, 1, 7),
        ((0.32, 32.58), 22.5, 7, 2),
        ((-33.9, 18.4), 17.0, 7, 2),
    ],
    ids=["Kano", "Male", "Addis Ababa", "Chisinau", "Kampala", "Cape Town"],
)
def test_known_places_are_as_warm_as_they_are(
    place: tuple[float, float], year: float, coldest: int, warmest: int
) -> None:
    months = air.normals_of(*place)
    assert months.mean.mean() == pytest.approx(year, abs=1.5)
    assert np.argmin(months.mean) + 1 == pytest.approx(coldest, abs=1)
    assert np.argmax(months.mean) + 1 == pytest.approx(warmest, abs=1)


def test_a_place_above_its_stations_is_colder() -> None:
    low, high = (air.normals_of(0.0, 37.0, height) for height in (1000.0, 2000.0))
    assert low.mean - high.mean == pytest.approx(1000 * LAPSE_K_PER_M)
    assert np.array_equal(low.swing, high.swing)


def test_the_sea_is_at_no_height_below_itself() -> None:
    assert air.height_m(0.0, -30.0) == 0.0
    assert air.height_m(9.03, 38.74) == pytest.approx(2400, abs=150)


def test_a_day_is_warmest_at_three_and_has_its_months_mean() -> None:
    months = Normals(np.linspace(10.0, 21.0, 12), np.full(12, 8.0), "any", 0.0, 1.6)
    hours = hourly_air_c(months).reshape(365, 24)
    assert hours.mean(axis=1)[74] == pytest.approx(12.0)
    assert hours.mean(axis=1)[[0, -1]] == pytest.approx([15.5, 15.5], abs=0.3)
    assert set(np.argmax(hours, axis=1)) <= {14, 15}
    assert np.ptp(hours, axis=1).min() == pytest.approx(8.0, abs=0.2)


def test_light_seen_far_away_is_less_sure() -> None:
    assert yield_deviation(263.0, 0.0) == pytest.approx(0.08)
    assert yield_deviation(600.0, 0.0) == pytest.approx(0.16)
    assert yield_deviation(0.0, 5.0) == pytest.approx(np.hypot(0.08, 0.02))


def test_the_weather_says_whose_air_it_is() -> None:
    weather = queries.weather_at(12.05, 8.52, 15.0)
    assert " ".join(weather.says) == (
        "The air is taken from weather stations, the nearest Magaria, 113 km away: 27.4 °C in the mean of "
        "the year, give or take 1.7 °C."
    )
    assert weather.deviation == pytest.approx(np.hypot(0.08, 0.004 * 1.726), rel=1e-3)
    assert weather.air[:8760].mean() == pytest.approx(27.5, abs=0.1)


def test_air_that_is_known_moves_the_year_to_its_mean() -> None:
    weather = queries.weather_at(12.05, 8.52, 15.0, air_c=26.0)
    assert weather.says == ()
    assert weather.air.mean() == pytest.approx(26.0)
    assert np.ptp(weather.air) > 10
    assert weather.deviation == pytest.approx(0.08)
