"""The air of a place: by its latitude, height and sky, how far off that may be, and a day's hours."""

import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.solar.weather import air_queries as air
from isthmus.apps.solar.weather import queries
from isthmus.apps.solar.weather.rules.air import (
    LAPSE_K_PER_M,
    SUN_W_M2,
    Normals,
    daily_swing_k,
    hourly_air_c,
    missed_k,
    normals_at,
    sea_level_c,
    yearly_swing_k,
)
from isthmus.apps.solar.weather.rules.sky import above_the_air_w_m2, standard_offset_hours, sun_of_year
from isthmus.apps.solar.weather.rules.synthesis import clearness_by_month
from isthmus.apps.solar.weather.rules.uncertainty import yield_deviation

PARAMS = Path(queries.__file__).parent / "params"
HALF_CLEAR = np.full(12, 0.5)


def test_every_source_says_what_it_is_and_whether_it_was_confirmed() -> None:
    told = tomllib.loads((PARAMS / "sources.toml").read_text(encoding="utf-8"))
    assert {source["file"] for source in told.values()} == {
        path.name for path in PARAMS.iterdir() if path.suffix != ".toml"
    }
    for source in told.values():
        assert all(source[key] for key in ("title", "publisher", "url", "licence", "credit", "method"))
        assert isinstance(source["checked_on"], date)
        assert source["confirmed"] is False


def test_the_latitudes_are_in_balance_with_the_sun() -> None:
    sines, weights = np.polynomial.legendre.leggauss(16)
    second = (3 * sines**2 - 1) / 2
    warm = np.array([sea_level_c(lat) for lat in np.degrees(np.arcsin(sines))])
    absorbed = SUN_W_M2 * (1 - 0.477 * second) * (0.681 - 0.202 * second)
    spread = 0.649 * 6 * (weights @ (warm * second)) * 5 / 2 * second
    left_over = absorbed - (203.3 + 2.09 * warm) - spread
    assert weights @ left_over == pytest.approx(0, abs=1e-9)
    assert weights @ (left_over * second) == pytest.approx(0, abs=1e-9)
    assert (sea_level_c(0), sea_level_c(90)) == pytest.approx((30.9, -11.7), abs=0.05)


@given(st.floats(-90, 90))
def test_the_mean_of_the_year_is_alike_on_both_sides_and_falls_towards_the_poles(lat: float) -> None:
    assert sea_level_c(lat) == sea_level_c(-lat)
    assert sea_level_c(90) <= sea_level_c(lat) <= sea_level_c(0)
    assert sea_level_c(lat) <= sea_level_c(lat / 2)


# Normals as commonly cited for 1961 to 1990 or 1991 to 2020, unconfirmed; the bounds are twice what is said.
@pytest.mark.parametrize(
    ("place", "year"),
    [
        ((12.05, 8.52), 26.5),
        ((4.17, 73.5), 28.4),
        ((9.03, 38.74), 16.5),
        ((47.0, 28.86), 10.8),
        ((0.32, 32.58), 22.5),
        ((-33.9, 18.4), 17.0),
    ],
    ids=["Kano", "Male", "Addis Ababa", "Chisinau", "Kampala", "Cape Town"],
)
def test_known_places_are_about_as_warm_as_they_are(place: tuple[float, float], year: float) -> None:
    months = air.normals_of(*place, HALF_CLEAR)
    assert months.mean.mean() == pytest.approx(year, abs=2 * months.missed_k)


def test_the_examples_of_the_decision_hold() -> None:
    for place, year in (((12.05, 8.52), 26.4), ((9.03, 38.74), 15.9)):
        assert air.normals_of(*place, HALF_CLEAR).mean.mean() == pytest.approx(year, abs=0.2)


def test_a_place_that_lies_higher_is_colder() -> None:
    low, high = (air.normals_of(0.0, 37.0, HALF_CLEAR, height) for height in (1000.0, 2000.0))
    assert low.mean - high.mean == pytest.approx(1000 * LAPSE_K_PER_M)
    assert np.array_equal(low.swing, high.swing)


