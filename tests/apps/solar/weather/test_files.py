"""Weather files of others: told by their content, read as they are meant, refused where they are broken."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from isthmus.apps.solar.weather import queries
from isthmus.apps.solar.weather.formats.foreign import read_foreign
from isthmus.apps.solar.weather.formats.series import read_series
from isthmus.apps.solar.weather.formats.table import Table, series_of
from isthmus.apps.solar.weather.rules.sky import clear_sky_w_m2, sun_of_year, through_glass_w_m2
from isthmus.kit.errors import BadInput

LAT, LON, OFFSET = 12.05, 8.52, 1
UTC_STARTS = [datetime(2023, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(8760)]


def light(offset: int = 0) -> list[float]:
    """Four fifths of a clear sky at Kano, hour by hour from midnight at ``offset`` hours from UTC."""
    return (clear_sky_w_m2(sun_of_year(LAT, LON, offset)) * 0.8).round(2).tolist()


def through_glass() -> float:
    """What of a year of that light reaches the cells of a panel that lies flat."""
    return float(through_glass_w_m2(np.array(light(OFFSET)), sun_of_year(LAT, LON, OFFSET), 0.0, 180.0).sum())


def pvgis_rows(typical: bool) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for start, ghi in zip(UTC_STARTS, light(), strict=True):
        year = 2007 + start.month if typical else 2023
        time = (
            start.replace(year=year).strftime("%Y%m%d:") + start.strftime("%H") + ("00" if typical else "10")
        )
        if typical:
            rows.append({"time(UTC)": time, "T2m": 27.5, "RH": 40.0, "G(h)": ghi, "WS10m": 2.5})
        else:
            rows.append({"time": time, "G(i)": ghi, "H_sun": 0.0, "T2m": 27.5, "WS10m": 2.5, "Int": 0.0})
    return rows


PLACE = {"latitude": LAT, "longitude": LON, "elevation": 470.0}


def as_csv(rows: list[dict[str, object]]) -> list[str]:
    return [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]


def pvgis_json(typical: bool, slope: float = 0.0) -> str:
    inputs = {"location": PLACE, "mounting_system": {"fixed": {"slope": {"value": slope}}}}
    name = "tmy_hourly" if typical else "hourly"
    return json.dumps({"inputs": inputs, "outputs": {name: pvgis_rows(typical)}, "meta": {}})


def pvgis_csv(typical: bool, slope: str = "0 deg. (optimum)") -> str:
    head = [f"Latitude (decimal degrees): {LAT}", f"Longitude (decimal degrees): {LON}", "Elevation (m): 470"]
    if typical:
        head += ["month,year", *(f"{month},{2007 + month}" for month in range(1, 13))]
    else:
        head += ["Radiation database: PVGIS-SARAH3", "", f"Slope: {slope}", "Azimuth: 0 deg."]
    return "\r\n".join([*head, *as_csv(pvgis_rows(typical)), "", "G(h): Global irradiance (W/m2)"])


def pvgis_parts() -> str:
    rows = [
        {"time": row["time"], "Gb(i)": row["G(i)"], "Gd(i)": 0.0, "Gr(i)": 0.0, "T2m": 27.5, "WS10m": 2.5}
        for row in pvgis_rows(typical=False)
    ]
    return "\n".join([*pvgis_csv(typical=False).splitlines()[:7], *as_csv(rows)])


def epw() -> str:
    head = [f"LOCATION,Kano,-,NGA,Sample,650460,{LAT},{LON},{OFFSET:.1f},470.0", *["COMMENTS"] * 7]
    start = datetime(2023, 1, 1)  # noqa: DTZ001  it names local hours by their end, without a zone
    rows = []
    for hour, ghi in enumerate(light(OFFSET)):
        at = start + timedelta(hours=hour)
        row = ["0"] * 35
        row[:5] = [str(2000 + at.month), str(at.month), str(at.day), str(at.hour + 1), "0"]
        row[6], row[13], row[21] = "27.5", f"{ghi}", "2.5"
        rows.append(",".join(row))
    return "\n".join([*head, *rows])


def power(standard: str = "LST", unit: str = "Wh/m^2", factor: float = 1.0, wind: str = ",WS10M") -> str:
    offset = OFFSET if standard == "LST" else 0
    head = [
        "-BEGIN HEADER-",
        "NASA/POWER CERES/MERRA2 Native Resolution Hourly Data ",
        f"Dates (month/day/year): 01/01/2023 through 12/31/2023 in {standard}",
        f"Location: Latitude  {LAT}   Longitude {LON} ",
        "Value for missing model data cannot be computed or out of model availability range: -999 ",
        f"ALLSKY_SFC_SW_DWN     CERES SYN1deg All Sky Surface Shortwave Downward Irradiance ({unit}) ",
        "T2M                   MERRA-2 Temperature at 2 Meters (C) ",
        "-END HEADER-",
        f"YEAR,MO,DY,HR,ALLSKY_SFC_SW_DWN,T2M{wind}",
    ]
    rows = [
        f"{at.year},{at.month},{at.day},{at.hour},{ghi * factor},27.5" + (",2.5" if wind else "")
        for at, ghi in zip(UTC_STARTS, light(offset), strict=True)
    ]
    return "\n".join([*head, *rows])


def tmy3() -> str:
    names = "Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),Dry-bulb (C),Wspd (m/s)"
    start = datetime(2023, 1, 1)  # noqa: DTZ001  it names local hours by their end, without a zone
    rows = []
    for hour, ghi in enumerate(light(OFFSET)):
        at = start + timedelta(hours=hour)
        rows.append(f"{at:%m/%d}/{2000 + at.month},{at.hour + 1:02d}:00,{ghi},27.5,2.5")
    return "\n".join([f'650460,"KANO",NG,{OFFSET:.1f},{LAT},{LON},470', names, *rows])


READ: dict[str, Callable[[], str]] = {
    "PVGIS, a typical year, CSV": lambda: pvgis_csv(typical=True),
    "PVGIS, a typical year, JSON": lambda: pvgis_json(typical=True),
    "PVGIS, hourly, CSV": lambda: pvgis_csv(typical=False),
    "PVGIS, hourly, in parts": pvgis_parts,
    "PVGIS, hourly, JSON": lambda: pvgis_json(typical=False),
    "EPW": epw,
    "TMY3": tmy3,
    "POWER in local solar time": power,
    "POWER in UTC": lambda: power("UTC"),
    "POWER in megajoules": lambda: power("UTC", "MJ/hr", 0.0036),
}


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_every_format_comes_to_the_same_weather(text: Callable[[], str], tmp_path: Path) -> None:
    path = tmp_path / "weather.dat"
    path.write_text(text(), encoding="utf-8")
    weather = queries.weather_in(path, LAT, LON, 0.0)
    assert weather.by_year == (8760,)
    assert weather.says == ()
    assert weather.air.mean() == pytest.approx(27.5)
    assert weather.wind is not None
    assert weather.wind.mean() == pytest.approx(2.5)
    assert weather.light.sum() == pytest.approx(through_glass(), rel=0.01)
    day = weather.light.reshape(365, 24).mean(axis=0)
    assert np.argmax(day) in {11, 12}
    assert day[[0, 4, 19, 23]] == pytest.approx([0, 0, 0, 0], abs=1)


def test_a_file_without_wind_has_none() -> None:
    table = read_foreign(power(wind=""))
    assert table is not None
    assert table.wind is None


def test_our_own_form_may_have_wind_and_begins_at_the_places_midnight() -> None:
    rows = [
        f"{start.isoformat()},{ghi},27,{hour % 5}"
        for hour, (start, ghi) in enumerate(zip(UTC_STARTS, light(), strict=True))
    ]
    series = read_series(["time,ghi_w_m2,temp_c,wind_m_s", *rows], LAT, LON)
    assert series.wind is not None
    assert series.wind[:3].tolist() == [4.0, 0.0, 1.0]  # the last hour in UTC is the first at Kano
    assert np.argmax(series.ghi.reshape(365, 24).mean(axis=0)) in {11, 12}
    assert series.sun.day[0] == 365


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (lambda: pvgis_csv(typical=False, slope="30 deg."), "of a plane with a slope of 30 degrees"),
        (lambda: pvgis_json(typical=False, slope=12.5), "of a plane with a slope of 12.5 degrees"),
        (lambda: power().replace(",HR,", ",HOUR,"), "has no hours"),
        (lambda: power(unit="BTU"), "gives its light in “BTU”"),
        (lambda: power().replace("-END HEADER-", ""), "begins like one of NASA POWER"),
        (lambda: power().replace(",27.5", ",warm", 1), "begins like one of NASA POWER"),
        (lambda: '{"outputs": 3}', "begins like one of PVGIS"),
        (lambda: '{"outputs": {}', "begins like one of PVGIS"),
        (lambda: "LOCATION,Kano\n", "begins like one of EPW"),
    ],
)
def test_a_broken_file_is_refused_and_says_what_it_was_taken_for(text: Callable[[], str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_foreign(text())


def test_a_missing_hour_of_powers_is_named_by_its_row(tmp_path: Path) -> None:
    path = tmp_path / "power.csv"
    lines = power().splitlines()
    lines[100] = lines[100].replace(",27.5,", ",-999,")
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadInput, match="Row 101, column temp_c"):
        queries.weather_in(path, LAT, LON, 0.0)


@pytest.mark.parametrize(
    ("lat", "said"), [(LAT + 1.0, "The weather file is of a place 111 km away."), (LAT + 0.3, "")]
)
def test_a_file_of_another_place_is_said_to_be(lat: float, said: str, tmp_path: Path) -> None:
    path = tmp_path / "power.csv"
    path.write_text(power(), encoding="utf-8")
    assert " ".join(queries.weather_in(path, lat, LON, 0.0).says) == said


def test_a_file_of_a_place_far_away_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "power.csv"
    path.write_text(power(), encoding="utf-8")
    with pytest.raises(BadInput, match="of a place 1334 km away"):
        queries.weather_in(path, LAT + 12, LON, 0.0)


@pytest.mark.parametrize(
    ("factor", "unit"), [(0.001, "kW/m²"), (0.0036, "MJ/m²"), (3.6, "kJ/m²"), (3600.0, "J/m²")]
)
def test_light_in_another_unit_is_told_from_its_mean(factor: float, unit: str) -> None:
    table = Table(UTC_STARTS, [value * factor for value in light()], [27.0] * 8760)
    with pytest.raises(BadInput, match="on average") as refused:
        series_of(table, LAT, LON)
    assert refused.value.next_step == f"It looks like {unit}; the column ghi_w_m2 is in watts a square metre."


def test_light_of_no_unit_is_refused_too() -> None:
    with pytest.raises(BadInput, match="on average") as refused:
        series_of(Table(UTC_STARTS, [20.0] * 8760, [27.0] * 8760), LAT, LON)
    assert refused.value.next_step == "The column ghi_w_m2 is in watts a square metre, not in kWh or joules."


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (timedelta(0), "Row 3 is the same hour as the row before it"),
        (timedelta(days=1), "Row 3 is a day after the row before it"),
        (timedelta(hours=2), "Row 3 is not one hour after"),
        (timedelta(hours=-1), "Row 3 is not one hour after"),
    ],
)
def test_hours_that_are_missing_or_there_twice_are_named(step: timedelta, said: str) -> None:
    start = datetime(2023, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    with pytest.raises(BadInput, match=said):
        series_of(Table([start, start + step], [100.0, 100.0], [27.0, 27.0]), LAT, LON)


def test_wind_that_cannot_be_is_named() -> None:
    table = Table(UTC_STARTS, light(), [27.0] * 8760, [2.0, 900.0, *[2.0] * 8758])
    with pytest.raises(BadInput, match="Row 3, column wind_m_s: “900”"):
        series_of(table, LAT, LON)
