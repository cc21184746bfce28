"""Weather without a network: which cell speaks for a place, what its years are like, what a file must be."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.solar.weather import queries
from isthmus.apps.solar.weather.formats.series import read_series
from isthmus.apps.solar.weather.rules.cells import distance_km
from isthmus.apps.solar.weather.rules.sky import (
    clear_sky_w_m2,
    on_plane_w_m2,
    standard_offset_hours,
    sun_of_year,
    through_glass_w_m2,
    towards_equator,
)
from isthmus.apps.solar.weather.rules.synthesis import DAYS, daily_means_w_m2, hourly_w_m2
from isthmus.kit.errors import BadInput

KANO = (12.05, 8.52)


@pytest.mark.parametrize(
    ("place", "km", "far"),
    [(KANO, 52, False), ((4.17, 73.5), 263, False), ((0.0, -30.0), 472, True)],
    ids=["Kano", "Male", "the Atlantic"],
)
def test_the_nearest_land_speaks_for_a_place(place: tuple[float, float], km: int, far: bool) -> None:
    cell = queries.cell_of(*place)
    assert round(cell.km) == km
    assert cell.is_far is far


@pytest.mark.parametrize("place", [(-89.0, 0.0), (0.0, -140.0)])
def test_a_place_that_no_cell_speaks_for_asks_for_a_file(place: tuple[float, float]) -> None:
    with pytest.raises(BadInput, match="no land within 800 km") as refused:
        queries.cell_of(*place)
    assert refused.value.next_step == "Give a file with the weather of the place."


@pytest.mark.parametrize(
    ("place", "said"),
    [((90.5, 0.0), "latitude"), ((0.0, 181.0), "longitude"), ((float("nan"), 0.0), "latitude")],
)
def test_a_place_that_is_not_on_the_earth_is_refused(place: tuple[float, float], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        queries.cell_of(*place)


def test_the_whole_of_the_climate_data_is_read() -> None:
    assert len(queries.climate().lat) == 2235


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_distances_are_those_of_a_ball(lat: float, lon: float, north: float, east: float) -> None:
    there = distance_km(lat, lon, np.array([north]), np.array([east]))[0]
    back = distance_km(north, east, np.array([lat]), np.array([lon]))[0]
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_016
    assert distance_km(lat, lon, np.array([lat]), np.array([lon]))[0] == pytest.approx(0, abs=1e-6)


def test_a_quarter_of_the_equator_is_ten_thousand_kilometres() -> None:
    assert distance_km(0, 0, np.array([0.0]), np.array([90.0]))[0] == pytest.approx(10_007.6, abs=0.1)


@pytest.mark.parametrize("place", [KANO, (-33.9, 18.4), (0.0, 36.8), (35.0, 105.0), (-13.8, -172.1)])
def test_the_sun_is_highest_near_noon(place: tuple[float, float]) -> None:
    lat, lon = place
    day = clear_sky_w_m2(sun_of_year(lat, lon, standard_offset_hours(lon))).reshape(DAYS, 24).mean(axis=0)
    assert np.argmax(day) in {11, 12}
    assert day[[0, 1, 2, 22, 23]].max() == 0


def test_the_polar_night_gives_nothing_whatever_the_distribution_says() -> None:
    sun = sun_of_year(75.0, 20.0, 1)
    hours = hourly_w_m2(np.full((1, DAYS), 100.0), sun)
    assert hours[: 24 * 20].sum() == 0
    assert hours[24 * 172 : 24 * 173].mean() == pytest.approx(100.0)


def test_years_have_the_mean_of_their_months_and_days_that_follow_one_another() -> None:
    cell = queries.cell_of(*KANO)
    days = daily_means_w_m2(cell, 200, seed=3)
    for month, (first, last) in enumerate([(0, 31), (31, 59), (59, 90)]):
        weights = cell.weights[month] / cell.weights[month].sum()
        expected = float((cell.irradiance[month] * weights).sum())
        assert days[:, first:last].mean() == pytest.approx(expected, rel=0.01)
    january = days[:, :31]
    together = np.corrcoef(january[:, :-1].ravel(), january[:, 1:].ravel())[0, 1]
    assert together == pytest.approx(0.5, abs=0.05)
    assert np.array_equal(daily_means_w_m2(cell, 2, seed=3), days[:2])
    assert not np.array_equal(daily_means_w_m2(cell, 2, seed=4), days[:2])


def test_light_of_the_days_is_the_light_of_the_hours() -> None:
    sun = sun_of_year(*KANO, 1)
    days = daily_means_w_m2(queries.cell_of(*KANO), 2, seed=1)
    hours = hourly_w_m2(days, sun)
    assert hours.reshape(2, DAYS, 24).mean(axis=2) == pytest.approx(days)


def test_a_panel_that_lies_flat_gets_what_the_ground_gets() -> None:
    sun = sun_of_year(*KANO, 1)
    ghi = hourly_w_m2(daily_means_w_m2(queries.cell_of(*KANO), 1, seed=1), sun)
    assert on_plane_w_m2(ghi, sun, 0.0, 180.0).sum() == pytest.approx(ghi.sum(), rel=0.005)


@pytest.mark.parametrize("tilt", [0.0, 12.0, 60.0])
def test_glass_throws_back_a_few_hundredths_and_most_of_what_comes_aslant(tilt: float) -> None:
    sun = sun_of_year(*KANO, 1)
    ghi = hourly_w_m2(daily_means_w_m2(queries.cell_of(*KANO), 1, seed=1), sun)
    on, through = (light(ghi, sun, tilt, 180.0) for light in (on_plane_w_m2, through_glass_w_m2))
    assert np.all(through <= on)
    assert 0.93 < through.sum() / on.sum() < 0.98


def test_light_that_comes_aslant_is_thrown_back_most() -> None:
    sun = sun_of_year(*KANO, 1)
    ghi = hourly_w_m2(daily_means_w_m2(queries.cell_of(*KANO), 1, seed=1), sun)
    on, through = (light(ghi, sun, 0.0, 180.0) for light in (on_plane_w_m2, through_glass_w_m2))
    low, high = (np.abs(sun.zenith - angle) < 3.0 for angle in (84.0, 15.0))
    assert through[low].sum() / on[low].sum() < 0.95 < through[high].sum() / on[high].sum()


def test_a_panel_faces_the_equator() -> None:
    assert (towards_equator(12.0), towards_equator(-12.0)) == (180.0, 0.0)
    lat, lon = -33.9, 18.4
    sun = sun_of_year(lat, lon, 1)
    ghi = hourly_w_m2(daily_means_w_m2(queries.cell_of(lat, lon), 1, seed=1), sun)
    towards, away = (on_plane_w_m2(ghi, sun, 30.0, azimuth).sum() for azimuth in (0.0, 180.0))
    assert towards > ghi.sum() > away


def test_the_built_in_weather_says_what_is_assumed() -> None:
    weather = queries.weather_at(0.0, -30.0, 10.0)
    assert weather.says[0] == (
        "The nearest land with climate data is 472 km away: the true figures may lie further apart."
    )
    assert weather.deviation > 0.08 * 472 / 300
    assert sum(weather.by_year) == len(weather.light) == len(weather.air) == 20 * 8760


def a_file(
    hours: int = 8760,
    start: datetime = datetime(2023, 1, 1, tzinfo=timezone(timedelta(hours=1))),
    shift: int = 0,
    scale: float = 1.0,
) -> list[str]:
    sun = sun_of_year(*KANO, 1)
    ghi = np.roll(np.resize(clear_sky_w_m2(sun), hours), shift) * 0.8 * scale
    rows = [
        f"{(start + timedelta(hours=hour)).isoformat()},{light:.2f},28.5" for hour, light in enumerate(ghi)
    ]
    return ["time,ghi_w_m2,temp_c", *rows]


def test_a_year_of_the_users_own_is_read() -> None:
    series = read_series(a_file(), *KANO)
    assert series.by_year == (8760,)
    assert set(series.air) == {28.5}
    assert 200 < series.ghi.mean() < 300


def test_years_are_told_by_the_calendar() -> None:
    leap = datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert read_series(a_file(8784 + 8760, leap), *KANO).by_year == (8784, 8760)
    leap_day = datetime(2024, 2, 29, tzinfo=timezone(timedelta(hours=1)))
    assert read_series(a_file(8784, leap_day), *KANO).by_year == (8784,)


def test_the_zone_of_a_file_is_of_no_account() -> None:
    """The same moments written in UTC are the same weather."""
    local = read_series(a_file(), *KANO)
    rows = [row.split(",", 1) for row in a_file()[1:]]
    utc = [f"{datetime.fromisoformat(time).astimezone(UTC).isoformat()},{rest}" for time, rest in rows]
    assert np.array_equal(read_series(["time,ghi_w_m2,temp_c", *utc], *KANO).ghi, local.ghi)


@pytest.mark.parametrize(
    ("shift", "said"), [(5, "5.0 hours after"), (-3, "3.0 hours before")], ids=["late", "early"]
)
def test_a_file_whose_clock_is_wrong_is_refused(shift: int, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_series(a_file(shift=shift), *KANO)


def test_a_file_in_other_units_is_refused() -> None:
    with pytest.raises(BadInput, match=r"0\.\d+ W/m² on average"):
        read_series(a_file(scale=0.001), *KANO)


def changed(row: int, text: str) -> Callable[[], list[str]]:
    def lines() -> list[str]:
        found = a_file()
        found[row - 1] = text
        return found

    return lines


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (lambda: ["time,ghi_w_m2"], "lacks the column temp_c"),
        (list, "The weather file is empty"),
        (lambda: ["Datum,Global"], "lacks the column time, ghi_w_m2, temp_c; it has: datum, global"),
        (changed(3, "2023-01-01T01:00,0,28"), "Row 3: “2023-01-01T01:00” is no time"),
        (changed(4, "soon,0,28"), "Row 4: “soon” is no time"),
        (changed(5, "2023-01-01T03:00+01:00,NaN,28"), "Row 5, column ghi_w_m2: “NaN”"),
        (changed(5, "2023-01-01T03:00+01:00,,28"), "Row 5, column ghi_w_m2: “”"),
        (changed(5, "2023-01-01T03:00+01:00,-1,28"), "Row 5, column ghi_w_m2: “-1”"),
        (changed(5, "2023-01-01T03:00+01:00,0,301"), "Row 5, column temp_c: “301”"),
        (changed(5, "2023-01-01T03:00+01:00,0"), "Row 5, column temp_c"),
        (changed(5, "2023-01-01T04:00+01:00,0,28"), "Row 5 is not one hour after"),
        (lambda: a_file(8000), "8000 hours, which are no whole years"),
        (lambda: a_file(9000), "9000 hours, which are no whole years"),
        (lambda: ["time,ghi_w_m2,temp_c"], "0 hours, which are no whole years"),
    ],
)
def test_a_file_with_a_wrong_row_names_it(lines: Callable[[], list[str]], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_series(lines(), *KANO)


def test_a_file_is_opened_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "kano.csv"
    path.write_text("\n".join(a_file()), encoding="utf-8-sig")
    weather = queries.weather_in(path, *KANO, 15.0)
    assert weather.by_year == (8760,)
    assert weather.cell is None
    assert weather.says == ()


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kano.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="cannot be read as a text file"):
        queries.weather_in(path, *KANO, 15.0)