def test_the_sea_is_at_no_height_below_itself() -> None:
    assert air.height_m(0.0, -30.0) == 0.0
    assert air.height_m(9.03, 38.74) == pytest.approx(2400, abs=150)


def test_the_year_swings_more_towards_the_poles_and_is_warmest_a_month_after_the_solstice() -> None:
    assert yearly_swing_k(0) == 0
    assert yearly_swing_k(30) == yearly_swing_k(-30) == pytest.approx((100 / 3 + 20.4) / 3.4)
    north, south = (normals_at(lat, 0.0, HALF_CLEAR).mean for lat in (47.0, -47.0))
    assert (np.argmax(north), np.argmin(north)) == (6, 0)
    assert (np.argmax(south), np.argmin(south)) == (0, 6)
    assert np.ptp(north) == pytest.approx(yearly_swing_k(47), rel=0.01)
    assert north.mean() == pytest.approx(sea_level_c(47), abs=0.1)


def test_the_day_swings_more_under_a_clear_sky_but_not_without_end() -> None:
    assert daily_swing_k(np.array([0.48, 0.75])) == pytest.approx([9.0, 21.97], abs=0.01)
    assert daily_swing_k(np.array([-0.1, 5.0])) == pytest.approx(daily_swing_k(np.array([0.0, 0.75])))


def test_how_clear_a_month_is_comes_from_the_light_that_reaches_the_ground() -> None:
    sun = sun_of_year(12.05, 8.52, standard_offset_hours(8.52))
    clearness = clearness_by_month(queries.cell_of(12.05, 8.52), sun)
    assert clearness.min() > 0.45
    assert clearness.max() < 0.75
    assert np.argmin(clearness) == 7
    assert above_the_air_w_m2(sun).reshape(365, 24).mean(axis=1)[171] == pytest.approx(439, rel=0.01)


def test_no_sky_is_clear_where_no_sun_rises() -> None:
    clearness = clearness_by_month(queries.cell_of(69.6, 18.9), sun_of_year(75.0, 18.9, 1))
    assert clearness[[0, 11]].tolist() == [0.0, 0.0]
    assert clearness[5] > 0.3


@pytest.mark.parametrize(("lat", "missed"), [(0, 3), (-20, 3), (20.1, 4), (-50, 4), (50.1, 5), (90, 5)])
def test_an_estimate_is_less_sure_further_from_the_equator(lat: float, missed: float) -> None:
    assert missed_k(lat) == missed


def test_a_day_is_warmest_at_three_and_has_its_months_mean() -> None:
    months = Normals(np.linspace(10.0, 21.0, 12), np.full(12, 8.0), 3.0)
    hours = hourly_air_c(months).reshape(365, 24)
    assert hours.mean(axis=1)[74] == pytest.approx(12.0)
    assert hours.mean(axis=1)[[0, -1]] == pytest.approx([15.5, 15.5], abs=0.3)
    assert set(np.argmax(hours, axis=1)) <= {14, 15}
    assert np.ptp(hours, axis=1).min() == pytest.approx(8.0, abs=0.2)


def test_light_seen_far_away_is_less_sure() -> None:
    assert yield_deviation(263.0, 0.0) == pytest.approx(0.08)
    assert yield_deviation(600.0, 0.0) == pytest.approx(0.16)
    assert yield_deviation(0.0, 5.0) == pytest.approx(np.hypot(0.08, 0.02))


def test_the_weather_says_that_its_air_is_an_estimate() -> None:
    weather = queries.weather_at(12.05, 8.52, 15.0)
    assert " ".join(weather.says) == (
        "The air is estimated from latitude and height: 26 °C in the mean of the year, give or take 3 °C. "
        "A weather file or a mean temperature of your own is better."
    )
    assert weather.deviation == pytest.approx(np.hypot(0.08, 0.004 * 3))
    assert weather.air[:8760].mean() == pytest.approx(26.4, abs=0.1)


def test_air_that_is_known_moves_the_year_to_its_mean() -> None:
    weather = queries.weather_at(12.05, 8.52, 15.0, air_c=26.0)
    assert weather.says == ()
    assert weather.air.mean() == pytest.approx(26.0)
    assert np.ptp(weather.air) > 10
    assert weather.deviation == pytest.approx(0.08)
